package slogxredact

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

const card = "4111111111111111"

func TestNumbersAndBytesAndURLsWithinValues(t *testing.T) {
	opts := &Options{Presets: Presets()}
	number, _ := new(big.Int).SetString(card, 10)
	for _, tt := range []struct {
		name string
		attr slog.Attr
		want string
	}{
		{"int", slog.Int64("n", 4111111111111111), `{"n":"REDACTED"}`},
		{"uint", slog.Uint64("n", 4111111111111111), `{"n":"REDACTED"}`},
		{"float", slog.Float64("n", 4111111111111111), `{"n":"REDACTED"}`},
		{"in a struct", slog.Any("p", pair{A: int64(4111111111111111), B: uint64(4111111111111111)}), `{"p":{"A":"REDACTED","b":"REDACTED"}}`},
		{"in a list", slog.Any("l", []float64{1, 4111111111111111}), `{"l":[1,"REDACTED"]}`},
		{"key of a map", slog.Any("m", map[int64]int{4111111111111111: 1}), `{"m":{"REDACTED":1}}`},
		{"big", slog.Any("n", number), `{"n":"REDACTED"}`},
		{"in JSON", slog.Any("r", json.RawMessage(`{"a":[`+card+`,1]}`)), `{"r":{"a":["REDACTED",1]}}`},
		{"in JSON in bytes in a struct", slog.Any("p", pair{A: []byte(`{"pwd":"x"}`)}), `{"p":{"A":"{\"pwd\":\"REDACTED\"}","b":null}}`},
		{"URL in a struct", slog.Any("p", pair{A: mustURL("https://ann:x1y2z3@example.com/"), B: *mustURL("https://example.com")}), ``},
		{"small", slog.Int("n", 411111), `{"n":411111}`},
		{"huge", slog.Float64("n", 1e300), `{"n":1e+300}`},
	} {
		got := shown(t, opts, tt.attr)
		if tt.want != "" && got != tt.want || strings.Contains(got, card) || strings.Contains(got, "x1y2z3") {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestARequestShowsItsViewAndNothingElse(t *testing.T) {
	type key struct{}
	req := httptest.NewRequest(http.MethodPost, "https://example.com/a?page=2", strings.NewReader("body "+plain))
	req = req.WithContext(context.WithValue(ctx, key{}, plain))
	req.SetPathValue("name", plain)
	req.Header.Set("Accept", "*/*")
	want := `{"req":{"method":"POST","url":"https://example.com/a?page=2","proto":"HTTP/1.1","host":"example.com",` +
		`"remote_addr":"192.0.2.1:1234","request_uri":"https://example.com/a?page=2","header":{"Accept":["*/*"]}}}`
	if got := shown(t, nil, slog.Any("req", req)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	req.Header.Set("Cookie", "c="+plain)
	req.Form = url.Values{"token": {plain}, "page": {"2"}}
	for _, s := range sinks {
		out := output(t, Wrap(nil), s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("req", req))) })
		if strings.Contains(out, plain) || !strings.Contains(out, "POST") {
			t.Errorf("%s: %s", s.name, out)
		}
	}
	if got := shown(t, &Options{Allow: []string{"req.method"}}, slog.Any("req", req)); strings.Contains(got, "example.com") || !strings.Contains(got, `"method":"POST"`) {
		t.Errorf("allow-list: %s", got)
	}
	var none *http.Request
	if got := shown(t, nil, slog.Any("req", none)); got != `{"req":null}` {
		t.Errorf("nil: %s", got)
	}
}

type jsonError struct{ Token string }

func (e jsonError) Error() string                { return "refused" }
func (e jsonError) MarshalJSON() ([]byte, error) { return []byte(`{"token":"` + e.Token + `"}`), nil }

type stackError struct{ msg, stack string }

func (e stackError) Error() string { return e.msg }
func (e stackError) Format(s fmt.State, verb rune) {
	_, _ = fmt.Fprint(s, e.msg)
	if verb == 'v' && s.Flag('+') {
		_, _ = fmt.Fprint(s, "\n", e.stack)
	}
}

type textError struct{ text string }

func (e textError) Error() string                { return "text" }
func (e textError) MarshalText() ([]byte, error) { return []byte(e.text), nil }

type brokenText struct{}

func (brokenText) MarshalText() ([]byte, error) { return nil, errors.New("bad " + jwt) }

func TestErrorsThatPrintThemselves(t *testing.T) {
	inner := &passwordError{plain}
	for name, err := range map[string]error{
		"JSON":                 jsonError{plain},
		"wrapped JSON":         fmt.Errorf("w: %w", jsonError{plain}),
		"stack":                stackError{"boom", "at " + jwt},
		"text":                 textError{"bad " + jwt},
		"by type":              stackError{plain, plain},
		"JSON by type":         errors.Join(errBoom, jsonError{plain}),
		"words of the outer":   fmt.Errorf("log in with %q: %w", inner.Password, inner),
		"outer without theirs": &quietError{"tried " + plain, inner},
	} {
		opts := &Options{}
		if strings.Contains(name, "by type") {
			opts.Types = []Type{RedactType[stackError](), RedactType[jsonError]()}
		}
		for _, s := range sinks {
			out := output(t, Wrap(opts), s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("err", err))) })
			if strings.Contains(out, plain) || strings.Contains(out, jwt) {
				t.Errorf("%s, %s: %s", name, s.name, out)
			}
		}
	}
	if got := shown(t, nil, slog.Any("v", brokenText{})); strings.Contains(got, jwt) {
		t.Errorf("error of MarshalText: %s", got)
	}
}

