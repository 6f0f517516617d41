package detect

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// finding is one expected match: its kind and the text that it covers.
type finding struct {
	kind Kind
	text string
}

func findings(s *Set, text string, hint Hint) []finding {
	var out []finding
	for _, m := range s.Find(nil, text, hint) {
		out = append(out, finding{m.Kind, text[m.Start:m.End]})
	}
	return out
}

// check runs one table with all kinds on: other detectors must not get in the way.
func check(t *testing.T, kind Kind, found map[string]string, clean []string) {
	t.Helper()
	all := NewSet(nil, Kinds()...)
	for text, want := range found {
		if got := findings(all, text, Hint{}); !slices.Equal(got, []finding{{kind, want}}) {
			t.Errorf("%q\n got %q\nwant %q", text, got, []finding{{kind, want}})
		}
		for _, m := range NewSet(nil, kind).Find(nil, text, Hint{}) {
			if m.Kind != kind {
				t.Errorf("%q: found %s, asked for %s only", text, m.Kind, kind)
			}
		}
	}
	for _, text := range clean {
		if got := findings(all, text, Hint{}); got != nil {
			t.Errorf("%q: got %q, want nothing", text, got)
		}
	}
}

// same makes a table of secrets that are found whole.
func same(secrets ...string) map[string]string {
	m := make(map[string]string, len(secrets))
	for _, s := range secrets {
		m[s] = s
	}
	return m
}

// TestMarked reads lines in which what is to be found is marked.
func TestMarked(t *testing.T) {
	t.Parallel()
	lines, err := os.ReadFile("testdata/marked.txt")
	if err != nil {
		t.Fatal(err)
	}
	set := NewSet(nil, Kinds()...)
	for line := range strings.Lines(string(lines)) {
		if strings.HasPrefix(line, "## ") {
			continue
		}
		want := strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "⏎", "\n")
		text := strings.NewReplacer("«", "", "»", "").Replace(want)
		var got strings.Builder
		end := 0
		for _, m := range set.Find(nil, text, Hint{}) {
			got.WriteString(text[end:m.Start] + "«" + text[m.Start:m.End] + "»")
			end = m.End
		}
		if got.WriteString(text[end:]); got.String() != want {
			t.Errorf("\n got %q\nwant %q", got.String(), want)
		}
	}
}

func TestCard(t *testing.T) {
	t.Parallel()
	check(t, Card, same(
		"4111111111111111", "4012888888881881", "5555555555554444", "371449635398431", "30569309025904",
		"6011000400000000", "3528000700000000", "6759649826438453", "4222222222222", "2223003122003222",
		"4111 1111 1111 1111", "4111-1111-1111-1111", "3714 496353 98431", "3056 930902 5904", "6304000000000000",
		"501800000009", "2200000000000004", "6062826786276634", "6205500000000000004", "135410014004955",
	), []string{
		"4012-8888-8888-1882", "4111111111111112", "1748503543012", "1548138160707", "20260823000001",
		"47223179-9330-4259-b66c-f2db26efb20c", "14111111111111111", "41111111111111111111111", "a4111111111111111",
		"4111111111111111a", "4111  1111  1111  1111", "1748503543012345", "1748503543012345678",
		"00-0af7651916cd43dd8448eb211c80319c-4111111111111111-01",
	})
	check(t, Card, map[string]string{
		"card=4111111111111111;":                   "4111111111111111",
		"_4111111111111111_":                       "4111111111111111",
		"paid with 4111 1111 1111 1111 for 12 EUR": "4111 1111 1111 1111",
		`line\n4111111111111111\tend`:              "4111111111111111",
		"12-4111-1111-1111-1111":                   "4111-1111-1111-1111",
	}, nil)
}

func TestIBAN(t *testing.T) {
	t.Parallel()
	check(t, IBAN, same(
		"GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "gb82west12345698765432", "DE89370400440532013000",
		"DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606", "NO9386011117947", "BE68539007547034",
		"MT84MALT011000012345MTLCAST001S", "NL91-ABNA-0417-1643-00", "BR1800360305000010009795493C1",
		"LC55HEMM000100010012001200023015", "SC18SSCB11010000000000001497USD", "RU0204452560040702810412345678901",
	), []string{
		"GB82WEST12345698765433", "GB82WEST1234569876543", "GB82WEST123456987654321", "XX82WEST12345698765432",
		"DE893704004405320130000", "de89370400440532013001",
	})
}

