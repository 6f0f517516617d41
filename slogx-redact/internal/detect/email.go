package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// email finds an address around the @ at i, or around its escape %40; behind is what follows it.
//
// The domain must end in something that has the shape of a top-level domain: package@1.2.3, units of systemd
// and files such as icon@2x.png have not. An scp-like git@host:path is none.
func (sc *scanner) email(i, behind int) int {
	if sc.want&emailBit == 0 || behind == sc.host {
		return 0
	}
	end := domainEnd(sc.text, behind)
	if end == 0 {
		return 0
	}
	start := sc.localStart(i)
	if start == i {
		return 0
	}
	if local := sc.text[start:i]; (local == "git" || local == "hg") && end < len(sc.text) && sc.text[end] == ':' {
		return 0
	}
	return sc.found(start, end, emailBit)
}

// localStart returns where the local part that ends before at begins, or at.
func (sc *scanner) localStart(at int) int {
	s := sc.text
	limit := sc.localLimit(at)
	if start := quotedLocal(s, limit, at); start < at {
		return start
	}
	i := at
	for i > limit {
		n := localBefore(s, limit, i, at)
		if n == 0 {
			break
		}
		i -= n
	}
	i = unescaped(s, i)
	for i < at && !is(s[i], alnum) && s[i] < utf8.RuneSelf {
		i++
	}
	return min(i, at)
}

// localLimit returns where the local part that ends before at can begin at the earliest. What was found in it
// gives way to the whole; not so a value that it stands behind.
func (sc *scanner) localLimit(at int) int {
	limit := max(0, at-maxLocal)
	if len(sc.dst) == sc.base {
		return limit
	}
	m := sc.dst[len(sc.dst)-1]
	switch m.Kind {
	case URLUserinfo, ConnectionString, URLQuery, SecretPhrase:
		return max(limit, m.End)
	}
	if m.End < at && !is(sc.text[m.End], alnum) {
		return max(limit, m.End)
	}
	return limit
}

const maxLocal = 64

// quotedLocal returns where a local part in quotes that ends before at begins, or at.
func quotedLocal(s string, limit, at int) int {
	if at-limit <= 2 || s[at-1] != '"' || s[at-2] == '\\' {
		return at
	}
	open := limit + strings.LastIndexByte(s[limit:at-1], '"')
	if open < limit || open >= at-2 || isWordBefore(s, open) || strings.IndexByte(s[open:at], '=') >= 0 {
		return at
	}
	return open
}

// localBefore returns how many bytes before i are a character of the local part that ends before at.
func localBefore(s string, limit, i, at int) int {
	switch c := s[i-1]; {
	case is(c, alnum) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%':
		return 1
	case c == '\'' || c == '&' || c == '!' || c == '#' || c == '~' || c == '$':
		// Only between others, and not where it parts parameters.
		if i-1 > limit && i < at && is(s[i-2], alnum) && is(s[i], alnum) && strings.IndexByte(s[i:at], '=') < 0 {
			return 1
		}
	case c >= utf8.RuneSelf:
		if r, n := utf8.DecodeLastRuneInString(s[limit:i]); isLetter(r) {
			return n
		}
	}
	return 0
}

func isLetter(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.N) }

// domainEnd returns the end of the domain that begins at i, or 0.
func domainEnd(s string, i int) int {
	limit := min(len(s), i+maxDomain)
	if i >= limit || isVersionLabel(s, i) {
		return 0
	}
	end := 0
	for label := i; ; {
		next := labelEnd(s[:limit], label)
		if next == label {
			break
		}
		if label > i {
			if n := topLevel(s[label:next]); n > 0 {
				end = label + n
			}
		}
		if next == limit || s[next] != '.' {
			break
		}
		label = next + 1
	}
	if isWordAt(s, end) || end-i < len("x.co") {
		return 0
	}
	return end
}

const maxDomain = 253

// labelEnd returns the end of the label of a domain that begins at i.
func labelEnd(s string, i int) int {
	for start := i; i < len(s); {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !isLetter(r) {
				return i
			}
			i += n
			continue
		case c == '-':
			if i == start || i+1 == len(s) || !is(s[i+1], alnum) && s[i+1] != '-' {
				return i
			}
		case !is(c, alnum):
			return i
		}
		i++
	}
	return i
}

// topLevel returns how much of label is one of the top level. A dash parts it from what follows, and so does
// another script.
func topLevel(label string) int {
	if hasFold(label, 0, "xn--") {
		return len(label)
	}
	ascii := run(label, 0, len(label), alpha)
	n := ascii
	for n < len(label) && (is(label[n], alpha) || label[n] >= utf8.RuneSelf) {
		n++
	}
	if n < len(label) && label[n] != '-' {
		if n == ascii {
			return 0
		}
		n = ascii
	}
	if n < 2 || n > 24 || notTopLevel.has(label[:n]) {
		return 0
	}
	return n
}

// isVersionLabel reports whether 1.2 or v1.2 begins at i, or 2x.
func isVersionLabel(s string, i int) bool {
	if i < len(s) && (s[i] == 'v' || s[i] == 'V') {
		i++
	}
	j := run(s, i, 8, digit)
	if j == i || j >= len(s) {
		return false
	}
	return s[j] == '.' && isDigitAt(s, j+1) || s[j] == 'x' && j+1 < len(s) && s[j+1] == '.'
}

// notTopLevel has endings of file and unit names that look like top-level domains and are none.
var notTopLevel = newWords(
	"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "json", "html", "txt", "log", "xml", "yaml", "yml", "conf",
	"service", "socket", "timer", "target", "mount", "slice", "scope", "device", "path", "swap", "class", "java", "go",
	"jar", "exe", "dll", "gz", "tgz", "whl",
)
