package detect

import (
	"encoding/base64"
	"strings"
)

// Alphabets of tokens.
const (
	inHex   uint8 = 1 << iota // 0-9 a-f
	inAlnum                   // 0-9 A-Z a-z
	inUpper                   // 0-9 A-Z
	inURL                     // base64url: inAlnum - _
	inB64                     // base64: inAlnum + / =
	inDots                    // inURL .
	inDash                    // inAlnum -
)

var alphabet = func() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		if is(c, alnum) {
			t[i] = inAlnum | inURL | inB64 | inDots | inDash
			if !is(c, lower) {
				t[i] |= inUpper
			}
			if is(c, digit) || c >= 'a' && c <= 'f' {
				t[i] |= inHex
			}
		}
	}
	t['-'] = inURL | inDots | inDash
	t['_'] = inURL | inDots
	t['.'] = inDots
	t['+'], t['/'], t['='] = inB64, inB64, inB64
	return t
}()

// provider is the form of one provider's tokens: a prefix, then from min to max characters of an alphabet.
// A max of 0 is no limit.
type provider struct {
	prefix   string
	kind     bits
	chars    uint8
	min, max int
}

// providers has what providers document, or what their tokens look like where they do not. Prefixes that
// others begin with stand before those.
var providers = []provider{
	{"AKIA", awsBit, inUpper, 16, 16}, {"ASIA", awsBit, inUpper, 16, 16}, {"ABIA", awsBit, inUpper, 16, 16},
	{"ACCA", awsBit, inUpper, 16, 16},
	{"ABSK", awsBit, inB64, 109, 269}, // Bedrock
	{"ghp_", gitHubBit, inAlnum, 36, 255}, {"gho_", gitHubBit, inAlnum, 36, 255}, {"ghu_", gitHubBit, inAlnum, 36, 255},
	{"ghs_", gitHubBit, inDots, 36, 0}, {"ghr_", gitHubBit, inAlnum, 36, 255}, {"github_pat_", gitHubBit, inURL, 40, 255},
	{"glpat-", gitLabBit, inDots, 20, 0}, {"glptt-", gitLabBit, inURL, 20, 0}, {"gldt-", gitLabBit, inURL, 20, 0},
	{"glrt-", gitLabBit, inDots, 20, 0}, {"glrtr-", gitLabBit, inDots, 20, 0}, {"glcbt-", gitLabBit, inURL, 20, 0},
	{"glsoat-", gitLabBit, inURL, 20, 0}, {"glimt-", gitLabBit, inURL, 20, 0}, {"glft-", gitLabBit, inURL, 20, 0},
	{"gloas-", gitLabBit, inURL, 20, 0}, {"glagent-", gitLabBit, inURL, 20, 0}, {"glffct-", gitLabBit, inURL, 20, 0},
	{"GR1348941", gitLabBit, inURL, 20, 20},
	{"xoxb-", slackBit, inDash, 10, 0}, {"xoxp-", slackBit, inDash, 10, 0}, {"xoxa-", slackBit, inDash, 10, 0},
	{"xoxr-", slackBit, inDash, 10, 0}, {"xoxs-", slackBit, inDash, 10, 0}, {"xoxo-", slackBit, inDash, 10, 0},
	{"xoxc-", slackBit, inDash, 10, 0}, {"xoxd-", slackBit, inURL, 10, 0}, {"xoxe-", slackBit, inDash, 10, 0},
	{"xoxe.xox", slackBit, inDash, 10, 0}, {"xapp-", slackBit, inDash, 20, 0}, {"xwfp-", slackBit, inDash, 20, 0},
	{"hooks.slack.com/", slackBit, 0, 0, 0},
	{"AIza", googleBit, inURL, 35, 35}, {"GOCSPX-", googleBit, inURL, 28, 28}, {"ya29.", googleBit, inDots, 20, 0},
	{"AQ.Ab", googleBit, inURL, 40, 60},
	{"sk_live_", stripeBit, inAlnum, 10, 0}, {"sk_test_", stripeBit, inAlnum, 10, 0}, {"rk_live_", stripeBit, inAlnum, 10, 0},
	{"rk_test_", stripeBit, inAlnum, 10, 0}, {"sk_prod_", stripeBit, inAlnum, 10, 0}, {"rk_prod_", stripeBit, inAlnum, 10, 0},
	{"whsec_", stripeBit, inB64, 24, 0},
	{"sk-ant-", anthropicBit, inURL, 20, 0},
	{"sk-proj-", openAIBit, inURL, 20, 0}, {"sk-svcacct-", openAIBit, inURL, 20, 0}, {"sk-admin-", openAIBit, inURL, 20, 0},
	{"sk-None-", openAIBit, inURL, 20, 0}, {"sk-or-v1-", vendorBit, inHex, 64, 64}, {"sk-lf-", vendorBit, inDash, 36, 36},
	{"sk-", openAIBit, inAlnum, 32, 0},
	{"npm_", npmBit, inAlnum, 36, 36},
	{"pypi-A", pypiBit, inURL, 50, 0},
	{"SK", twilioBit, inHex, 32, 32}, {"AC", twilioBit, inHex, 32, 32},
	{"SG.", sendGridBit, inDots, 66, 66},
	{"shpat_", shopifyBit, inAlnum, 32, 32}, {"shpca_", shopifyBit, inAlnum, 32, 32}, {"shppa_", shopifyBit, inAlnum, 32, 32},
	{"shpss_", shopifyBit, inAlnum, 32, 32}, {"shptka_", shopifyBit, inAlnum, 32, 32},
	{"dop_v1_", digitalOceanBit, inHex, 64, 64}, {"doo_v1_", digitalOceanBit, inHex, 64, 64},
	{"dor_v1_", digitalOceanBit, inHex, 64, 64},
	{"hf_", huggingFaceBit, inAlnum, 30, 0}, {"api_org_", huggingFaceBit, inAlnum, 34, 0},
	{"key-", mailgunBit, inHex, 32, 32}, {"pubkey-", mailgunBit, inHex, 32, 32},
	{"dapi", databricksBit, inHex, 32, 32},
	{"discord.com/api/", discordBit, 0, 0, 0}, {"discordapp.com/api/", discordBit, 0, 0, 0},

	{"hvs.", vendorBit, inURL, 24, 0}, {"hvb.", vendorBit, inURL, 24, 0}, {"hvr.", vendorBit, inURL, 24, 0}, // Vault
	{"AGE-SECRET-KEY-1", vendorBit, inUpper, 58, 58},
	{"PMAK-", vendorBit, inDash, 59, 59}, // Postman
	{"NRAK-", vendorBit, inUpper, 27, 27}, {"NRJS-", vendorBit, inHex, 19, 19}, {"NRII-", vendorBit, inURL, 32, 32},
	{"glsa_", vendorBit, inURL, 41, 41}, {"glc_", vendorBit, inB64, 32, 0}, // Grafana
	{"dckr_pat_", vendorBit, inURL, 27, 0}, {"dckr_oat_", vendorBit, inURL, 27, 0}, // Docker
	{"ATATT3", vendorBit, inB64 | inURL, 100, 0}, {"ATBB", vendorBit, inAlnum, 32, 32}, {"ATCTT3", vendorBit, inB64 | inURL, 100, 0},
	{"lin_api_", vendorBit, inAlnum, 40, 0}, {"lin_oauth_", vendorBit, inHex, 64, 64}, // Linear
	{"ntn_", vendorBit, inAlnum, 43, 0}, {"secret_", vendorBit, inAlnum, 43, 43}, // Notion
	{"figd_", vendorBit, inURL, 40, 0}, {"figo_", vendorBit, inURL, 40, 0}, // Figma
	{"sntrys_", vendorBit, inB64 | inURL, 40, 0}, {"sntryu_", vendorBit, inHex, 64, 64}, // Sentry
	{"pul-", vendorBit, inHex, 40, 40}, {"rubygems_", vendorBit, inHex, 48, 48}, {"CLOJARS_", vendorBit, inAlnum, 60, 60},
	{"pscale_tkn_", vendorBit, inDots, 32, 64}, {"pscale_pw_", vendorBit, inDots, 32, 64}, {"pscale_oauth_", vendorBit, inDots, 32, 64},
	{"sbp_", vendorBit, inHex, 40, 40}, {"sb_secret_", vendorBit, inURL, 22, 0}, // Supabase
	{"gsk_", vendorBit, inAlnum, 40, 0}, {"xai-", vendorBit, inAlnum, 70, 0}, {"pplx-", vendorBit, inAlnum, 40, 0},
	{"r8_", vendorBit, inAlnum, 37, 37}, {"lsv2_pt_", vendorBit, inURL, 40, 0}, {"lsv2_sk_", vendorBit, inURL, 40, 0},
	{"dp.pt.", vendorBit, inAlnum, 43, 43}, {"dp.st.", vendorBit, inDots, 40, 0}, // Doppler
	{"sq0atp-", vendorBit, inURL, 22, 0}, {"sq0csp-", vendorBit, inURL, 43, 0}, {"EAAA", vendorBit, inURL, 60, 60}, // Square
	{"xkeysib-", vendorBit, inDash, 81, 81}, {"xsmtpsib-", vendorBit, inDash, 81, 81}, // Brevo
	{"FLWSECK", vendorBit, inURL, 20, 0}, {"EZAK", vendorBit, inAlnum, 54, 54}, {"EZTK", vendorBit, inAlnum, 54, 54},
	{"shippo_live_", vendorBit, inHex, 40, 40}, {"shippo_test_", vendorBit, inHex, 40, 40},
	{"duffel_live_", vendorBit, inURL, 43, 43}, {"duffel_test_", vendorBit, inURL, 43, 43},
	{"dt0c01.", vendorBit, inDots, 89, 89}, {"dt0s16.", vendorBit, inDots, 40, 0}, // Dynatrace
	{"fm2_", vendorBit, inB64 | inURL, 60, 0}, {"fo1_", vendorBit, inURL, 43, 43},
	{"CCIPAT_", vendorBit, inURL, 40, 0}, {"bkua_", vendorBit, inHex, 40, 40}, {"nfp_", vendorBit, inAlnum, 36, 36},
	{"rnd_", vendorBit, inAlnum, 28, 32}, {"rdme_", vendorBit, inAlnum, 70, 70}, {"pnu_", vendorBit, inAlnum, 36, 36},
	{"tfp_", vendorBit, inDots, 40, 0}, {"CFPAT-", vendorBit, inURL, 43, 43}, {"AKCp", vendorBit, inAlnum, 69, 69},
	{"ops_eyJ", vendorBit, inB64 | inURL, 200, 0}, {"oy2", vendorBit, inAlnum, 43, 43}, {"phx_", vendorBit, inAlnum, 40, 0},
	{"tskey-", vendorBit, inDash, 20, 0}, {"ops_live_", vendorBit, inAlnum, 20, 0}, {"fio-u-", vendorBit, inURL, 64, 64},
	{"aio_", vendorBit, inAlnum, 28, 28}, {"ghcr_", vendorBit, inAlnum, 36, 36}, {"patcfg_", vendorBit, inAlnum, 36, 36},
}

