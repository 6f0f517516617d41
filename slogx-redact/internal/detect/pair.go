package detect

import (
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// pair finds the value of a secret name around the = or : at i: password=x, "token": "x", ?sig=x, Pwd={x};
// X-Api-Key: x. It returns where to go on: behind the value, if the name is one.
func (sc *scanner) pair(i int) int {
	s := sc.text
	if sc.want&(pairKinds|azureBit) == 0 || i == 0 || i+1 >= len(s) {
		return 0
	}
	equals := s[i] == '='
	if s[i+1] == '=' {
		if equals {
			return i + 2 // a comparison
		}
		return 0 // the = has its turn
	}
	start, end := nameBefore(s, i)
	if end-start < 2 {
		return 0
	}
	query := equals && end == i && isParameter(s, start)
	if !sc.isSecret(s[start:end]) && !(query && isSigned(s[start:end])) && !sc.isTwoWords(start, end) {
		return 0
	}
	v := i + 1
	if equals && s[v] == '>' {
		v++
	}
	value := v
	for value < len(s) && value < v+8 && (s[value] == ' ' || s[value] == '\t') {
		value++
	}
	if value >= len(s) || equals && value > v && end == i {
		return 0 // an empty value: what follows is the next name
	}
	if query {
		return sc.parameter(value)
	}
	return sc.value(start, end, value, equals)
}

// nameBefore returns the bounds of the name that stands before i, perhaps in quotes and with spaces behind it.
func nameBefore(s string, i int) (start, end int) {
	end = i
	if end > 0 && s[i] == '=' && s[end-1] == ':' {
		end--
	}
	for n := 0; n < 3 && end > 0 && s[end-1] == ' '; n++ {
		end--
	}
	if end > 0 && (s[end-1] == '"' || s[end-1] == '\'' || s[end-1] == '`') {
		end--
		if end > 0 && s[end-1] == '\\' {
			end--
		}
	}
	start = end
	seen := uint8(0)
	for limit := max(0, end-maxName); start > limit; start-- {
		c := class[s[start-1]]
		if c&(alnum|joiner) == 0 {
			break
		}
		seen |= c
	}
	if seen&alpha == 0 {
		return end, end
	}
	return unescaped(s, start), end
}

// isParameter reports whether the name that begins at start is that of a parameter of a URL.
func isParameter(s string, start int) bool {
	if start == 0 {
		return false
	}
	switch s[start-1] {
	case '?', '&', '#':
		return true
	case ';':
		return start > 4 && s[start-5:start] == "&amp;"
	case '6':
		return start > 5 && s[start-6:start] == `\u0026`
	}
	return false
}

// isSigned reports whether a parameter is a part of a signed URL that OpenTelemetry has masked always.
func isSigned(name string) bool {
	return signedNames.has(name)
}

var signedNames = newWords(
	"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature", "sig",
	"X-Goog-Signature", "X-Goog-Credential",
)

// isSecret asks the caller's rules, or the built-in words, about a name. Escapes in it are decoded.
func (s *Set) isSecret(name string) bool {
	packed, ok := pack(name)
	switch {
	case !ok && strings.IndexByte(name, '%') >= 0:
		return s.ask(name, (*names).unescape)
	case !ok:
		return s.secret(name)
	}
	slot := s.clean.slot(packed)
	if slot.Load() == packed {
		return false
	}
	if s.secret(name) {
		return true
	}
	slot.Store(packed)
	return false
}

// ask asks about another form of a name.
func (s *Set) ask(name string, form func(*names, string) []byte) bool {
	n := namesPool.Get().(*names)
	b := form(n, name)
	secret := s.secret(unsafe.String(unsafe.SliceData(b), len(b))) //nolint:gosec // it must not keep the name
	namesPool.Put(n)
	return secret
}

// cleanNames remembers short names that are none of a secret: most pairs have a few names, which asking
// about would take longer than all else.
type cleanNames [256]atomic.Uint64

func (c *cleanNames) slot(packed uint64) *atomic.Uint64 { return &c[packed*0x9E3779B97F4A7C15>>56] }

// pack returns a name of at most eight bytes, without escapes, as a number, which no other name has.
func pack(name string) (packed uint64, ok bool) {
	if len(name) > 8 {
		return 0, false
	}
	for i := range len(name) {
		if name[i] == '%' {
			return 0, false
		}
		packed = packed<<8 | uint64(name[i])
	}
	return packed, true
}

// names is room for the other form of a name.
type names struct{ buf [maxName]byte }

const maxName = 96

var namesPool = sync.Pool{New: func() any { return new(names) }}

func (n *names) unescape(name string) []byte {
	buf := n.buf[:0]
	for i := 0; i < len(name) && len(buf) < maxName; i++ {
		c := name[i]
		if c == '%' && i+2 < len(name) && isHex(name[i+1]) && isHex(name[i+2]) {
			c = unhex(name[i+1])<<4 | unhex(name[i+2])
			i += 2
		}
		buf = append(buf, c)
	}
	return buf
}

// join puts _ in the place of a space.
func (n *names) join(name string) []byte {
	buf := append(n.buf[:0], name...) // a name is never longer than the room for it
	buf[strings.IndexByte(name, ' ')] = '_'
	return buf
}

func unhex(c byte) byte {
	if is(c, digit) {
		return c - '0'
	}
	return c&15 + 9
}

// secondWords end names that people write with a space.
var secondWords = newWords("key", "keys", "phrase", "string", "code", "word")

// isTwoWords asks about names such as "api key", whose last word is the one from start to end.
func (sc *scanner) isTwoWords(start, end int) bool {
	s := sc.text
	if start < 3 || s[start-1] != ' ' || !secondWords.has(s[start:end]) {
		return false
	}
	first := start - 1
	for first > 0 && start-first < 24 && is(s[first-1], alnum) {
		first--
	}
	if first == start-1 {
		return false
	}
	return sc.ask(s[first:end], (*names).join)
}

// parameter finds the value of a URL's parameter that begins at v.
func (sc *scanner) parameter(v int) int {
	s := sc.text
	end := v
	for end < len(s) && s[end] != '&' && s[end] != '#' && s[end] != '\'' && !endsURL(s, end, '\'') && !strings.HasPrefix(s[end:], `\u0026`) {
		end++
	}
	if end == len(s) || s[end] != '&' && s[end] != '#' {
		for end > v && strings.IndexByte(`.,;:!?)]}'`, s[end-1]) >= 0 {
			end--
		}
	}
	if isMasked(s[v:end]) {
		return end
	}
	kind := queryBit
	if sc.want&queryBit == 0 {
		kind = phraseBit
	}
	sc.foundValue(v, end, kind)
	return end
}

// value finds the value that begins at v, of the name from start to end.
func (sc *scanner) value(start, end, v int, equals bool) int {
	s := sc.text
	name := s[start:end]
	from, to := quoted(s, v, equals)
	if to == 0 {
		from, to = v, plainEnd(s, v)
		if equals {
			to = semicolonEnd(s, v, to, start)
		}
	}
	if header := headerEnd(s, name, from, to, v); header > to {
		to = header
	}
	kind := phraseBit
	if scheme, k := authScheme(s, from); scheme > from {
		from, kind = scheme, k
		if from >= to { // the scheme was all up to the space
			to = plainEnd(s, from)
			if k == phraseBit {
				to = lineEnd(s, from)
			}
		}
	}
	if from >= to {
		return max(to, v)
	}
	switch text := s[from:to]; {
	case isMasked(text) || isNothing(text):
		return to
	case from == v && !equals && isProse(s, from, to):
		return 0
	}
	if sc.want&kind == 0 {
		kind = phraseBit
	}
	if kind == phraseBit && sc.want&connectionBit != 0 && equals && (sc.want&phraseBit == 0 || isConnection(s, start, to) && (to == len(s) || s[to] != '&')) {
		kind = connectionBit
	}
	if sc.want&azureBit != 0 && azureNames.has(name) {
		kind = azureBit
	}
	if hasFold(s, start, "aws") && to-from == 40 && sc.want&awsBit != 0 {
		kind = awsBit
	}
	sc.foundValue(from, to, kind)
	return to
}

var azureNames = newWords("AccountKey", "SharedAccessKey")

// foundValue appends the value from start to end: as a more specific kind if it is all of one.
func (sc *scanner) foundValue(start, end int, kind bits) {
	if e, k := sc.tokenAt(start); e >= end {
		kind, end = k, e
	}
	sc.found(start, end, kind)
}

// quoted returns the bounds of what stands between quotes, braces or brackets that open at v, or zeros. What
// is not closed goes on to the end of the text.
func quoted(s string, v int, equals bool) (from, to int) {
	c := s[v]
	switch {
	case c == '\\' && v+1 < len(s) && (s[v+1] == '"' || s[v+1] == '\''):
		from = v + 2
		for i := from; ; i++ {
			n := strings.IndexByte(s[i:], s[v+1])
			if n < 0 {
				return from, len(s)
			}
			if i += n; i > 0 && s[i-1] == '\\' && (i < 2 || s[i-2] != '\\') && i > from {
				return from, i - 1
			} else if i == from || s[i-1] != '\\' {
				return from, i
			}
		}
	case c == '"' || c == '\'' || c == '`':
		from = v + 1
		for i := from; i < len(s); i++ {
			switch {
			case s[i] == '\\' && c != '`':
				i++
			case s[i] != c:
			case equals && i > from && i+1 < len(s) && s[i+1] == c:
				i++
			default:
				return from, i
			}
		}
		return from, len(s)
	case c == '{' && equals:
		for i := v + 1; i < len(s); i++ {
			if s[i] != '}' {
				continue
			}
			if i+1 < len(s) && s[i+1] == '}' {
				i++
				continue
			}
			return v + 1, i
		}
	case (c == '[' || c == '{') && !equals:
		from, to = v+1, closing(s, v)
		if to-from > 2 && s[from] == '"' && strings.IndexByte(s[from+1:to], '"') == to-from-2 {
			return from + 1, to - 1 // one string: the value of a header
		}
		return from, to
	}
	return 0, 0
}

// closing returns where the bracket that opens at i closes, or the end of the text.
func closing(s string, i int) int {
	depth := 0
	for quote := false; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quote = !quote
		case quote:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

// plainEnd returns the end of the value without quotes that begins at v: a space, a quote, or a mark that
// closes something that was opened before v, if what follows is not more of the value.
func plainEnd(s string, v int) int {
	depth := 0
	for i := v; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ' || c == '"' || c == 0x7F:
			return i
		case c == '\\':
			if i+1 < len(s) && (s[i+1] == '"' || isEscape(s[i+1])) {
				return i
			}
		case c == ';':
			if i > v {
				return i
			}
		case c == '(' || c == '[' || c == '{' || c == '<':
			depth++
		case depth > 0 && (c == ')' || c == ']' || c == '}' || c == '>'):
			depth--
		case strings.IndexByte(",)]}>&|'`", c) >= 0:
			if i > v && endsValue(s, i+1) {
				return i
			}
		case c == '.' && i > v && (i+1 == len(s) || s[i+1] <= ' '):
			return i
		}
	}
	return len(s)
}

