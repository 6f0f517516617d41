package detect

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

// providers has the forms that the providers document, or that the rules of gitleaks, Nosey Parker, Kingfisher
// and TruffleHog agree on. Prefixes that others begin with stand behind those.
var providers = []provider{
	{"AKIA", awsBit, inUpper, 16, 16}, {"ASIA", awsBit, inUpper, 16, 16}, {"ABIA", awsBit, inUpper, 16, 16},
	{"ACCA", awsBit, inUpper, 16, 16}, {"A3T", awsBit, inUpper, 17, 17},
	{"ABSK", awsBit, inB64, 109, 271}, {"bedrock-api-key-", awsBit, inB64, 28, 0},
	{"ghp_", gitHubBit, inAlnum, 36, 255}, {"gho_", gitHubBit, inAlnum, 36, 255}, {"ghu_", gitHubBit, inAlnum, 36, 255},
	{"ghs_", gitHubBit, inAlnum, 36, 255}, {"ghr_", gitHubBit, inAlnum, 36, 255}, {"github_pat_", gitHubBit, inURL, 40, 255},
	{"glpat-", gitLabBit, inDots, 20, 0}, {"glptt-", gitLabBit, inURL, 20, 0}, {"gldt-", gitLabBit, inURL, 20, 0},
	{"glrt-", gitLabBit, inDots, 20, 0}, {"glrtr-", gitLabBit, inDots, 20, 0}, {"glcbt-", gitLabBit, inURL, 20, 0},
	{"glsoat-", gitLabBit, inURL, 20, 0}, {"glimt-", gitLabBit, inURL, 20, 0}, {"glft-", gitLabBit, inURL, 20, 0},
	{"gloas-", gitLabBit, inURL, 20, 0}, {"glagent-", gitLabBit, inURL, 20, 0}, {"glffct-", gitLabBit, inURL, 20, 0},
	{"glwt-", gitLabBit, inURL, 20, 0}, {"GR1348941", gitLabBit, inURL, 20, 20},
	{"xoxb-", slackBit, inDash, 10, 0}, {"xoxp-", slackBit, inDash, 10, 0}, {"xoxa-", slackBit, inDash, 10, 0},
	{"xoxr-", slackBit, inDash, 10, 0}, {"xoxs-", slackBit, inDash, 10, 0}, {"xoxo-", slackBit, inDash, 10, 0},
	{"xoxc-", slackBit, inDash, 10, 0}, {"xoxd-", slackBit, inURL, 10, 0}, {"xoxe-", slackBit, inDash, 10, 0},
	{"xoxe.xox", slackBit, inDash, 10, 0}, {"xapp-", slackBit, inDash, 20, 0}, {"xwfp-", slackBit, inDash, 20, 0},
	{"hooks.slack.com/", slackBit, 0, 0, 0},
	{"AIza", googleBit, inURL, 35, 35}, {"GOCSPX-", googleBit, inURL, 28, 28}, {"ya29.", googleBit, inDots, 20, 0},
	{"sk_live_", stripeBit, inAlnum, 10, 0}, {"sk_test_", stripeBit, inAlnum, 10, 0}, {"sk_prod_", stripeBit, inAlnum, 10, 0},
	{"rk_live_", stripeBit, inAlnum, 10, 0}, {"rk_test_", stripeBit, inAlnum, 10, 0}, {"rk_prod_", stripeBit, inAlnum, 10, 0},
	{"whsec_", stripeBit, inB64, 24, 0},
	{"sk-ant-", anthropicBit, inURL, 20, 0},
	{"sk-proj-", openAIBit, inURL, 20, 0}, {"sk-svcacct-", openAIBit, inURL, 20, 0}, {"sk-admin-", openAIBit, inURL, 20, 0},
	{"sk-or-v1-", vendorBit, inHex, 64, 64}, // OpenRouter
	{"sk-lf-", vendorBit, inDash, 36, 36},   // Langfuse
	{"sk-", openAIBit, inAlnum, 32, 0},
	{"npm_", npmBit, inAlnum, 36, 36},
	{"pypi-A", pypiBit, inURL, 50, 0},
	{"SK", twilioBit, inHex, 32, 32}, {"AC", twilioBit, inHex, 32, 32},
	{"SG.", sendGridBit, inDots, 66, 66},
	{"shpat_", shopifyBit, inAlnum, 32, 32}, {"shpca_", shopifyBit, inAlnum, 32, 32}, {"shppa_", shopifyBit, inAlnum, 32, 32},
	{"shpss_", shopifyBit, inAlnum, 32, 32}, {"shptka_", shopifyBit, inAlnum, 32, 32},
	{"dop_v1_", digitalOceanBit, inHex, 64, 64}, {"doo_v1_", digitalOceanBit, inHex, 64, 64},
	{"dor_v1_", digitalOceanBit, inHex, 64, 64},
	{"hf_", huggingFaceBit, inAlnum, 30, 0},
	{"key-", mailgunBit, inHex, 32, 32},
	{"dapi", databricksBit, inHex, 32, 32},
	{"discord.com/api/", discordBit, 0, 0, 0}, {"discordapp.com/api/", discordBit, 0, 0, 0},

	{"hvs.", vendorBit, inURL, 24, 0}, {"hvb.", vendorBit, inURL, 24, 0}, // Vault
	{"AGE-SECRET-KEY-1", vendorBit, inUpper, 58, 58},
	{"PMAK-", vendorBit, inDash, 59, 59},                                                                             // Postman
	{"NRAK-", vendorBit, inAlnum, 27, 27}, {"NRJS-", vendorBit, inHex, 19, 19}, {"NRII-", vendorBit, inDash, 32, 32}, // New Relic
	{"glsa_", vendorBit, inURL, 41, 41}, {"glc_", vendorBit, inB64, 32, 0}, // Grafana
	{"dckr_pat_", vendorBit, inURL, 27, 27}, {"dckr_oat_", vendorBit, inURL, 27, 36}, // Docker
	{"ATATT3", vendorBit, inB64 | inURL, 60, 0}, {"ATCTT3", vendorBit, inB64 | inURL, 60, 0}, // Atlassian
	{"ATBB", vendorBit, inAlnum, 32, 32}, {"BBDC-", vendorBit, inB64, 44, 44}, // Bitbucket
	{"lin_api_", vendorBit, inAlnum, 40, 0}, {"lin_oauth_", vendorBit, inAlnum, 32, 64}, // Linear
	{"ntn_", vendorBit, inAlnum, 43, 0}, {"secret_", vendorBit, inAlnum, 43, 43}, // Notion
	{"figd_", vendorBit, inURL, 40, 0},                                                  // Figma
	{"sntrys_", vendorBit, inB64 | inURL, 40, 0}, {"sntryu_", vendorBit, inHex, 64, 64}, // Sentry
	{"pul-", vendorBit, inHex, 40, 40}, {"rubygems_", vendorBit, inHex, 48, 48}, {"CLOJARS_", vendorBit, inAlnum, 60, 60},
	{"pscale_tkn_", vendorBit, inDots, 32, 64}, {"pscale_pw_", vendorBit, inDots, 32, 64},
	{"pscale_oauth_", vendorBit, inDots, 32, 64},                                  // PlanetScale
	{"sbp_", vendorBit, inAlnum, 40, 40}, {"sb_secret_", vendorBit, inURL, 20, 0}, // Supabase
	{"gsk_", vendorBit, inAlnum, 40, 0}, {"xai-", vendorBit, inAlnum, 40, 0}, {"pplx-", vendorBit, inAlnum, 40, 0},
	{"nvapi-", vendorBit, inURL, 40, 0}, {"r8_", vendorBit, inAlnum, 37, 40}, // Nvidia, Replicate
	{"lsv2_pt_", vendorBit, inURL, 43, 43}, {"lsv2_sk_", vendorBit, inURL, 43, 43}, // LangSmith
	{"dp.pt.", vendorBit, inAlnum, 40, 44}, {"dp.ct.", vendorBit, inAlnum, 40, 44}, {"dp.sa.", vendorBit, inAlnum, 40, 44},
	{"dp.scim.", vendorBit, inAlnum, 40, 44}, {"dp.audit.", vendorBit, inAlnum, 40, 44},
	{"dp.st.", vendorBit, inDots, 40, 80},                                                                            // Doppler
	{"sq0atp-", vendorBit, inURL, 22, 60}, {"sq0csp-", vendorBit, inURL, 43, 43}, {"EAAA", vendorBit, inURL, 60, 60}, // Square
	{"EAAM", vendorBit, inAlnum, 100, 0}, {"EAAC", vendorBit, inAlnum, 100, 0}, // Facebook
	{"xkeysib-", vendorBit, inDash, 81, 81}, {"xsmtpsib-", vendorBit, inDash, 81, 81}, // Brevo
	{"FLWSECK", vendorBit, inURL, 20, 0}, {"EZAK", vendorBit, inAlnum, 54, 54}, {"EZTK", vendorBit, inAlnum, 54, 54},
	{"shippo_live_", vendorBit, inAlnum, 40, 40}, {"shippo_test_", vendorBit, inAlnum, 40, 40},
	{"duffel_live_", vendorBit, inURL, 43, 43}, {"duffel_test_", vendorBit, inURL, 43, 43},
	{"dt0c01.", vendorBit, inDots, 89, 89}, // Dynatrace
	{"fm1a_", vendorBit, inB64, 100, 0}, {"fm1r_", vendorBit, inB64, 100, 0}, {"fm2_", vendorBit, inB64, 100, 0},
	{"fo1_", vendorBit, inURL, 43, 43}, // Fly.io
	{"CCIPAT_", vendorBit, inURL, 63, 63}, {"CCIPRJ_", vendorBit, inURL, 63, 63}, {"bkua_", vendorBit, inAlnum, 40, 40},
	{"nfp_", vendorBit, inAlnum, 36, 48}, {"rnd_", vendorBit, inAlnum, 28, 48}, {"rdme_", vendorBit, inAlnum, 70, 70},
	{"tfp_", vendorBit, inURL, 40, 0}, {"CFPAT-", vendorBit, inURL, 43, 43}, {"AKCp", vendorBit, inAlnum, 69, 69},
	{"cmVmd", vendorBit, inAlnum, 59, 59}, {"pnu_", vendorBit, inAlnum, 36, 36}, {"LTAI", vendorBit, inAlnum, 20, 20},
	{"ops_eyJ", vendorBit, inB64 | inURL, 200, 0}, {"oy2", vendorBit, inAlnum, 43, 43}, {"HRKU-AA", vendorBit, inURL, 58, 58},
	{"phx_", vendorBit, inAlnum, 40, 48}, {"phs_", vendorBit, inAlnum, 40, 48}, {"pha_", vendorBit, inAlnum, 40, 48},
	{"phr_", vendorBit, inAlnum, 40, 48}, // PostHog
	{"tskey-", vendorBit, inURL, 20, 0}, {"fio-u-", vendorBit, inURL, 64, 64}, {"sgp_", vendorBit, inURL, 40, 0},
	{"sha256~", vendorBit, inURL, 43, 43}, {"ico-", vendorBit, inAlnum, 32, 32},
	{"sk_", vendorBit, inHex, 40, 64},
	{"hvr.", vendorBit, inURL, 24, 0}, // Vault
	// Of Terraform, behind fourteen characters and a dot.
	{"atlasv1.", vendorBit, inURL, 60, 70},
	{"sqa_", vendorBit, inAlnum, 40, 40}, {"sqp_", vendorBit, inAlnum, 40, 40}, {"squ_", vendorBit, inAlnum, 40, 40}, // SonarQube
	{"pat", vendorBit, inAlnum, 14, 14},    // Airtable, before a dot and 64 digits
	{"v1.0-", vendorBit, inDash, 171, 171}, // Cloudflare
	{"sl.", vendorBit, inDots, 130, 0},     // Dropbox
	{"cio", vendorBit, inAlnum, 32, 32},    // crates.io
	{"access-production-", vendorBit, inDash, 36, 36}, {"access-development-", vendorBit, inDash, 36, 36},
	{"access-sandbox-", vendorBit, inDash, 36, 36}, // Plaid
	{"v1.local.", vendorBit, inDots, 40, 0}, {"v1.public.", vendorBit, inDots, 40, 0}, {"v2.local.", vendorBit, inDots, 40, 0},
	{"v2.public.", vendorBit, inDots, 40, 0}, {"v3.local.", vendorBit, inDots, 40, 0}, {"v3.public.", vendorBit, inDots, 40, 0},
	{"v4.local.", vendorBit, inDots, 40, 0}, {"v4.public.", vendorBit, inDots, 40, 0}, // PASETO
}