// registered are the examples of the IBAN registry.
const registered = `AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201
AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 BH67BMAG00001299123456
BI4210000100010000332045181 BR1800360305000010009795493C1 BY13NBRB3600900000002Z00AB00 CH9300762011623852957
CR05015202001026284066 CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000
DJ2100010000000154000100186 DK5000400440116243 DO28BAGR00000001212453611324 EE382200221020145685
EG380019000500000000263180002 ES9121000418450200051332 FI2112345600000785 FK88SC123456789012 FO6264600001631634
FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917 GI75NWBK000000007099453 GL8964710001000206
GR1601101250000000012300695 GT82TRAJ01020000001210029690 HN88CABF00000000000250005469 HR1210010051863000160
HU42117730161111101800000000 IE29AIBK93115212345678 IL620108000000099999999 IQ98NBIQ850123456789012
IS140159260076545510730339 IT60X0542811101000000123456 JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101
KZ86125KZT5004100100 LB62099900000001001901229114 LC55HEMM000100010012001200023015 LI21088100002324013AA
LT121000011101001000 LU280019400644750000 LV80BANK0000435195001 LY83002048000020100120361 MC5811222000010123456789030
MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 MN121234123456789123 MR1300020001010000123456753
MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NI45BAPR00000013000003558124 NL91ABNA0417164300
NO9386011117947 OM810180000001299123456 PK36SCBL0000001123456702 PL61109010140000071219812874
PS92PALS000000000400123456702 PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000
RS35260005601001611379 RU0204452560040702810412345678901 SA0380000000608010167519 SC18SSCB11010000000000001497USD
SD2129010501234001 SE4550000000058398257466 SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100
SO211000001001000100141 ST23000100010051845310146 SV62CENR00000000000000700025 TL380080012345678910157
TN5910006035183598478831 TR330006100519786457841326 UA213223130000026007233566001 VA59001123000012345678
VG96VPVG0000012345678901 XK051212012345678906 YE15CBYE0001018861234567891234`

func TestRegisteredIBANs(t *testing.T) {
	t.Parallel()
	all := NewSet(nil, Kinds()...)
	for number := range strings.FieldsSeq(registered) {
		grouped := ""
		for rest := number; rest != ""; rest = rest[min(4, len(rest)):] {
			grouped += " " + rest[:min(4, len(rest))]
		}
		for _, text := range []string{number, strings.ToLower(number), grouped[1:], strings.ReplaceAll(grouped[1:], " ", "-")} {
			if got := findings(all, text, Hint{}); !slices.Equal(got, []finding{{IBAN, text}}) {
				t.Errorf("%q: got %q", text, got)
			}
		}
		if got := findings(all, number[:len(number)-1], Hint{}); len(got) > 0 && got[0].kind == IBAN {
			t.Errorf("%q without its last character: got %q", number, got)
		}
	}
}