// endsValue reports whether what begins at i, behind a closing mark, is no part of the value before it.
func endsValue(s string, i int) bool {
	if i >= len(s) || s[i] <= ' ' || strings.IndexByte(",)]}>&|'`\";:.", s[i]) >= 0 {
		return true
	}
	end := i
	for end < len(s) && end < i+40 && (is(s[end], alnum) || s[end] == '_' || s[end] == '-' || s[end] == '.') {
		end++
	}
	return end > i && end < len(s) && (s[end] == '=' || s[end] == ':')
}

// semicolonEnd returns the semicolon that ends a value with spaces in a connection string, or to.
func semicolonEnd(s string, v, to, start int) int {
	if to >= len(s) || s[to] != ' ' {
		return to
	}
	for i := to; i < len(s) && i < v+128; i++ {
		switch c := s[i]; {
		case c == ';':
			if inList := start > 0 && (s[start-1] == ';' || start > 1 && s[start-2] == ';'); inList || endsValue(s, i+1) && i+1 < len(s) {
				return i
			}
			return to
		case c < ' ' || c == '=' || c == '"' || c == '\'':
			return to
		}
	}
	return to
}

// headerEnd returns the end of a header's value that goes on behind a space: cookies to the end of the line.
func headerEnd(s, name string, from, to, v int) int {
	if from == v && len(name) >= 6 && hasFold(name, len(name)-6, "cookie") && to < len(s) && (s[to] == ';' || s[to] == ' ') && strings.IndexByte(s[from:to], '=') > 0 {
		return lineEnd(s, from)
	}
	return to
}

