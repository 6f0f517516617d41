package main

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
)

// checkLinks checks that every relative link in a Markdown file leads somewhere.
func (r *repo) checkLinks() []problem {
	var problems []problem
	for _, name := range r.markdown() {
		for _, l := range links(r.texts[name]) {
			if text := r.checkLink(name, l.target); text != "" {
				problems = append(problems, problem{name, l.line, text})
			}
		}
	}
	return problems
}

// checkLink returns what is wrong with a link in the file from, or "".
func (r *repo) checkLink(from, target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return fmt.Sprintf("link %q: %v", target, err)
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	to := from
	if u.Path != "" {
		to = path.Join(path.Dir(from), u.Path)
	}
	if path.IsAbs(u.Path) || !r.exists(to) {
		return fmt.Sprintf("link %q: no such file", target)
	}
	if u.Fragment != "" && path.Ext(to) == ".md" && !anchors(r.texts[to])[u.Fragment] {
		return fmt.Sprintf("link %q: no such heading", target)
	}
	return ""
}

// A link is a reference to something else in a Markdown file.
type link struct {
	line   int
	target string
}

var (
	inlineLink = regexp.MustCompile(`\]\(<?([^()\s<>]+)>?(?:\s+"[^"]*")?\)`)
	definition = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s+<?([^\s<>]+)>?`)
	htmlLink   = regexp.MustCompile(`(?:href|src|srcset)="([^"]+)"`)
	codeSpan   = regexp.MustCompile("`+[^`]*`+")
)

func links(text string) []link {
	var found []link
	for line, s := range prose(text) {
		s = codeSpan.ReplaceAllString(s, "")
		for _, re := range []*regexp.Regexp{inlineLink, definition, htmlLink} {
			for _, m := range re.FindAllStringSubmatch(s, -1) {
				found = append(found, link{line, m[1]})
			}
		}
	}
	return found
}

var (
	heading   = regexp.MustCompile(`^ {0,3}#{1,6}\s+(.*?)\s*#*$`)
	anchorTag = regexp.MustCompile(`<a\s+(?:id|name)="([^"]+)"`)
	linkText  = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
)

// anchors returns the fragments that lead into a Markdown file, as GitHub makes them from its headings.
func anchors(text string) map[string]bool {
	found := make(map[string]bool)
	for _, s := range prose(text) {
		for _, m := range anchorTag.FindAllStringSubmatch(s, -1) {
			found[m[1]] = true
		}
		m := heading.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		slug := slug(linkText.ReplaceAllString(m[1], "$1"))
		name := slug
		for n := 1; found[name]; n++ {
			name = fmt.Sprintf("%s-%d", slug, n)
		}
		found[name] = true
	}
	return found
}

func slug(heading string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsLetter(c), unicode.IsDigit(c), c == '-', c == '_':
			return unicode.ToLower(c)
		case c == ' ':
			return '-'
		default:
			return -1
		}
	}, heading)
}
