// Package corpus makes labelled lines from documented formats, with a fixed seed, to measure package detect.
package corpus

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// Line is a line of a log with one secret, which is Text[Start:End].
type Line struct {
	Kind       detect.Kind
	Text       string
	Start, End int
}

// Generator makes lines. It is not safe for concurrent use.
type Generator struct{ r *rand.Rand }

// New returns a Generator that makes the same lines for the same seed.
func New(seed uint64) *Generator { return &Generator{rand.New(rand.NewPCG(seed, seed))} }

const (
	digits = "0123456789"
	hex    = digits + "abcdef"
	letter = "abcdefghijklmnopqrstuvwxyz"
	base62 = digits + letter + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// Labelled returns a line with a secret of one of the kinds in [Measured].
func (g *Generator) Labelled(kind detect.Kind) Line {
	secret := g.secret(kind)
	frames := [][2]string{{"", ""}, {"user ", " done"}, {"x=", ";"}, {`{"id":"`, `"}`}, {"(", ")"}, {"from ", ", then"}, {"<", ">"}}
	frame := frames[g.r.IntN(len(frames))]
	return Line{kind, frame[0] + secret + frame[1], len(frame[0]), len(frame[0]) + len(secret)}
}

// Measured are the kinds that Labelled makes.
func Measured() []detect.Kind {
	return []detect.Kind{
		detect.Card, detect.IBAN, detect.SSN, detect.Email, detect.IPv4, detect.IPv6, detect.MAC, detect.Phone, detect.GitHub,
		detect.AWS, detect.Stripe, detect.GitLab,
	}
}

func (g *Generator) secret(kind detect.Kind) string {
	switch kind {
	case detect.Card:
		return g.card()
	case detect.IBAN:
		return g.iban()
	case detect.SSN:
		return fmt.Sprintf("%03d-%02d-%04d", 1+g.r.IntN(665), 1+g.r.IntN(99), 1+g.r.IntN(9999))
	case detect.Email:
		return g.text(letter, 1+g.r.IntN(9)) + []string{"", ".", "_", "+"}[g.r.IntN(4)] + g.text(letter+digits, 3) + "@" +
			g.text(letter, 3+g.r.IntN(8)) + []string{".example", ".example.com", ".example.org"}[g.r.IntN(3)]
	case detect.IPv4:
		return fmt.Sprintf("%d.%d.%d.%d", g.r.IntN(256), g.r.IntN(256), g.r.IntN(256), g.r.IntN(256))
	case detect.IPv6:
		a := [16]byte{0x20, 0x01, 0x0d, 0xb8}
		for i := 4 + g.r.IntN(12); i < len(a); i++ {
			a[i] = byte(g.r.Uint32())
		}
		return netip.AddrFrom16(a).String()
	case detect.MAC:
		pair := func() string { return g.text(hex, 2) }
		return strings.Join([]string{pair(), pair(), pair(), pair(), pair(), pair()}, []string{":", "-"}[g.r.IntN(2)])
	case detect.Phone:
		form := []string{"+1 %s-555-01%s", "+1%s55501%s", "(%s) 555-01%s", "%s-555-01%s", "+44 20 7946 0%s%s"}[g.r.IntN(5)]
		if strings.HasPrefix(form, "+44") {
			return fmt.Sprintf(form, "9", g.text(digits, 2))
		}
		return fmt.Sprintf(form, g.text("23456789", 3), g.text(digits, 2))
	case detect.GitHub:
		return []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}[g.r.IntN(5)] + g.text(base62, 36)
	case detect.AWS:
		return "AKIA" + g.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
	case detect.Stripe:
		return []string{"sk_live_", "rk_test_"}[g.r.IntN(2)] + g.text(base62, 24)
	default:
		return "glpat-" + g.text(base62, 20)
	}
}

func (g *Generator) text(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.r.IntN(len(alphabet))]
	}
	return string(b)
}

// card returns a number that passes Luhn, in one piece or grouped.
func (g *Generator) card() string {
	prefix := []string{"4", "51", "2221", "6011", "3528", "62", "65", "2200", "34", "37"}[g.r.IntN(10)]
	n := 16
	if prefix[0] == '3' && len(prefix) == 2 {
		n = 15
	}
	number := prefix + g.text(digits, n-1-len(prefix))
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	number += string(rune('0' + (10-sum%10)%10))
	sep := []string{"", " ", "-"}[g.r.IntN(3)]
	if n == 15 {
		return number[:4] + sep + number[4:10] + sep + number[10:]
	}
	return number[:4] + sep + number[4:8] + sep + number[8:12] + sep + number[12:]
}

// iban returns a German or British number with its check digits.
func (g *Generator) iban() string {
	country, bban := "DE", g.text(digits, 18)
	if g.r.IntN(2) == 0 {
		country, bban = "GB", strings.ToUpper(g.text(letter, 4))+g.text(digits, 14)
	}
	mod := 0
	for _, c := range bban + country + "00" {
		if c >= 'A' {
			mod = (mod*100 + int(c-'A') + 10) % 97
		} else {
			mod = (mod*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("%s%02d%s", country, 98-mod, bban)
}

// Clean returns a line in which there is nothing to find.
func (g *Generator) Clean() string {
	switch g.r.IntN(8) {
	case 0:
		return "request " + g.uuid() + " done in " + g.text("123456789", 2) + "ms"
	case 1:
		return "commit " + g.text(hex, 40) + " built"
	case 2:
		return "traceparent 00-" + g.text(hex, 32) + "-" + g.text(hex, 16) + "-01"
	case 3:
		return fmt.Sprintf("2026-%02d-%02dT%02d:%02d:%02d.%03dZ at %d", 1+g.r.IntN(12), 1+g.r.IntN(28), g.r.IntN(24), g.r.IntN(60),
			g.r.IntN(60), g.r.IntN(1000), 1700000000000+g.r.Int64N(1e11))
	case 4:
		return fmt.Sprintf("upgraded to v%d.%d.%d, version %d.%d.%d.%d", g.r.IntN(20), g.r.IntN(99), g.r.IntN(99), g.r.IntN(20), g.r.IntN(99), g.r.IntN(99), g.r.IntN(99))
	case 5:
		return "order ORD-2026-" + g.text(digits, 8) + " shipped"
	case 6:
		return "image data:image/png;base64,iVBORw0KGgo" + g.text(base62+"+/", 200) + "=="
	default:
		return "open /var/lib/" + g.text(letter, 6) + "/" + g.text(hex, 12) + ".json: no such file"
	}
}

func (g *Generator) uuid() string {
	return g.text(hex, 8) + "-" + g.text(hex, 4) + "-4" + g.text(hex, 3) + "-9" + g.text(hex, 3) + "-" + g.text(hex, 12)
}