func TestSSN(t *testing.T) {
	t.Parallel()
	check(t, SSN, map[string]string{
		"123-45-6789":               "123-45-6789",
		"ssn 123-45-6789.":          "123-45-6789",
		"social security 123456789": "123456789",
		"SSN# 123 45 6789":          "123 45 6789",
		"x-123-45-6789-x":           "123-45-6789",
	}, []string{
		"000-45-6789", "666-45-6789", "900-45-6789", "123-00-6789", "123-45-0000", "123-45-67890", "1123-45-6789",
		"status 200 15 2326", "order 123456789", "2024-01-15",
	})
	set := NewSet(nil, SSN)
	if got := findings(set, "123456789", Hint{Key: "userSsn"}); len(got) != 1 {
		t.Errorf("digits under an ssn key: %q", got)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	check(t, IPv4, map[string]string{
		"192.0.2.1":                     "192.0.2.1",
		"from 192.0.2.1:8080":           "192.0.2.1",
		"(198.51.100.7)":                "198.51.100.7",
		".203.0.113.9.":                 "203.0.113.9",
		"net 10.0.0.0/8":                "10.0.0.0",
		"http://203.0.113.9/x":          "203.0.113.9",
		"ip-192.0.2.1-x":                "192.0.2.1",
		"client=192.0.2.1, status=200":  "192.0.2.1",
		"no version 2 here: 192.0.2.1.": "192.0.2.1",
	}, []string{
		"v1.2.3.4", "version 1.2.3.4", "Version: 1.2.3.4", "version=1.2.3.4", "Chrome/120.0.0.0", "1.2.3.4.5", "1.3.6.1.4.1",
		"256.1.1.1", "1.2.3", "01.2.3.4", "release-1.2.3.4", `"version":"1.2.3.4"`,
	})
	if got := findings(NewSet(nil, IPv4), "1.2.3.4", Hint{Key: "appVersion"}); got != nil {
		t.Errorf("a dotted quad under a version key: %q", got)
	}
	check(t, IPv6, map[string]string{
		"2001:db8::1":               "2001:db8::1",
		"::1":                       "::1",
		"[2001:db8::1]:443":         "2001:db8::1",
		"from 2001:db8::1: refused": "2001:db8::1",
		"2001:0db8:85a3:0000:0000:8a2e:0370:7334": "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
		"::ffff:192.0.2.1":                        "::ffff:192.0.2.1",
		"64:ff9b::192.0.2.33":                     "64:ff9b::192.0.2.33",
		"fe80::1%eth0 up":                         "fe80::1%eth0",
		"addr:2001:db8::1":                        "2001:db8::1",
		"2001:db8::/32":                           "2001:db8::",
		"http://[2001:db8::7]:8080/x":             "2001:db8::7",
	}, []string{
		"12:34:56", "10:30:00.123", "std::vector", "a::b", "abc::def", "::", "x::1", "a1::b2", "dead::beef::1", "1:2:3:4",
		"2024-01-15T10:30:00+01:00", "ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01",
	})
	check(t, MAC, same("00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "001b.4411.3ab7"), []string{
		"00:1b:44:11:3a", "00:1b:44:11:3a:b7:c1", "00:1b-44:11-3a:b7", "12:34:56", "1234.5678.9012",
	})
}

func TestEmail(t *testing.T) {
	t.Parallel()
	check(t, Email, map[string]string{
		"john.doe@example.com":                  "john.doe@example.com",
		"<a+b@sub.example.co.uk>,":              "a+b@sub.example.co.uk",
		"mail to o'brien@example.org.":          "o'brien@example.org",
		"user=jane_d@example.com&x=1":           "jane_d@example.com",
		"?u=jane%40example.com&x=1":             "jane%40example.com",
		`"john doe"@example.com`:                `"john doe"@example.com`,
		`'jane@example.com'`:                    "jane@example.com",
		`{"email":"jane@example.com"}`:          "jane@example.com",
		`\njane@example.com\n`:                  "jane@example.com",
		"jörg@bücher.example":                   "jörg@bücher.example",
		"4111111111111111@example.com":          "4111111111111111@example.com",
		"-x@example.com-":                       "x@example.com",
		"user@xn--bcher-kva.example":            "user@xn--bcher-kva.example",
		"“jane@example.com”":                    "jane@example.com",
		"jane@example.com_4":                    "jane@example.com",
		"jane@example.com:22":                   "jane@example.com",
		"https://h.example/?q=jane@example.com": "jane@example.com",
	}, []string{
		"lodash@4.17.21", "pkg@1.0.0-rc.next", "github.com/foo/bar@v1.2.3", "icon@2x.png", "getty@tty1.service", "@bob.smith",
		"root@localhost", "git@github.com:org/repo.git", "a @ b.com", "@scope/pkg", "x@sha256:abc",
	})
}

func TestPhone(t *testing.T) {
	t.Parallel()
	check(t, Phone, same(
		"+14155550100", "+1 415-555-0100", "+1 (415) 555-0100", "+44 20 7946 0958", "+44 (0)20 7946 0958", "+49 30 123456",
		"+33 1 23 45 67 89", "+919876543210", "(415) 555-0100", "(415)555-0100", "415-555-0100", "415.555.0100", "1-415-555-0100",
		"020 7946 0958", "07700 900 123", "01 23 45 67 89", "03-1234-5678", "0412 345 678", "(020) 7946 0018", "(11) 91234-5678",
		"415 555 0100", "0044 20 7946 0958", "138 0013 8000",
	), []string{
		"order 4155550100", "1700000000", "+0100", "2024-01-15T10:30:00+01:00", "sizes 512 768 1024", "1-2-3", "+12345", "ORD-2024-00012345",
		"2024-01-15 10:30:00 +0000 UTC", "x+14155550100", "115-555-0100", "415-055-0100", "100 200 300", "1e+10", "00012345",
	})
	check(t, Phone, map[string]string{
		"call +1 415-555-0100 5 times": "+1 415-555-0100",
		"phone: 4155550100":            "4155550100",
		"tel=5550-1234 now":            "5550-1234",
		"(call 415-555-0100)":          "415-555-0100",
	}, nil)
	if got := findings(NewSet(nil, Phone), "4155550100", Hint{Key: "phone_number"}); len(got) != 1 {
		t.Errorf("digits under a phone key: %q", got)
	}
}

func TestFolded(t *testing.T) {
	t.Parallel()
	check(t, Card, same(
		"4111\u200b1111\u200b1111\u200b1111", "４１１１１１１１１１１１１１１１", "4111\u00a01111\u00a01111\u00a01111", "4111‑1111‑1111‑1111",
	), nil)
	check(t, Email, map[string]string{
		"→ ja\u200dne＠example.com\u200b ok": "ja\u200dne＠example.com",
	}, []string{"“quoted” – text… with ellipsis", "naïve café"})
}