// prefixes finds the providers whose prefix begins with two characters: 1 + their index in byPrefix, or 0. Its
// index folds characters together, which costs a comparison and no more.
var (
	prefixes [1 << 10]uint8
	byPrefix = func() (t [][]provider) {
		for _, p := range append(providers, provider{prefix: "ey", kind: jwtBit}, provider{prefix: "ew", kind: jwtBit}) {
			at := &prefixes[pairOf(p.prefix[0], p.prefix[1])]
			if *at == 0 {
				t = append(t, nil)
				*at = uint8(len(t))
			}
			t[*at-1] = append(t[*at-1], p)
		}
		return t
	}()
)

// addStarts notes the words that what s wants begins with.
func (s *Set) addStarts() {
	for _, list := range byPrefix {
		for _, p := range list {
			if s.want&p.kind == 0 {
				continue
			}
			from, to := run(p.prefix, 0, len(p.prefix), alnum), 31
			if from < len(p.prefix) {
				to = from // the prefix is a word
			} else if p.chars&^(inHex|inUpper|inAlnum) == 0 {
				from += p.min // the token is a word
			}
			for n := min(from, 31); n <= to; n++ {
				s.starts[pairOf(p.prefix[0], p.prefix[1])] |= 1 << n
			}
		}
	}
	for _, w := range []struct {
		kinds bits
		words *words
	}{{bearerBit, bearerWords}, {basicBit, basicWords}, {pemBit, pemWords}, {phraseBit, phraseWords}} {
		if s.want&w.kinds == 0 {
			continue
		}
		for n, list := range w.words.list {
			for _, word := range list {
				s.starts[pairOf(word[0], word[1])] |= 1 << n
			}
		}
	}
}

