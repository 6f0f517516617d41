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
	if sc.want&emailBit == 0 {
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
	limit := max(0, at-64)
	if n := len(sc.dst); n > sc.base { // what was found in the local part gives way to the whole
		if m := sc.dst[n-1]; m.Kind == URLUserinfo || m.Kind == ConnectionString || m.Kind == URLQuery || m.Kind == SecretPhrase || m.End < at && !is(s[m.End], alnum) {
			limit = max(limit, m.End)
		}
	}
	if at-limit > 2 && s[at-1] == '"' && s[at-2] != '\\' {
		if open := strings.LastIndexByte(s[limit:at-1], '"'); open >= 0 && limit+open < at-2 && !isWordBefore(s, limit+open) && strings.IndexByte(s[limit+open:at], '=') < 0 {
			return limit + open
		}
	}
	i := at
	for i > limit {
		c := s[i-1]
		switch {
		case is(c, alnum) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%':
			i--
			continue
		case c == '\'' || c == '&' || c == '!' || c == '#' || c == '~' || c == '$':
			if i-1 > limit && i < at && is(s[i-2], alnum) && is(s[i], alnum) && !hasPair(s[i:at]) {
				i--
				continue
			}
		case c >= utf8.RuneSelf:
			if r, n := utf8.DecodeLastRuneInString(s[limit:i]); unicode.In(r, unicode.L, unicode.M, unicode.N) {
				i -= n
				continue
			}
		}
		break
	}
	i = unescaped(s, i)
	for i < at && !is(s[i], alnum) && s[i] < utf8.RuneSelf {
		i++
	}
	if i > at {
		return at
	}
	return i
}

// hasPair reports whether s has the = of a name and its value, so that a & before it parts parameters.
func hasPair(s string) bool { return strings.IndexByte(s, '=') >= 0 }

// domainEnd returns the end of the domain that begins at i, or 0.
func domainEnd(s string, i int) int {
	start, end, labels := i, 0, 0
	limit := min(len(s), i+253)
	if i >= limit || isVersionLabel(s, i) {
		return 0
	}
	for i < limit {
		label := i
		letters := true
		for i < limit {
			c := s[i]
			if c >= utf8.RuneSelf {
				r, n := utf8.DecodeRuneInString(s[i:])
				if !unicode.In(r, unicode.L, unicode.M, unicode.N) {
					break
				}
				i += n
				continue
			}
			if c == '-' && i > label && i+1 < limit && (is(s[i+1], alnum) || s[i+1] == '-') {
				if labels > 0 && letters && i-label >= 2 && isTopLevel(s[label:i]) {
					end = i // example.com-x: the dash may part the address from what follows
				}
				letters = false
				i++
				continue
			}
			if !is(c, alnum) {
				break
			}
			letters = letters && is(c, alpha)
			i++
		}
		if i == label {
			break
		}
		if labels++; labels > 1 && (letters && isTopLevel(s[label:i]) || hasFold(s, label, "xn--")) {
			end = i
		}
		if i >= limit || s[i] != '.' {
			break
		}
		i++
	}
	if end == 0 || isWordAt(s, end) || end-start < 4 {
		return 0
	}
	return end
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

// isTopLevel reports whether label has the shape of a top-level domain.
func isTopLevel(label string) bool {
	return len(label) >= 2 && len(label) <= 24 && !notTopLevel.has(label)
}
