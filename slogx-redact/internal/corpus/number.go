package corpus

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// network is how the card numbers of a network begin, in a form, and how long they are.
type network struct {
	prefix   string
	from, to int
}

// networks follows what the networks publish.
var networks = []network{
	{"4", 13, 13}, {"4", 16, 16}, {"4", 19, 19}, // Visa
	{"5«=1|2|3|4|5»", 16, 16}, {"2«=221|300|500|699|720»", 16, 16}, // Mastercard
	{"3«=4|7»", 15, 15},                                 // American Express
	{"30«=0|1|2|3|4|5»", 14, 19}, {"3«=6|8|9»", 14, 19}, // Diners Club
	{"6011", 16, 19}, {"64«=4|5|6|7|8|9»", 16, 19}, {"65", 16, 19}, // Discover
	{"35«=28|35|50|89»", 16, 19},           // JCB
	{"62", 16, 19}, {"81«=0|1|5»", 16, 19}, // UnionPay
	{"50«=18|20|38»", 12, 19}, {"5893", 12, 19}, {"6304", 12, 19}, {"67«=59|61|62|63»", 12, 19}, // Maestro
	{"220«=0|1|2|3|4»", 16, 19},           // Mir
	{"979«=2»", 16, 16}, {"5019", 16, 16}, // Troy, Dankort
	{"60«d2»", 16, 16}, {"82", 16, 16}, {"508«d1»", 16, 16}, {"353«d1»", 16, 16}, {"356«d1»", 16, 16}, // RuPay
	{"506«=0|1»", 16, 16}, {"606282", 16, 16}, {"636«d1»", 16, 19}, {"637095", 16, 16}, // Verve, Elo, Hipercard, Hiper
	{"9860", 16, 16}, {"8600", 16, 16}, {"2205", 16, 16}, {"1", 15, 15}, // Humo, Uzcard, Borica, UATP
}

// groupings are how numbers of a length are printed; those of other lengths in fours.
var groupings = map[int][][]int{
	13: {{4, 4, 5}, {4, 3, 3, 3}}, 14: {{4, 6, 4}}, 15: {{4, 6, 5}, {4, 5, 6}}, 19: {{4, 4, 4, 4, 3}, {6, 13}},
}

// card returns a number that passes Luhn, in one piece or grouped.
func (g *Generator) card() string {
	n := pick(g, networks)
	number := g.fill(n.prefix)
	length := n.from + g.r.IntN(n.to-n.from+1)
	number = withLuhn(number+g.text(digits, length-1-len(number)), true)
	sep := pick(g, []string{"", " ", "-"})
	if sep == "" {
		return number
	}
	grouping := []int{4, 4, 4, 4, 3}
	if list := groupings[length]; list != nil {
		grouping = pick(g, list)
	}
	var groups []string
	for _, size := range grouping {
		if size = min(size, len(number)); size > 0 {
			groups = append(groups, number[:size])
			number = number[size:]
		}
	}
	return strings.Join(groups, sep)
}

// withLuhn appends a check digit that passes Luhn, or one that does not.
func withLuhn(number string, pass bool) string {
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
	check := (10 - sum%10) % 10
	if !pass {
		check = (check + 1) % 10
	}
	return number + string(rune('0'+check))
}

// iban returns an account number of any country, with its check digits, as it is stored or as it is printed.
func (g *Generator) iban() string {
	country, structure := g.country()
	var b strings.Builder
	for _, c := range structure {
		b.WriteString(g.text(alphabets[map[rune]byte{'n': 'd', 'a': 'L', 'c': 'A'}[c]], 1))
	}
	mod := 0
	for _, c := range b.String() + country + "00" {
		if c >= 'A' {
			mod = (mod*100 + int(c-'A') + 10) % 97
		} else {
			mod = (mod*10 + int(c-'0')) % 97
		}
	}
	number := fmt.Sprintf("%s%02d%s", country, 98-mod, b.String())
	sep := pick(g, []string{"", "", " ", "-"})
	if sep == "" {
		return number
	}
	var groups []string
	for ; len(number) > 4; number = number[4:] {
		groups = append(groups, number[:4])
	}
	return strings.Join(append(groups, number), sep)
}

// country returns the code of a country, and the class of each character of its account numbers.
func (g *Generator) country() (code, structure string) {
	form := pick(g, detect.IBANForms())
	var b strings.Builder
	for i := 2; i < len(form); i++ {
		n := 0
		for ; form[i] < 'a'; i++ {
			n = n*10 + int(form[i]-'0')
		}
		b.WriteString(strings.Repeat(form[i:i+1], n))
	}
	return form[:2], b.String()
}

// address returns an address of a network.
func (g *Generator) address(kind detect.Kind) string {
	switch kind {
	case detect.IPv4:
		return fmt.Sprintf("%d.%d.%d.%d", 1+g.r.IntN(223), g.r.IntN(256), g.r.IntN(256), g.r.IntN(256))
	case detect.MAC:
		form := pick(g, []string{"x2:x2:x2:x2:x2:x2", "X2:X2:X2:X2:X2:X2", "X2-X2-X2-X2-X2-X2", "x2-x2-x2-x2-x2-x2", "x4.x4.x4"})
		mac := g.fill("«" + strings.NewReplacer(":", "»:«", "-", "»-«", ".", "».«").Replace(form) + "»")
		if !strings.ContainsAny(mac, "abcdefABCDEF") {
			return "0a" + mac[2:]
		}
		return mac
	}
	var a [16]byte
	for i := range a {
		a[i] = byte(g.r.Uint32())
	}
	copy(a[:], pick(g, [][]byte{{0x20, 0x01, 0x0d, 0xb8}, {0x26, 0x06}, {0xfd}, {0xfe, 0x80, 0, 0, 0, 0, 0, 0}}))
	for i := 8 - g.r.IntN(3)*2; i < 8+g.r.IntN(4)*2; i++ {
		a[i] = 0
	}
	ip := netip.AddrFrom16(a)
	switch g.r.IntN(6) {
	case 0:
		return ip.StringExpanded()
	case 1:
		return strings.ToUpper(ip.String())
	case 2:
		return "::ffff:" + g.address(detect.IPv4)
	case 3:
		return pick(g, []string{"::1", "64:ff9b::" + g.address(detect.IPv4), "2001:db8::" + g.text(alphabets['p'], 1), "ff02::1:2"})
	default:
		return ip.String()
	}
}
