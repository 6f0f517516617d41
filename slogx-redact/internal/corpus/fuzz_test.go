package corpus

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

const maxAround = 6 // bytes: neighbours, not a text of its own

// FuzzNeighbours: a secret of any kind is never in what is left, whatever stands around it, if its neighbours
// are no letters or digits.
func FuzzNeighbours(f *testing.F) {
	for i := range detect.Kinds() {
		for _, around := range [][2]string{
			{"user ", " paid"}, {"a=", ";b"}, {"<", ">"}, {`{"x":"`, `"}`}, {"\n", "\n"}, {"→", "…"}, {".", "."}, {"://", "@"}, {"'", "'"}, {"password=", "&"},
		} {
			f.Add(uint64(i), around[0], around[1])
		}
	}
	kinds := detect.Kinds()
	set := detect.NewSet(nil, kinds...)
	f.Fuzz(func(t *testing.T, seed uint64, before, after string) {
		before, after = before[:min(len(before), maxAround)], after[:min(len(after), maxAround)]
		kind := kinds[seed%uint64(len(kinds))]
		g := New(seed)
		lead, rest, ok := strings.Cut(g.secret(kind), "⟦")
		if !ok {
			lead, rest = "", lead+"⟧"
		}
		secret, tail, _ := strings.Cut(rest, "⟧")
		before = strings.TrimRightFunc(before, isInvisible)
		after = strings.TrimLeftFunc(after, isInvisible)
		if r, _ := utf8.DecodeLastRuneInString(before); isWord(r) {
			before += " "
		}
		if r, _ := utf8.DecodeRuneInString(after); isWord(r) {
			after = " " + after
		}
		switch kind {
		case detect.IPv4:
			before += " at " // a version word before it makes it a version
			_, after = apart("", after)
		case detect.Email:
			if i := strings.LastIndex(before, "://"); i >= 0 && !strings.ContainsAny(before[i+3:], " /") {
				before += " " // user and host of a URL
			}
		case detect.Card, detect.Phone, detect.SSN, detect.IPv6, detect.MAC:
			before, after = apart(before, after)
		}
		if lead != "" {
			before += ". " // so that the words that say what it is are no value themselves
		}
		if text := lead + secret; text[0] >= '0' && text[0] <= '9' {
			before, _ = apart(before, "")
		}
		text := before + lead + secret + tail + after
		if out := mask(set, text); strings.Contains(out, secret) && !strings.Contains(before+after, secret) {
			t.Fatalf("%s: %q is left in %q of %q", kind, secret, out, text)
		}
	})
}

// apart keeps words beside a number in groups from being groups of it.
func apart(before, after string) (_, _ string) {
	last, n := utf8.DecodeLastRuneInString(before)
	if r, size := utf8.DecodeLastRuneInString(before[:len(before)-n]); size > 0 && joins(last) && (isWord(r) || r == ':') {
		before += "|"
	}
	first, n := utf8.DecodeRuneInString(after)
	if r, size := utf8.DecodeRuneInString(after[n:]); size > 0 && joins(first) && (isWord(r) || r == ':') {
		after = "|" + after
	}
	return before, after
}

// joins reports whether r may stand between the groups of a number: spaces and dashes of all scripts do.
func joins(r rune) bool { return r >= utf8.RuneSelf || strings.ContainsRune(" -.:/", r) }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isInvisible reports whether r shows nothing, so that what is beside it are the neighbours.
func isInvisible(r rune) bool { return unicode.In(r, unicode.Cf) }

func mask(set *detect.Set, text string) string {
	var out strings.Builder
	end := 0
	for _, m := range set.Find(nil, text, detect.Hint{}) {
		out.WriteString(text[end:m.Start] + "REDACTED")
		end = m.End
	}
	return out.String() + text[end:]
}

// FuzzClean: nothing is found in lines that have nothing in them.
func FuzzClean(f *testing.F) {
	f.Add(uint64(1))
	set := detect.NewSet(nil, detect.Kinds()...)
	f.Fuzz(func(t *testing.T, seed uint64) {
		if text := New(seed).Clean(); mask(set, text) != text {
			t.Fatalf("%q became %q", text, mask(set, text))
		}
	})
}