// quietError shows what its cause holds, in its own words.
type quietError struct {
	text string
	err  error
}

func (e *quietError) Error() string { return e.text }
func (e *quietError) Unwrap() error { return e.err }

func TestARedactedErrorAnswersIsWithoutPanic(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	if err := NewHandler(rec, nil).Handle(ctx, record(slog.Any("err", fmt.Errorf("%s: %w", jwt, isPanicsError{})))); err != nil {
		t.Fatal(err)
	}
	got, _ := rec.Records()[0].Map()["err"].(error)
	if got == nil || errors.Is(got, errBoom) {
		t.Errorf("%v is what it is not", got)
	}
}

type isPanicsError struct{}

func (isPanicsError) Error() string { return "x" }
func (isPanicsError) Is(error) bool { panic("is") }

func TestHashesJoinWhatIsWrittenInOtherWays(t *testing.T) {
	opts := &Options{Presets: []Preset{PresetPCI}, Action: ActionHash, HashKey: []byte("0123456789abcdef")}
	spaced, dashed := shown(t, opts, slog.String("n", "4111 1111 1111 1111")), shown(t, opts, slog.String("n", "4111-1111-1111-1111"))
	if spaced != dashed || !strings.Contains(spaced, "hmac:") {
		t.Errorf("%s and %s", spaced, dashed)
	}
	if got := shown(t, opts, slog.Any("pan", []byte(card)), slog.Any("cvv", []string{"1", "2"}), slog.Any("pin", struct{}{})); strings.Count(got, "hmac:") != 2 || !strings.Contains(got, `"pin":"REDACTED"`) {
		t.Error(got)
	}
}

func TestPrivateKeysAreMasked(t *testing.T) {
	ed := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{ed, &ed, ec, *ec, &rsa.PrivateKey{}} {
		if got := shown(t, nil, slog.Any("v", v), slog.Any("l", []any{v}), slog.Any("p", pair{A: v})); got != `{"v":"REDACTED","l":["REDACTED"],"p":{"A":"REDACTED","b":null}}` {
			t.Errorf("%T: %s", v, got)
		}
		if got := shown(t, &Options{Presets: []Preset{PresetPCI}}, slog.Any("v", v)); strings.Contains(got, masked) {
			t.Errorf("%T without the preset: %s", v, got)
		}
	}
	if got := shown(t, nil, slog.Any("v", ed.Public())); strings.Contains(got, masked) {
		t.Errorf("public key: %s", got)
	}
}

func TestTypesOfPlainValues(t *testing.T) {
	for _, tt := range []struct {
		rule Type
		attr slog.Attr
	}{
		{RedactType[string](), slog.String("v", "x")},
		{RedactType[int](), slog.Int("v", 7)},
		{RedactType[uint16](), slog.Any("v", uint16(7))},
		{RedactType[float32](), slog.Float64("v", 7)},
		{RedactType[bool](), slog.Bool("v", true)},
		{RedactType[fmt.Stringer](), slog.Duration("v", 7)},
		{RedactType[fmt.Stringer](), slog.Any("v", stringerOf("x"))},
	} {
		opts := &Options{Types: []Type{tt.rule}}
		if got := shown(t, opts, tt.attr); got != `{"v":"REDACTED"}` {
			t.Errorf("%v: %s", tt.rule.t, got)
		}
		if got := shown(t, opts, slog.Any("o", any(nil))); got != `{"o":null}` {
			t.Errorf("%v: %s", tt.rule.t, got)
		}
	}
}

func TestAValueThatIsTheMaskStaysAndIsNotCounted(t *testing.T) {
	h := NewHandler(discard{slog.DiscardHandler}, nil)
	_ = h.Handle(ctx, record(slog.String("note", "password=REDACTED"), slog.String("token", "REDACTED"), slog.Any("r", json.RawMessage(`{"pwd":"REDACTED"}`))))
	if diff := cmp.Diff(map[string]uint64{}, h.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	_ = h.Handle(ctx, record(slog.String("token", "REDACTED "), slog.String("pwd", "redacted")))
	if diff := cmp.Diff(map[string]uint64{"key": 2}, h.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
}

// Nothing here panics on its own; if it did, the record would go on without its contents.
func TestAnInspectionThatFailsShowsNothing(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	h := NewHandler(rec, nil)
	h.rules.keys = nil
	if err := h.WithAttrs([]slog.Attr{slog.String("with", plain)}).Handle(ctx, record(slog.String(plain, plain), slog.Int("n", 1))); err != nil {
		t.Fatal(err)
	}
	m := rec.Records()[0].Map()
	delete(m, slog.TimeKey)
	delete(m, slog.LevelKey)
	if diff := cmp.Diff(map[string]any{"msg": masked, "REDACTED": masked}, m); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	if h.Stats()["panic"] != 2 {
		t.Errorf("stats: %v", h.Stats())
	}
}