func pairOf(a, b byte) int { return int(a&31)<<5 | int(b&31) }

// token finds a provider's token or a JWT that begins at start.
func (sc *scanner) token(start int) int {
	end, kind := sc.tokenAt(start)
	if end == 0 {
		return 0
	}
	if kind == awsBit {
		end = sc.found(start, end, awsBit)
		return max(end, sc.secretKeyBehind(end))
	}
	if kind == slackBit && sc.text[start] == 'h' || kind == discordBit {
		if start = sc.webhook(start, end); start == 0 {
			return 0
		}
	}
	return sc.found(start, end, kind)
}

// tokenAt returns the end and the kind of the token that begins at start, or 0.
func (sc *scanner) tokenAt(start int) (end int, kind bits) {
	s := sc.text
	if len(s)-start < 20 {
		return 0, 0
	}
	at := prefixes[pairOf(s[start], s[start+1])]
	if at == 0 {
		return 0, 0
	}
	for i := range byPrefix[at-1] {
		p := &byPrefix[at-1][i]
		if sc.want&p.kind == 0 || s[start] != p.prefix[0] || !strings.HasPrefix(s[start:], p.prefix) {
			continue
		}
		switch {
		case p.kind == jwtBit:
			end = sc.jwt(start)
		case p.chars == 0:
			end = lineToken(s, start)
		default:
			end = p.end(s, start)
		}
		if end != 0 {
			return end, p.kind
		}
	}
	return 0, 0
}

