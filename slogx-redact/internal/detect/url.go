package detect

import "strings"

// maxUserinfo is how long user and password of a URL may be together.
const maxUserinfo = 4096

// url finds the password of a URL whose colon before // is at i, also where it has characters in it that
// would have to be escaped. Parameters are found by their names, as other pairs are.
func (sc *scanner) url(i int) int {
	s := sc.text
	if len(s)-i < 4 || s[i+2] != '/' || i == 0 || !is(s[i-1], alnum) {
		return 0
	}
	from := i + 3
	scheme := i
	for scheme > 0 && i-scheme < 24 && (is(s[scheme-1], alnum) || s[scheme-1] == '+' || s[scheme-1] == '-' || s[scheme-1] == '.') {
		scheme--
	}
	scheme = min(unescaped(s, scheme), i)
	source := isSource(s[scheme:i])
	kind := userinfoBit
	if source && sc.want&connectionBit != 0 {
		kind = connectionBit
	}
	if sc.want&(kind|emailBit) == 0 {
		return from
	}
	var quote byte
	if scheme > 0 {
		quote = s[scheme-1]
	}
	at := userinfoEnd(s, from, quote, source)
	if at < 0 {
		return from
	}
	start, end := sc.secretPart(from, at)
	if start < 0 {
		sc.host = at + 1
		return from // what it is may be found nevertheless
	}
	if start < end && !isMasked(s[start:end]) {
		sc.found(start, end, kind)
	}
	return at + 1
}

// secretPart returns the bounds of what is secret of the user information from start to end: what stands behind
// the colon, or all of it where the user is a key. The first is -1 where there is no password and the user is none.
func (sc *scanner) secretPart(start, end int) (from, to int) {
	s := sc.text
	n := strings.IndexByte(s[start:end], ':')
	if n < 0 {
		if isKeyLike(s[start:end], 20) {
			return start, end
		}
		return -1, end
	}
	password := start + n + 1
	if password == end && isKeyLike(s[start:start+n], 10) {
		return start, end - 1
	}
	if token, _ := sc.tokenAt(start); token == start+n || s[password:end] == "x-oauth-basic" {
		return start, end
	}
	return password, end
}

// isSource reports whether a scheme is that of a database, a queue or the like, so that its URL is a
// connection string.
func isSource(scheme string) bool {
	if plus := strings.IndexByte(scheme, '+'); plus >= 0 {
		scheme = scheme[:plus]
	}
	return sources.has(scheme)
}

var sources = newWords(
	"postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "rediss", "amqp", "amqps", "sqlserver", "mssql",
	"oracle", "cockroachdb", "clickhouse", "cassandra", "couchbase", "nats", "kafka", "mqtt", "mqtts", "memcached",
	"ldap", "ldaps", "smtp", "smtps", "neo4j", "bolt", "db2", "snowflake", "redshift", "vertica", "firebird", "valkey",
)

// userinfoEnd returns where the @ behind the user information is that begins at from, or -1.
func userinfoEnd(s string, from int, quote byte, source bool) int {
	limit := min(len(s), from+maxUserinfo)
	at, colon, i := -1, -1, from
	for ; i < limit && !endsAuthority(s, i, quote); i++ {
		switch s[i] {
		case '@':
			at = i
		case ':':
			if colon < 0 && at < 0 {
				colon = i
			}
		}
	}
	if i >= limit || s[i] <= ' ' || endsURL(s, i, quote) {
		return at
	}
	if at < 0 && (colon < 0 || isPort(s, colon+1, i)) || at >= 0 && !source {
		return at
	}
	// What looked like the end of the authority may be part of the password: a port would have digits only. It
	// ends before another URL, which also keeps a text of URLs from being read again and again.
	for ; i < limit && !endsURL(s, i, quote) && (at < 0 || s[i] != '?'); i++ {
		if s[i] == '/' && s[i-1] == ':' && i+1 < limit && s[i+1] == '/' {
			break
		}
		if s[i] == '@' && i+1 < limit && (is(s[i+1], alnum) || s[i+1] == '[') {
			at = i
			if !source {
				break
			}
		}
	}
	return at
}

// endsAuthority reports whether the authority of a URL ends at i.
func endsAuthority(s string, i int, quote byte) bool {
	return s[i] == '/' || s[i] == '?' || s[i] == '#' || endsURL(s, i, quote)
}

// endsURL reports whether a URL in a text, behind quote, ends at i.
func endsURL(s string, i int, quote byte) bool {
	switch c := s[i]; c {
	case '"', '<', '>', '`', 0x7F:
		return true
	case '\'':
		return quote == '\''
	case '\\':
		return i+1 < len(s) && (s[i+1] == '"' || isEscape(s[i+1]))
	default:
		return c <= ' '
	}
}

// isPort reports whether a port, maybe an empty one, stands from start to end. A fragment right behind one is rarer
// than a password with # in it.
func isPort(s string, start, end int) bool {
	return end-start <= 5 && allDigits(s[start:end]) && (start < end && s[end] != '#' || s[end] == '/')
}

// isKeyLike reports whether a user without a password is a key: of least characters, and with digits.
func isKeyLike(s string, least int) bool {
	if len(s) < least {
		return false
	}
	for i := range len(s) {
		if is(s[i], digit) {
			return !isUUID(s, 0)
		}
	}
	return false
}

// driverDSN finds the password around this @ in user:password@tcp(host)/name, the form of Go's MySQL driver,
// and in jdbc:oracle:thin:user/password@host.
func (sc *scanner) driverDSN(at int) int {
	s := sc.text
	kind := connectionBit
	if sc.want&connectionBit == 0 {
		if kind = userinfoBit; sc.want&userinfoBit == 0 {
			return 0
		}
	}
	if at == 0 || at+1 == len(s) || s[at-1] <= ' ' || s[at+1] <= ' ' {
		return 0
	}
	var start int
	if net := run(s, at+1, 16, alnum); net < len(s) && s[net] == '(' {
		start = driverStart(s, max(sc.before(), at-256), at)
	} else {
		start = sc.oracleStart(at)
	}
	if start == 0 || isMasked(s[start:at]) {
		return 0
	}
	return sc.found(start, at, kind)
}

// driverStart returns where the password in user:password@ begins, whose @ is at at, or 0.
func driverStart(s string, limit, at int) int {
	start := at
	for start > limit && !endsURL(s, start-1, '\'') {
		start--
	}
	colon := strings.IndexByte(s[start:at], ':')
	if colon < 0 {
		return 0
	}
	return start + colon + 1
}

// oracleStart returns where the password in jdbc:oracle:thin:user/password@… begins, whose @ is at at, or 0.
func (sc *scanner) oracleStart(at int) int {
	s := sc.text
	limit := max(sc.before(), at-128)
	i := strings.LastIndexByte(s[limit:at], ':')
	if i < 0 {
		return 0
	}
	i += limit
	slash := strings.IndexByte(s[i:at], '/')
	if slash < 0 || i < 10 || !hasFold(s, i-4, "thin") && !hasFold(s, i-4, ":oci") {
		return 0
	}
	return i + slash + 1
}
