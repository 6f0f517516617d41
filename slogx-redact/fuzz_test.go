package slogxredact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// maxFuzzed bounds an input: what is fuzzed is the form, not the size.
const maxFuzzed = 1 << 10

// fuzzSinks write what a secret could leave by.
var fuzzSinks = []sink{
	{"jsonlog", func(w io.Writer) slog.Handler { return jsonlog.NewHandler(w, nil) }},
	{"console", func(w io.Writer) slog.Handler { return console.NewHandler(w, nil) }},
	{"slog.TextHandler", func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }},
}

type fuzzed struct {
	Around string
	Tagged string `slogx:"secret"`
	Typed  apiKey
	hidden string `slogx:"secret"`
	More   any
}

type fuzzedError struct {
	around string
	Token  string
	err    error
}

func (e *fuzzedError) Error() string { return e.around + e.Token + e.around }
func (e *fuzzedError) Unwrap() error { return e.err }

// A secret that a rule knows by its key, path, tag or type leaves by no sink, whatever stands around it.
func FuzzSecretsUnderARuleStayIn(f *testing.F) {
	for _, s := range []string{"", "user", "a.b", "x", `{"a":"`, "[", "\x00\xff", "\u200b", "пароль", "password", "REDACTED", `\"`, "%s", "\x1b[31m", "<&>", "\n"} {
		f.Add(s, "user", "say ", uint8(len(s)))
	}
	opts := &Options{Paths: []string{"**.place.*.here", "**.badge"}, Types: []Type{RedactType[apiKey]()}}
	rules, err := compile(opts)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, key, other, around string, form uint8) {
		if len(key)+len(other)+len(around) > maxFuzzed {
			return
		}
		const secret = "kEPT0inside7"
		if strings.Contains(key+other+around, secret) {
			return
		}
		v := fuzzed{Around: around, Tagged: secret, Typed: secret, hidden: secret, More: map[string]any{other: around, "token": secret}}
		js, err := json.Marshal(map[string]any{key: around, "password": around + secret, "x": map[string]any{"badge": secret + around}, "l": []any{other, v.More}})
		if err != nil {
			t.Fatal(err)
		}
		attrs := []slog.Attr{
			slog.String(key, around),
			slog.String(key+"_password", around+secret+around),
			slog.Any(key+".secret", []string{around, secret}),
			slog.Group("place", slog.Group(other, "x", around), slog.Group("q", "here", secret)),
			slog.Group(key, "badge", secret, other, around),
			slog.Any(key, v), slog.Any(key, &v), slog.Any(key, []any{around, &v}), slog.Any(key, apiKey(secret)),
			slog.Any(key, map[string]any{other: v, "api_key": around + secret}),
			slog.Any(key, json.RawMessage(js)), slog.Any(key, js), slog.String(key, string(js)),
			slog.Any(key, &fuzzedError{around, secret, errors.New(other)}),
			slog.Any(key, fmt.Errorf("%s: %w", other, &fuzzedError{around, secret, nil})),
			slog.Any(key, NewSecret(around+secret)),
		}
		a := attrs[int(form)%len(attrs)]
		for _, s := range fuzzSinks {
			var b bytes.Buffer
			h := newHandler(s.open(&b), rules)
			errs := errors.Join(
				h.Handle(ctx, record(slog.String(other, around), a, slog.Int("n", 1))),
				h.WithAttrs([]slog.Attr{a}).WithGroup(key).Handle(ctx, record(slog.Any(other, valuer{slog.GroupValue(a)}))),
				h.WithGroup(other).(*Handler).HandleTop(ctx, []slog.Attr{a}, record(slog.String(key, around))),
			)
			if errs != nil {
				t.Fatal(errs)
			}
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s, form %d: the secret is in %q", s.name, int(form)%len(attrs), b.String())
			}
		}
	})
}

// What holds no secret goes on byte for byte. What it is to hold none the tests of the detectors say: the
// records here are made of words without any.
func FuzzCleanRecordsPassUnchanged(f *testing.F) {
	f.Add(uint64(1), "a oia; <b> & \u2028", 3.5)
	f.Add(uint64(2), "größer", 12345678901.0)
	words := []string{
		"order", "the hall", "größe", "a/b", "x-y", "", "{", "[1, 2]", `{"a" : 1}`, "<&>", "\x00\xff", "7", "v1.2", "日本", "\n", "it's", "50%",
		"http.response.header.content_type", "a long name with spaces in it, and more of them, until it is no name",
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string, x float64) {
		if len(text) > maxFuzzed || strings.ContainsFunc(text, func(c rune) bool { return c < 0x80 && !strings.ContainsRune(" aeiou.,;!?<>&/\n\t", c) }) {
			return
		}
		rnd := rand.New(rand.NewPCG(seed, 0))
		word := func() string { return words[rnd.IntN(len(words))] }
		attrs := []slog.Attr{
			slog.String(word(), word()), slog.Int(word(), rnd.Int()), slog.Float64(word(), x), slog.Any(word(), []string{word(), text}),
			slog.Any(word(), map[string]any{word(): text, "n": []any{word(), 1, nil, true}}), slog.Group(word(), word(), word(), "b", true),
			slog.Any(word(), fmt.Errorf("%s: %w", word(), errBoom)), slog.Any("t", stringerOf(word())), slog.Any("r", json.RawMessage(`{"a":1.0, "b":["x"]}`)),
			slog.Any("p", pair{A: word(), B: textOf(text)}), slog.Any("b", []byte(text)), slog.Any("v", valuer{slog.StringValue(word())}),
		}
		rnd.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
		group := word()
		for _, s := range fuzzSinks {
			var got, want bytes.Buffer
			for _, h := range []slog.Handler{NewHandler(s.open(&got), nil), bare(s.open(&want))} {
				r := record(attrs[:6]...)
				r.Message = text
				if err := h.WithAttrs(attrs[6:]).WithGroup(group).Handle(ctx, r); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("%s:\n got %q\nwant %q", s.name, got.Bytes(), want.Bytes())
			}
		}
	})
}

// The quick look at a record must not let through what the walk would mask, and whatever comes, nothing
// panics, and what is written stays one line of JSON.
func FuzzTheQuickLookAgreesWithTheWalk(f *testing.F) {
	f.Add("user", "ann", "hello", int64(1), 1.5)
	f.Add("password", "x", "token="+jwt, int64(4111111111111111), 4111111111111111.0)
	f.Add("jane@example.com", `{"password":"x"`, "{", int64(-1), -1e300)
	f.Add("http.response.header.content_type", ` [{"pwd":1}]`, "call +1 555 0100 123", int64(15550100123), 0.0)
	opts := &Options{Presets: Presets()}
	slow, err := compile(opts)
	if err != nil {
		f.Fatal(err)
	}
	slow.quickly = false
	quickly, err := compile(opts)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, key, value, msg string, n int64, x float64) {
		if len(key)+len(value)+len(msg) > maxFuzzed {
			return
		}
		attrs := []slog.Attr{slog.String(key, value), slog.Int64(value, n), slog.Uint64(key, uint64(n)), slog.Float64(msg, x), slog.Bool(key, true),
			slog.GroupAttrs(msg, slog.String(value, key), slog.GroupAttrs(key, slog.String(key, value), slog.Int64(key, n))), slog.GroupAttrs("", slog.String(key, value)),
			slog.Any(key, fmt.Errorf("%s: %w", value, errors.Join(errors.New(msg), &fuzzedError{key, value, nil}))), slog.Any(msg, errors.Join(errors.New(key), errors.New(value))),
		}
		var lines [2]bytes.Buffer
		for i, r := range []*rules{quickly, slow} {
			h := newHandler(jsonlog.NewHandler(&lines[i], nil), r)
			r := record(attrs...)
			r.Message = msg
			err := errors.Join(
				h.HandleTop(ctx, attrs, r), h.HandleTop(ctx, attrs, r), // the second time much is known
				h.WithAttrs(attrs).WithGroup(key).(*Handler).HandleTop(ctx, attrs, r),
			)
			if err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(lines[0].Bytes(), lines[1].Bytes()) {
			t.Errorf("quickly %q\n slowly %q", lines[0].Bytes(), lines[1].Bytes())
		}
		for line := range bytes.Lines(lines[0].Bytes()) {
			if !json.Valid(line) {
				t.Errorf("no JSON: %q", line)
			}
		}
	})
}