// end returns the end of a token of p that begins at start, or 0.
func (p *provider) end(s string, start int) int {
	from := start + len(p.prefix)
	limit := len(s)
	if p.max > 0 {
		limit = min(limit, from+p.max)
	}
	i, digits := from, false
	for i < limit && alphabet[s[i]]&p.chars != 0 {
		digits = digits || is(s[i], digit)
		i++
	}
	for i > from && p.chars&(inDots|inB64) != 0 && (s[i-1] == '.' || s[i-1] == '/') {
		i-- // the end of a sentence or of a path segment
	}
	if i-from < p.min || isWordAt(s, i) || p.prefix == "sk-" && !digits {
		return 0
	}
	if p.kind == sendGridBit && s[from+22] != '.' {
		return 0
	}
	return i
}

// lineToken returns the end of what has neither spaces nor quotes from start on, at most 400 bytes.
func lineToken(s string, start int) int {
	i := start
	for i < len(s) && i < start+400 && s[i] > ' ' && s[i] != '"' && s[i] != '\'' && s[i] != '<' && s[i] != '>' && s[i] != '\\' && s[i] != '?' && s[i] != '`' {
		i++
	}
	for i > start && !is(s[i-1], alnum) && s[i-1] != '-' && s[i-1] != '_' {
		i--
	}
	return i
}

// webhook returns where the secret part of the address of a webhook begins, which ends at end, or 0.
func (sc *scanner) webhook(start, end int) int {
	for _, path := range []string{"/services/", "/workflows/", "/triggers/", "/webhooks/"} {
		i := strings.Index(sc.text[start:min(end, start+40)], path)
		if i < 0 {
			continue
		}
		if start += i + len(path); path == "/webhooks/" { // the number of the webhook is no secret
			if i = strings.IndexByte(sc.text[start:end], '/'); i < 0 {
				return 0
			}
			start += i + 1
		}
		return start
	}
	return 0
}

// secretKeyBehind finds the secret access key that stands behind an access key id which ends at i.
func (sc *scanner) secretKeyBehind(i int) int {
	s := sc.text
	limit := min(len(s), i+120)
	for i < limit && s[i] != '\n' {
		if !is(s[i], alnum) {
			i++
			continue
		}
		start := i
		for i < len(s) && i-start <= 40 && alphabet[s[i]]&inB64 != 0 && s[i] != '=' {
			i++
		}
		if i-start == 40 && isMixed(s[start:i]) {
			return sc.found(start, i, awsBit)
		}
	}
	return 0
}

// isMixed reports whether s has digits, small letters and capitals.
func isMixed(s string) bool {
	var seen uint8
	for i := range len(s) {
		seen |= class[s[i]]
	}
	return seen&digit != 0 && seen&lower != 0 && seen&upper != 0
}

