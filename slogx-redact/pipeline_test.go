package slogxredact

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

// A wrapper must not get lost on the way: With and WithGroup make new loggers of the whole chain.
func TestRedactionStaysAfterWithAndWithGroup(t *testing.T) {
	var b buffer
	enricher := func(_ context.Context, attrs []slog.Attr) []slog.Attr {
		return append(attrs, slog.String("session", plain))
	}
	queue := async.NewHandler(jsonlog.NewHandler(&b, &jsonlog.Options{ReplaceAttr: noTime}), nil)
	l := slog.New(enrich.NewHandler(NewHandler(sample.NewHandler(queue, nil), nil), enricher))
	for _, l := range []*slog.Logger{l, l.With("a", 1), l.WithGroup("g"), l.With("a", 1).WithGroup("g").With("b", 2)} {
		l.InfoContext(ctx, "m", "password", plain)
	}
	if err := chain.Shutdown(ctx, l.Handler()); err != nil {
		t.Fatal(err)
	}
	const want = `{"level":"INFO","msg":"m","session":"REDACTED","password":"REDACTED"}
{"level":"INFO","msg":"m","a":1,"session":"REDACTED","password":"REDACTED"}
{"level":"INFO","msg":"m","session":"REDACTED","g":{"password":"REDACTED"}}
{"level":"INFO","msg":"m","a":1,"session":"REDACTED","g":{"b":2,"password":"REDACTED"}}
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// What a request holds back was redacted before it was held: the values are asked, once, when they are logged, and
// what is released later shows what they were then.
func TestWhatIsHeldBackIsRedacted(t *testing.T) {
	var b buffer
	p, err := slogx.Build(
		slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithOutput(&b), slogx.WithFormat(slogx.FormatJSON),
		slogx.WithTail(&tail.Options{}), slogx.WithAttrs(slog.String("dsn", plain)), Redaction(nil),
	)
	if err != nil {
		t.Fatal(err)
	}
	ctx, held := tail.NewContext(slogx.ContextWithAttrs(ctx, slog.String("session_id", plain)))
	l := p.Logger()
	u := newUser()
	for i, a := range []slog.Attr{
		slog.String("password", plain), slog.Any("user", u), slog.Any("err", fmt.Errorf("log in: %w", &passwordError{plain})),
		slog.Any("valuer", valuer{slog.GroupValue(slog.String("token", plain))}), slog.Any("errs", []error{fmt.Errorf("x: %w", valueError{plain})}),
	} {
		l.DebugContext(ctx, "step token="+jwt, slog.Int("n", i), a)
		l.With(a).WithGroup("g").DebugContext(ctx, "again", a)
	}
	u.Name, u.Alias = plain, plain
	if b.String() != "" {
		t.Fatalf("nothing is held back: %s", b.String())
	}
	if err := held.Release(ctx); err != nil {
		t.Fatal(err)
	}
	if err := p.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	if n := strings.Count(out, "\n"); n != 10 {
		t.Errorf("%d lines, want 10", n)
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, plain) || strings.Contains(line, jwt) || strings.Count(line, masked) < 3 {
			t.Errorf("a secret, or too few masks: %s", line)
		}
	}
}

// The pipeline redacts what its earlier stages add.
func TestAPipelineRedactsContextAndEnrichment(t *testing.T) {
	type baggage struct{}
	member := func(ctx context.Context, attrs []slog.Attr) []slog.Attr {
		return append(attrs, slog.Group("baggage", "user_token", ctx.Value(baggage{}), "note", jwt))
	}
	var b bytes.Buffer
	p, err := slogx.Build(
		slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithOutput(&b), slogx.WithFormat(slogx.FormatJSON),
		slogx.WithEnricher(enrich.ContextAttrs(), member), slogx.WithAttrs(slog.String("dsn", plain)), Redaction(nil),
	)
	if err != nil {
		t.Fatal(err)
	}
	ctx := slogx.ContextWithAttrs(context.WithValue(ctx, baggage{}, plain), slog.String("session_id", plain), slog.String("auth", "Bearer "+jwt))
	p.Logger().WithGroup("g").InfoContext(ctx, "m", "a", 1)
	out := b.String()
	if strings.Contains(out, plain) || strings.Contains(out, jwt) {
		t.Errorf("a secret is in %s", out)
	}
	for _, want := range []string{`"session_id":"REDACTED"`, `"auth":"Bearer REDACTED"`, `"user_token":"REDACTED","note":"REDACTED"`, `"dsn":"REDACTED"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in %s", want, out)
		}
	}
}

func TestEveryWayToLogRedactsAlike(t *testing.T) {
	formats := [][]sink{
		{
			sinks[0], sinks[2], sinks[3],
			{"foreign", func(w io.Writer) slog.Handler { return foreign{slog.NewJSONHandler(w, nil)} }},
		},
		{sinks[4], sinks[5]},
	}
	for _, attrs := range []map[string]slog.Attr{underRules, withForm} {
		for name, a := range attrs {
			var value string // as JSON, in whatever place
			for _, f := range forms {
				for _, format := range formats {
					var first string
					for i, s := range format {
						out := output(t, Wrap(nil), s, func(h slog.Handler) { f.log(h, a) })
						if i == 0 {
							first = out
						} else if out != first {
							t.Errorf("%s, %s: %s writes\n%sand %s\n%s", name, f.name, s.name, out, format[0].name, first)
						}
					}
					if format[0].name != "jsonlog" {
						continue
					}
					got := valueOf(t, first, strings.ReplaceAll(a.Key, jwt, masked))
					if value == "" {
						value = got
					}
					if got != value {
						t.Errorf("%s, %s: shows %s, want %s", name, f.name, got, value)
					}
				}
			}
		}
	}
}

// valueOf returns the JSON of what stands under key, at whatever depth.
func valueOf(t *testing.T, line, key string) string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(line), &root); err != nil {
		t.Fatal(err)
	}
	for level := []any{root}; len(level) > 0; {
		var next []any
		for _, v := range level {
			m, ok := v.(map[string]any)
			if !ok {
				continue
			}
			if v, ok := m[key]; ok {
				b, _ := json.Marshal(v)
				return string(b)
			}
			for _, v := range m {
				next = append(next, v)
			}
		}
		level = next
	}
	t.Fatalf("no %q in %s", key, line)
	return ""
}

// What a record holds may look like a switch of the handler's, or like what it has masked already.
func TestNothingInARecordSwitchesRedactionOff(t *testing.T) {
	var body struct {
		Secret   Secret[string] `json:"secret"`
		Note     any            `json:"note"`
		Password string         `json:"password"`
		Redact   bool           `json:"redact"`
	}
	request := `{"secret":"` + plain + `","password":"` + plain + `","redact":false,"_unsafe":true,"$ref":"#/password",` +
		`"note":{"token":"` + plain + `","isSecret":false,"json":"` + jwt + `","text":"` + jwt + `"}}`
	if err := json.Unmarshal([]byte(request), &body); err != nil {
		t.Fatal(err)
	}
	var generic any
	if err := json.Unmarshal([]byte(request), &generic); err != nil {
		t.Fatal(err)
	}
	switches := []slog.Attr{
		slog.Bool("redact", false), slog.Bool("_unsafe", true), slog.String("$ref", "#/password"), slog.String("REDACTED", "REDACTED"),
		slog.Any("slogx", map[string]bool{"redact": false}), slog.String("SLOGX_USE", "-redact"), slog.String("slogx:secret", "no"),
		slog.Group("SLOGX_REDACT_ALLOW", "all", "**"), slog.Bool("!PANIC", true),
	}
	attrs := []slog.Attr{
		slog.String("password", plain), slog.String("password", "REDACTED"+plain), slog.String("password", "REDACTED "+plain+" REDACTED"),
		slog.String("note", "token=REDACTED"+plain), slog.String("note", "password: REDACTED-"+plain), slog.String("note", "REDACTED "+jwt+" REDACTED"),
		slog.String("note", "https://REDACTED:REDACTED"+plain+"@example.com/?token=REDACTED"+plain),
		slog.Any("body", body), slog.Any("body", generic), slog.String("body", request), slog.Any("body", json.RawMessage(request)),
		slog.Any("body", []byte(request)), slog.String("REDACTED", jwt), slog.Group("redact", "password", plain), slog.Group("_unsafe", "note", jwt),
	}
	for _, s := range sinks {
		for _, a := range attrs {
			out := output(t, Wrap(nil), s, func(h slog.Handler) {
				_ = h.WithAttrs(switches).Handle(ctx, record(append(append([]slog.Attr{}, switches...), a)...))
				_ = h.WithAttrs([]slog.Attr{a}).WithGroup("redact").WithGroup("_unsafe").Handle(ctx, record(switches...))
			})
			if strings.Contains(out, plain) || strings.Contains(out, jwt) {
				t.Errorf("%s: %v shows %s", s.name, a, out)
			}
		}
	}
}

func TestCredentialsOutsideTheUserinfoOfAURL(t *testing.T) {
	const secret = "s3cr3t"
	for value, stays := range map[string][]string{
		"postgres://user:s3cr3t@db.example/app":                           {"postgres://user:", "@db.example/app"},
		"postgres://user@db.example/app?password=s3cr3t&sslmode=require":  {"user@db.example/app", "sslmode=require"},
		"server=db;uid=app;pwd=s3cr3t;":                                   {"server=db;uid=app"},
		"mongodb://u:s3cr3t@a.example:27017,b.example:27017/app?w=1":      {"a.example:27017,b.example:27017/app"},
		"jdbc:postgresql://db.example/app?user=u&password=s3cr3t&ssl=on":  {"db.example/app?user=u", "ssl=on"},
		"POSTGRES://USER:s3cr3t@DB.EXAMPLE/APP":                           {"DB.EXAMPLE/APP"},
		"http://u:s3cr3t@[::1]:8080/x":                                    {"[::1]:8080/x"},
		"fetched https://u:s3cr3t@example.com/a?page=2#top in 3 attempts": {"example.com/a?page=2#top in 3 attempts"},
	} {
		for _, s := range sinks {
			for name, log := range map[string]func(slog.Handler){
				"value":   func(h slog.Handler) { _ = h.Handle(ctx, record(slog.String("v", value))) },
				"message": func(h slog.Handler) { slog.New(h).Info(value) },
				"error": func(h slog.Handler) {
					_ = h.Handle(ctx, record(slog.Any("err", fmt.Errorf("connect: %w", errors.New(value)))))
				},
				"list": func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("l", []string{value}))) },
			} {
				out := output(t, Wrap(nil), s, log)
				if strings.Contains(out, secret) {
					t.Errorf("%s, %s of %q: %s", s.name, name, value, out)
				}
				if s.name != "jsonlog" {
					continue
				}
				for _, want := range stays {
					if !strings.Contains(strings.ReplaceAll(out, `\u0026`, "&"), want) {
						t.Errorf("%s of %q: %q is not in %s", name, value, want, out)
					}
				}
			}
		}
	}
}
