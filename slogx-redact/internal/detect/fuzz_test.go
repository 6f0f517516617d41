package detect

import (
	"net/netip"
	"strings"
	"testing"
)

// FuzzFind: nothing panics, and matches are in bounds, in order and apart, and of a kind that was asked for.
func FuzzFind(f *testing.F) {
	for _, c := range benchCases {
		f.Add(c.text, uint64(1<<len(kinds)-1))
	}
	for _, s := range []string{"a:b@tcp(", "://@", "password='", `token=\"`, "\\", "eyJ.eyJ.", "\u200b4", "+1(", "((0)", "x@.y@%40", "::%", "sshpass -p ", "mysql -p", "redis-cli -a ", "AUTH ", `setPassword("`, `"--password",`, "password=Some(", "a:password:|\n"} {
		f.Add(s, uint64(1<<len(kinds)-1))
	}
	f.Fuzz(func(t *testing.T, text string, want uint64) {
		var asked []Kind
		for i, k := range kinds {
			if want>>i&1 != 0 {
				asked = append(asked, k)
			}
		}
		set := NewSet(nil, asked...)
		first := []Match{{Start: -1, End: 0, Kind: "kept"}}
		end := 0
		for i, m := range set.Find(first, text, Hint{Key: text}) {
			if i == 0 {
				if m != first[0] {
					t.Fatalf("the caller's match became %v", m)
				}
				continue
			}
			if m.Start < end || m.End <= m.Start || m.End > len(text) || set.want&bit(m.Kind) == 0 {
				t.Fatalf("%q: match %v after %d", text, m, end)
			}
			end = m.End
			if m.Kind == IPv6 {
				var f folded
				f.set(text[m.Start:m.End])
				if _, err := netip.ParseAddr(string(f.text)); err != nil {
					t.Fatalf("%q: %v", text, err)
				}
			}
		}
	})
}

// FuzzNeighbours: a secret is found whatever stands around it, if its neighbours are no letters or digits.
func FuzzNeighbours(f *testing.F) {
	f.Add("user ", " paid")
	f.Add("a=", ";b")
	f.Add("<", ">")
	secrets := []string{"4111111111111111", "GB82WEST12345698765432", "ghp_" + filler[:36], "AKIAIOSFODNN7EXAMPLE", "123-45-6789", rfc7519}
	set := NewSet(nil, Kinds()...)
	f.Fuzz(func(t *testing.T, before, after string) {
		if n := len(before); n > 0 && (is(before[n-1], alnum) || n > 1 && before[n-1] == '.' && is(before[n-2], digit)) {
			before += " " // no part of a word, nor the fraction of a number
		}
		if isWordAt(after, 0) {
			after = " " + after
		}
		if strings.ContainsFunc(before+after, isFolded) || strings.ContainsAny(before+after, "\\:=@REDACTED*") {
			return // what joins neighbours to a secret, and masks
		}
		for _, secret := range secrets {
			text := before + secret + after
			var out strings.Builder
			end := 0
			for _, m := range set.Find(nil, text, Hint{}) {
				out.WriteString(text[end:m.Start])
				end = m.End
			}
			out.WriteString(text[end:])
			if strings.Contains(out.String(), secret) && !strings.Contains(before+after, secret) {
				t.Fatalf("%q: %q is left", text, secret)
			}
		}
	})
}

func TestLinear(t *testing.T) {
	t.Parallel()
	set := NewSet(nil, Kinds()...)
	for _, part := range []string{"://a:b", "eyJ-", "a@b.", "token=", "1-", "-----BEGIN PRIVATE KEY", "hooks.slack.com/", `password="\"`, "::", "(0)", "Bearer ",
		"password={ ", "01 23 45 67 89 ", "4111 1111 1111 1111 ", "<pw>", "password for a ", "+1 ", "a1b2:", "token: a ", "x@x.co-",
		`{"password":`, "-----BEGIN PRIVATE KEY-----", "password=[", "cookie: a=b ", "1.1.1.", "SharedAccessKey=", "'", "a=b;pwd=c d",
		"a://:", "http://a:", "http://u:p,", "postgres://u:p", "a://:b@!/", "postgres://u:p@!/", "password=x;",
		"a%3A%2F%2F", "token%3D", `password=Some("`, "mysql ", "{password:a ", "password=(", "password=map[", `">`, "password: |\n ", "curl -u ", "eyJ..",
		"password=“\n", "-----\npassword:\n- a\n", "Authorization: a b=c ", `"password","value":`, "identified by '", "1//0a", "AB:CD:", "1.2.", "\x1b[1m",
	} {
		text := strings.Repeat(part, 1<<18/len(part)) // a quadratic detector would take minutes
		set.Find(nil, text, Hint{})
	}
}

func isFolded(r rune) bool {
	_, ok := fold(r)
	return ok
}
