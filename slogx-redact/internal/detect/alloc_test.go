//go:build !race

package detect

import "testing"

func TestNoAllocations(t *testing.T) {
	set := NewSet(nil, Kinds()...)
	hint := Hint{Key: "client_version"}
	for _, text := range []string{
		clean267, prose267, "order placed", "12:34:56", "1.2.3.4", "a@b", "::", "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32",
		"jane@example.com", "postgres://u:pw@h/db?password=x", "password is hunter2", "password: x", "ssn: 158 02 0204", "password=4111 1111 1111 1111", rfc7519, "2001:db8::1",
		"Authorization: Basic dXNlcjpwYXNz", "+1 415-555-0100", "４１１１１１１１１１１１１１１１",
	} {
		dst := make([]Match, 0, 16)
		for _, h := range []Hint{{}, hint} {
			if n := testing.AllocsPerRun(100, func() { dst = set.Find(dst[:0], text, h) }); n != 0 {
				t.Errorf("%q: %v allocations", text, n)
			}
			b := []byte(text)
			if n := testing.AllocsPerRun(100, func() { dst = set.FindBytes(dst[:0], b, h) }); n != 0 {
				t.Errorf("%q as bytes: %v allocations", text, n)
			}
		}
	}
	if len(clean267) != 267 || len(prose267) != 267 {
		t.Errorf("lines of %d and %d bytes, want 267", len(clean267), len(prose267))
	}
}