// lineEnd returns the end of the line, or of the quotes around it. Quotes behind a = are those of a parameter.
func lineEnd(s string, i int) int {
	for ; i < len(s) && s[i] != '\n' && s[i] != '\r'; i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && isEscape(s[i+1]):
			return i
		case s[i] != '"':
			continue
		}
		escaped := 0
		if s[i-1] == '\\' {
			escaped = 1
		}
		if s[i-1-escaped] != '=' {
			return i - escaped
		}
		n := strings.IndexByte(s[i+1:], '"')
		if n < 0 {
			return len(s)
		}
		i += n + 1
	}
	return i
}

// isConnection reports whether the pair from start to end stands among others of a connection string.
func isConnection(s string, start, end int) bool {
	around := s[max(0, start-200):min(len(s), end+200)]
	for i := 0; ; {
		n := strings.IndexByte(around[i:], '=')
		if n < 0 {
			return false
		}
		i += n + 1
		name := i - 1
		for name > 0 && (is(around[name-1], alnum) || around[name-1] == '_') {
			name--
		}
		if connectionNames.has(around[name : i-1]) {
			return true
		}
	}
}

// connectionNames are names of connection strings.
var connectionNames = newWords(
	"host", "server", "source", "uid", "user", "id", "dbname", "database", "addr", "address", "hostaddr", "port",
	"sslmode", "endpoint", "accountname", "driver", "dsn", "catalog", "username", "ssl", "abortconnect",
)

// isMasked reports whether text is nothing but a mask: ours, that of [net/url.URL.Redacted], or asterisks. What
// holds more than that is a value.
func isMasked(text string) bool {
	switch text {
	case "", "REDACTED", "[REDACTED]", "xxxxx":
		return true
	}
	return strings.Trim(text, "*") == ""
}

// isNothing reports whether text says that there is no value.
func isNothing(text string) bool {
	return nothings.has(text)
}

var nothings = newWords("nil", "<nil>", "null", "none", "true", "false", "undefined", "%s", "%q", "%v", "[]", "{}")