// jwt returns the end of the JWT (three parts, the last one empty if it is unsecured) or JWE (five parts) that
// begins at start, or 0. Its first part must be the base64url form of a JSON object with an alg.
func (sc *scanner) jwt(start int) int {
	s := sc.text
	if start < sc.segment { // in a run that has no dot behind it
		return 0
	}
	i := segmentEnd(s, start)
	if i >= len(s) || s[i] != '.' {
		sc.segment = i
		return 0
	}
	if !hasAlg(s[start:i]) {
		return 0
	}
	ends := [5]int{i}
	parts := 1
	for parts < 5 && i < len(s) && s[i] == '.' {
		i = segmentEnd(s, i+1)
		ends[parts] = i
		parts++
	}
	switch {
	case parts == 5 && ends[4]-ends[3] > 1:
		i = ends[4]
	case parts >= 3 && ends[1]-ends[0] > 1:
		i = ends[2]
	default:
		return 0
	}
	return i
}

func segmentEnd(s string, i int) int {
	for i < len(s) && alphabet[s[i]]&inURL != 0 {
		i++
	}
	return i
}

// hasAlg reports whether a part of a JWT holds a JSON object that names an algorithm. It looks at the first
// KiB of it: certificates may follow.
func hasAlg(part string) bool {
	var in [64]byte
	var out [48 + 8]byte // the last bytes of the chunk before, then this one
	kept := 0
	for at := 0; at < len(part) && at < 1024; at += len(in) {
		n := copy(in[:], part[at:])
		m, err := base64.RawURLEncoding.Decode(out[kept:], in[:n])
		if err != nil || m == 0 || at == 0 && out[0] != '{' {
			return false
		}
		for _, c := range out[kept : kept+m] {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
				return false
			}
		}
		if m += kept; hasName(out[:m]) {
			return true
		}
		kept = copy(out[:], out[max(0, m-5):m])
	}
	return false
}

// hasName reports whether b has "alg" or "enc", quotes included.
func hasName(b []byte) bool {
	for i := 0; i+5 <= len(b); i++ {
		if name := string(b[i : i+5]); name == `"alg"` || name == `"enc"` {
			return true
		}
	}
	return false
}

// pem finds the block of a private key whose BEGIN is at i. One that has no end ends with the text.
func (sc *scanner) pem(i int) int {
	s := sc.text
	const dashes, begin, end = "-----", "BEGIN ", "-----END "
	if !strings.HasPrefix(s[i:], begin) || !strings.HasSuffix(s[:i], dashes) {
		return 0
	}
	from := i + len(begin)
	n := strings.Index(s[from:min(len(s), from+64)], dashes)
	if n < 0 || !strings.Contains(s[from:from+n], "PRIVATE KEY") {
		return 0
	}
	stop := len(s)
	if at := strings.Index(s[from+n:], end); at >= 0 {
		stop = from + n + at + len(end)
		if n := strings.Index(s[stop:min(len(s), stop+64)], dashes); n >= 0 {
			stop += n + len(dashes)
		}
	}
	return sc.found(i-len(dashes), stop, pemBit)
}

// telegram finds a bot token, a number of 6 to 10 digits and 34 to 36 characters, around the colon at i.
func (sc *scanner) telegram(i int) int {
	s := sc.text
	if sc.want&telegramBit == 0 || len(s)-i < 35 || i == 0 || !is(s[i-1], digit) {
		return 0
	}
	start := i
	for start > 0 && i-start <= 10 && is(s[start-1], digit) {
		start--
	}
	if n := i - start; n < 6 || n > 10 {
		return 0
	}
	if isWordBefore(s, start) && (start < 3 || !hasFold(s, start-3, "bot") || isWordBefore(s, start-3)) {
		return 0
	}
	end := i + 1
	for end < len(s) && end < i+37 && alphabet[s[end]]&inURL != 0 {
		end++
	}
	if end-i < 35 || isWordAt(s, end) || !isMixed(s[i+1:end]) {
		return 0
	}
	return sc.found(start, end, telegramBit)
}

// azureSecret finds a client secret of Entra ID around the ~ at i: three characters, a digit, Q~, 31 to 34
// characters.
func (sc *scanner) azureSecret(i int) int {
	s := sc.text
	if sc.want&azureBit == 0 || i < 5 || s[i-1] != 'Q' || !is(s[i-2], digit) || isWordBefore(s, i-5) {
		return 0
	}
	end := i + 1
	for end < len(s) && end < i+35 && (alphabet[s[end]]&inDots != 0 || s[end] == '~') {
		end++
	}
	if end-i < 32 || isWordAt(s, end) {
		return 0
	}
	return sc.found(i-5, end, azureBit)
}
