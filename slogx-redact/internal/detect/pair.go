package detect

import "strings"

// pair finds the value of a secret name around the = or : at i: password=x, "token": "x", ?sig=x, Pwd={x};
// X-Api-Key: x. It returns where to go on: behind the value, if the name is one.
func (sc *scanner) pair(i int) int {
	s := sc.text
	if sc.want&(pairKinds|azureBit|awsBit) == 0 || i == 0 || i+1 >= len(s) {
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
	if !sc.isSecret(s, start, end) && !(query && isSigned(s[start:end])) && !sc.isTwoWords(start, end) && !sc.isUnescaped(start, end) {
		switch {
		case end-start == len("value") && sc.isNamed(start, end):
		case equals:
			return 0
		default:
			return sc.login(start, i)
		}
	}
	if !equals && end == i && (isPosition(s, start, i) || isReport(s, start, i)) {
		return i + 1
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
	if value = markup(s, value); value == len(s) {
		return 0
	}
	if !equals {
		if next := sc.block(start, value); next != 0 {
			return next
		}
	}
	if scheme, _ := authScheme(s, value); query && scheme == value {
		return sc.parameter(value)
	}
	return sc.value(start, end, i, value)
}

// nameBefore returns the bounds of the name that stands before i, perhaps in quotes and with spaces behind it.
func nameBefore(s string, i int) (start, end int) {
	end = i
	if end > 0 && (!is(s[end-1], alnum) || s[end-1] == 'm') {
		end = nameEnd(s, i)
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
	if start > 0 && s[start-1] == escapeByte {
		start = colourEnd(s[:end], start-1)
	}
	for start < end && s[start] == '[' {
		start++
	}
	if seen&alpha == 0 {
		return end, end
	}
	return unescaped(s, start), end
}

// nameEnd returns the end of the name before i, behind which something else stands.
func nameEnd(s string, i int) int {
	end := i
	if s[i] == '=' && s[end-1] == ':' {
		end--
	}
	for n := 0; n < 3 && end > 0 && s[end-1] == ' '; n++ {
		end--
	}
	if end > 0 && s[end-1] == 'm' {
		return colourBefore(s, end)
	}
	switch {
	case end > 0 && (s[end-1] == '"' || s[end-1] == '\'' || s[end-1] == '`'):
		end--
		if end > 0 && s[end-1] == '\\' {
			end--
		}
	case end > 0 && s[end-1] == ')' && strings.HasPrefix(s[i:], "=("):
		end-- // Key (password)=(x) already exists
	}
	return end
}

// isUnescaped asks about a name whose first letter, before start, was taken for that of an escape sequence.
func (sc *scanner) isUnescaped(start, end int) bool {
	return start > 1 && sc.text[start-2] == '\\' && isEscape(sc.text[start-1]) && sc.isSecret(sc.text, start-1, end)
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

// parameter finds the value of a URL's parameter that begins at v.
func (sc *scanner) parameter(v int) int {
	s := sc.text
	end := v
	for end < len(s) && s[end] != '&' && s[end] != '#' && !endsURL(s, end, '\'') && !strings.HasPrefix(s[end:], `\u0026`) {
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

// value finds the value that begins at v, behind the mark at i, of the name from start to end.
func (sc *scanner) value(start, end, i, v int) int {
	s := sc.text
	name, equals := s[start:end], s[i] == '='
	from, to, kind := sc.extent(name, start, i, v)
	if scheme, k := authScheme(s, from); scheme > from {
		from, kind = scheme, k
		if from >= to { // the scheme was all up to the space
			to = plainEnd(s, from)
			if k == phraseBit || hasFold(s, from, "token=") {
				to = lineEnd(s, from)
			}
		}
	}
	if from >= to {
		return max(to, v)
	}
	switch text := s[from:to]; {
	case isMasked(text) || isNothing(text, name) || (equals || from > v) && settings.has(text) || isCount(name, text):
		return to
	case from == v && !equals && isProse(s, from, to) && !isDump(s, i, v):
		return 0
	}
	if sc.want&kind == 0 {
		kind = phraseBit
	}
	if kind == phraseBit && equals && sc.isConnection(start, to) {
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

// extent returns the bounds of the value that begins at v, behind the mark at i, of a name that begins at start, and its
// kind if it has one of its own.
func (sc *scanner) extent(name string, start, i, v int) (from, to int, kind bits) {
	s, equals := sc.text, sc.text[i] == '='
	from, to = quoted(s, v, equals)
	if to == 0 {
		from, to = v, plainEnd(s, v)
		if equals {
			to = semicolonEnd(s, v, to, start)
		}
	}
	if from == v {
		to = longEnd(s, name, start, from, schemeEnd(s, name, from, to))
		if v == i+1 && !equals {
			to = dumpEnd(s, i, to)
		}
	}
	if end, k := sc.groupsEnd(name, v); end > to {
		return v, end, k
	}
	return from, to, phraseBit
}

var azureNames = newWords("AccountKey", "SharedAccessKey")

// foundValue appends the value from start to end: as a more specific kind if it is all of one.
func (sc *scanner) foundValue(start, end int, kind bits) {
	if e, k := sc.tokenAt(start); e >= end {
		kind, end = k, e
	}
	sc.found(start, end, kind)
}

// element finds the text of an XML element with a secret name, whose start tag ends at i.
func (sc *scanner) element(i int) int {
	s := sc.text
	if sc.want&phraseBit == 0 || i == 0 || i+1 == len(s) || s[i+1] <= ' ' {
		return 0
	}
	start, end := tagName(s, i)
	if start == end || !sc.isSecret(s, start, end) {
		return 0
	}
	from := i + 1
	if strings.HasPrefix(s[from:], cdata) {
		from += len(cdata)
	}
	n := strings.IndexAny(s[from:], "<]")
	if n <= 0 || isMasked(s[from:from+n]) {
		return 0
	}
	sc.foundValue(from, from+n, phraseBit)
	return from + n
}

// tagName returns the bounds of the name of the start tag that ends at i, without its name space, or equal ones.
func tagName(s string, i int) (start, end int) {
	limit := max(0, i-maxTag)
	open := limit + strings.LastIndexByte(s[limit:i], '<')
	if open < limit {
		return i, i
	}
	start = open + 1
	for end = start; end < i && (is(s[end], alnum) || strings.IndexByte("_-.:", s[end]) >= 0); end++ {
		if s[end] == ':' {
			start = end + 1
		}
	}
	if end < i && (s[end] != ' ' || s[i-1] != '"' && s[i-1] != '\'') {
		return i, i
	}
	return start, end
}

const maxTag = 256

const cdata = "<![CDATA["

// isConnection reports whether the pair from start to end counts as one of a connection string.
func (sc *scanner) isConnection(start, end int) bool {
	s := sc.text
	switch {
	case sc.want&connectionBit == 0 || sc.want&phraseBit != 0 && end < len(s) && s[end] == '&':
		return false
	case sc.want&phraseBit == 0:
		return true
	}
	return isAmongOthers(s, start, end)
}

// isAmongOthers reports whether the pair from start to end stands among others of a connection string.
func isAmongOthers(s string, start, end int) bool {
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
