// Package corpus makes labelled lines of logs from documented formats and public test values, to measure
// package detect. Nothing in it is anybody's.
//
// Lines are written as forms: text in which «a36» stands for 36 random letters and digits, and «=x|y» for x or
// y. See [Generator.fill]. What is to be found stands between ⟦ and ⟧.
package corpus

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// Line is a line of a log with one secret, which is Text[Start:End]; a clean one has no Kind.
type Line struct {
	Kind  detect.Kind `json:"kind,omitempty"`
	Text  string      `json:"text"`
	Start int         `json:"start,omitempty"`
	End   int         `json:"end,omitempty"`
}

// Generator makes lines. It is not safe for concurrent use.
type Generator struct{ r *rand.Rand }

// New returns a Generator that makes the same lines for the same seed.
func New(seed uint64) *Generator { return &Generator{rand.New(rand.NewPCG(seed, seed))} }

// Labelled returns a line with a secret of the kind.
func (g *Generator) Labelled(kind detect.Kind) Line {
	text := g.secret(kind)
	if !strings.Contains(text, "⟦") {
		text = "⟦" + text + "⟧"
	}
	text = strings.Replace(g.fill(pick(g, frames)), "¤", text, 1)
	before, rest, _ := strings.Cut(text, "⟦")
	secret, after, _ := strings.Cut(rest, "⟧")
	return Line{kind, before + secret + after, len(before), len(before) + len(secret)}
}

// frames are what stands around a secret, ¤.
var frames = []string{
	"¤", "user ¤ done", "x=y ¤", "(¤)", "from ¤, then", "<¤>", "[¤]", "«d4»-«d2»-«d2»T«d2»:«d2»:«d2»Z INFO ¤ (attempt «d1»)",
	"level=info msg=\"got ¤\" took=«d2»ms", "request «x8»-«x4»-4«x3»-a«x3»-«x12»: ¤", "failed to handle ¤: context canceled", "\t¤\t",
}

func (g *Generator) secret(kind detect.Kind) string {
	switch kind {
	case detect.Card:
		return g.card()
	case detect.IBAN:
		return g.iban()
	case detect.IPv4, detect.IPv6, detect.MAC:
		return g.address(kind)
	case detect.JWT:
		return g.jwt()
	case detect.Basic:
		return "Authorization: Basic ⟦" + g.basic() + "⟧"
	}
	return g.fill(pick(g, forms[kind]))
}

func pick[T any](g *Generator, from []T) T { return from[g.r.IntN(len(from))] }

// alphabets of what forms are filled with.
var alphabets = map[byte]string{
	'd': digits,
	'n': "23456789",
	'p': "123456789",
	'x': digits + "abcdef",
	'X': digits + "ABCDEF",
	'l': lower,
	'L': upper,
	'a': digits + lower + upper,
	'A': digits + upper,
	'k': digits + lower,
	'u': digits + lower + upper + "-_",
	'b': digits + lower + upper + "+/",
	'2': upper + "234567",
	's': digits + lower + upper + "!#%*+-.^_~$", // what passwords have
}

const (
	digits = "0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// fill returns a form with what stands between « and » replaced: a letter of alphabets and a count, or = and
// alternatives.
func (g *Generator) fill(form string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "«")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		var what string
		what, form, _ = strings.Cut(rest, "»")
		if list, ok := strings.CutPrefix(what, "="); ok {
			b.WriteString(pick(g, strings.Split(list, "|")))
			continue
		}
		n, _ := strconv.Atoi(what[1:])
		b.WriteString(g.text(alphabets[what[0]], n))
	}
}

func (g *Generator) text(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.r.IntN(len(alphabet))]
	}
	return string(b)
}
