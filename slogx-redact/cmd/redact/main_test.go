package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const (
	secret = "xyzzy-plugh"
	jwt    = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jk8N9q4lT0wK4cOtKqLHy3dZ5H0Y0aM"

	// Split, so that nobody takes this file for one with a key in it.
	pem = "-----BEGIN RSA PRIVATE " + "KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIBOgIBAAJBAK\nabc+/def==\n-----END RSA PRIVATE " + "KEY-----"
)

func redact(in string, args ...string) (code int, out, report string) {
	var stdout, stderr strings.Builder
	code = run(args, strings.NewReader(in), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestLinesAreRedactedAndKeepTheRest(t *testing.T) {
	for _, tt := range []struct{ name, in, out string }{
		{"nothing", "", ""},
		{"clean", "a\n\n b \nc", "a\n\n b \nc"},
		{"JSON", `{"time": "t", "password" : "` + secret + `","n":1.0}` + "\n", `{"time": "t", "password" : "REDACTED","n":1.0}` + "\n"},
		{"nested JSON", `{"a":[{"tokens":{"id":"` + secret + `"},"note":"see ` + jwt + `"}]}`, `{"a":[{"tokens":{"id":"` + secret + `"},"note":"see REDACTED"}]}`},
		{"invalid JSON", `{"password":"` + secret + `","n":` + "\n", `{"password":"REDACTED","n":` + "\n"},
		{"logfmt", "level=info password=" + secret + " n=1\n", "level=info password=REDACTED n=1\n"},
		{"text", "see " + jwt + ".\n", "see REDACTED.\n"},
		{"CRLF", "a\r\ntoken=" + secret + "\r\nb\r\n", "a\r\ntoken=REDACTED\r\nb\r\n"},
		{"no line end", "token=" + secret, "token=REDACTED"},
		{"long line", strings.Repeat("a ", 100_000) + jwt + "\nb\n", strings.Repeat("a ", 100_000) + "REDACTED\nb\n"},
		{"line that is too long", strings.Repeat("a ", maxLine) + jwt + "\r\nb\n", "REDACTED\r\nb\n"},
		{"not UTF-8", "\xff\x00 token=" + secret + "\n", "\xff\x00 token=REDACTED\n"},
		{"private key", "a\n" + pem + "\nb\n", "a\nREDACTED\nb\n"},
		{"private key at the end", "a\n" + pem, "a\nREDACTED"},
		{"private key that is cut", pem[:60] + "\na log line: 2 of them.\ntoken=x1y2z3\n", "REDACTED\na log line: 2 of them.\ntoken=REDACTED\n"},
	} {
		code, out, _ := redact(tt.in)
		if code != 0 || out != tt.out {
			t.Errorf("%s: code %d, got %.300q, want %.300q", tt.name, code, out, tt.out)
		}
		if code, again, report := redact(out, "-check"); code != 0 || again != "" {
			t.Errorf("%s: found again: %s%s", tt.name, again, report)
		}
	}
}

func TestCheckSaysWhereAndNotWhat(t *testing.T) {
	in := "a\n" + `{"password":"` + secret + `","x":"` + jwt + `"}` + "\n" + pem + "\nsee " + jwt + " and " + jwt + "\n"
	code, out, report := redact(in, "-check")
	if code != 1 {
		t.Errorf("code %d, want 1", code)
	}
	if diff := cmp.Diff("<stdin>:2: jwt, key\n<stdin>:3: pem\n<stdin>:9: jwt\n", out); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("redact: 8 of 9 lines hold something to mask\n       3  jwt\n       1  key\n       1  pem\n", report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if code, out, report := redact("a\nb\n", "-check"); code != 0 || out != "" || report != "redact: 0 of 2 lines hold something to mask\n" {
		t.Errorf("clean lines: code %d, %q, %q", code, out, report)
	}
}

func TestFilesAndFlags(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.log"), filepath.Join(dir, "b.log")
	for name, text := range map[string]string{a: "badge=7x7x7x7\n", b: `{"user":{"home":{"x":"1"}},"token_budget":3,"ip":"192.0.2.1"}` + "\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args []string
		code int
		out  string
	}{
		{[]string{a, b}, 0, "badge=7x7x7x7\n" + `{"user":{"home":{"x":"1"}},"token_budget":"REDACTED","ip":"192.0.2.1"}` + "\n"},
		{
			[]string{"-keys", "badge", "-paths", "user.*.x", "-except", "token_budget", "-presets", "credentials,pii", a, b}, 0,
			"badge=REDACTED\n" + `{"user":{"home":{"x":"REDACTED"}},"token_budget":3,"ip":"REDACTED"}` + "\n",
		},
		{[]string{"-presets", "none", "-detectors", "ipv4", b}, 0, `{"user":{"home":{"x":"1"}},"token_budget":3,"ip":"REDACTED"}` + "\n"},
		{[]string{"-check", "-keys", "badge", a}, 1, a + ":1: secret_phrase\n"},
		{[]string{filepath.Join(dir, "none"), a}, 2, "badge=7x7x7x7\n"},
		{[]string{"-presets", "nonsense", a}, 2, ""},
		{[]string{"-nonsense"}, 2, ""},
		{[]string{"-h"}, 0, ""},
	} {
		code, out, report := redact("", tt.args...)
		if code != tt.code || out != tt.out {
			t.Errorf("%q: code %d, want %d; got %q, want %q; %s", tt.args, code, tt.code, out, tt.out, report)
		}
	}
}

func TestErrorsOfReadingAndWriting(t *testing.T) {
	boom := errors.New("boom")
	var out, report strings.Builder
	if code := run(nil, io.MultiReader(strings.NewReader("a\ntoken="+secret), iotest.ErrReader(boom)), &out, &report); code != 2 || out.String() != "a\ntoken=REDACTED" {
		t.Errorf("code %d, got %q", code, out.String())
	}
	if !strings.Contains(report.String(), "read <stdin>: boom") {
		t.Errorf("report: %s", report.String())
	}
	if code := run(nil, strings.NewReader(strings.Repeat("a\n", 10_000)), failing{}, io.Discard); code != 2 {
		t.Errorf("a writer that fails: code %d", code)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }
