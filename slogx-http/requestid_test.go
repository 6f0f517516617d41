package slogxhttp

import (
	"net/http"
	"strings"
	"testing"
)

func TestSentRequestID(t *testing.T) {
	for _, tt := range []struct {
		name string
		ids  []string
		want string
	}{
		{"none", nil, ""},
		{"a UUID", []string{"0f8fad5b-d9cb-469f-a165-70867728950e"}, "0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"of another system", []string{"Root=1-67891233-abcdef012345678912345678"}, "Root=1-67891233-abcdef012345678912345678"},
		{"longest", []string{strings.Repeat("a", 128)}, strings.Repeat("a", 128)},
		{"too long", []string{strings.Repeat("a", 129)}, ""},
		{"1 MB", []string{strings.Repeat("a", 1<<20)}, ""},
		{"empty", []string{""}, ""},
		{"two", []string{"a", "b"}, ""},
		{"a line break", []string{"a\r\nSet-Cookie: x"}, ""},
		{"quotes", []string{`a"b`}, ""},
		{"script", []string{"<script>alert(1)</script>"}, ""},
		{"white space", []string{"a b"}, ""},
		{"an escape", []string{"\x1b[31m"}, ""},
		{"not ASCII", []string{"ä"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := sentRequestID(http.Header{"X-Request-Id": tt.ids}, "X-Request-Id"); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestNewRequestIDsAreValidAndDiffer(t *testing.T) {
	seen := make(map[string]bool)
	for range 10_000 {
		id := string(appendRequestID(nil))
		if !validRequestID(id) || len(id) != idLen || seen[id] {
			t.Fatalf("request id %q: valid %v, seen %v", id, validRequestID(id), seen[id])
		}
		seen[id] = true
	}
}

func FuzzRequestID(f *testing.F) {
	f.Add("0f8fad5b-d9cb-469f-a165-70867728950e")
	f.Add("a\r\nb")
	f.Add("")
	f.Fuzz(func(t *testing.T, id string) {
		valid := validRequestID(id)
		if valid && (len(id) > maxRequestID || strings.ContainsAny(id, "\r\n\t \"'<>&;,\\\x00\x1b\x7f")) {
			t.Errorf("%q is taken for valid", id)
		}
		if got := sentRequestID(http.Header{"X-Request-Id": {id}}, "X-Request-Id"); (got == id) != (valid || id == "") {
			t.Errorf("%q becomes %q", id, got)
		}
	})
}
