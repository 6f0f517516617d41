package slogxloki

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// sentAs returns the entry that log leads to.
func sentAs(t *testing.T, opts Options, log func(chain.Handler)) received {
	t.Helper()
	s := &server{}
	h := newTest(t, s, opts)
	log(h)
	flush(t, h)
	got := s.got()
	if len(got) != 1 {
		t.Fatalf("%d entries", len(got))
	}
	_, line, ok := strings.Cut(got[0].Line, `"msg":"m"`)
	if !ok {
		t.Fatalf("no message in %s", got[0].Line)
	}
	got[0].Line = strings.TrimSuffix(strings.TrimPrefix(line, ","), "}")
	return got[0]
}

type panicker struct{}

func (panicker) LogValue() slog.Value { panic("no value") }
func (*panicker) Error() string       { panic("no text") }

type user struct {
	Name string `json:"name"`
}

// itself is a LogValuer that makes a group of itself.
type itself struct{}

func (i itself) LogValue() slog.Value { return slog.GroupValue(slog.Any("again", i)) }

func TestMetadataHoldsStringsOnly(t *testing.T) {
	when := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	got := sentAs(t, Options{Metadata: []string{MetadataAll}}, func(h chain.Handler) {
		handle(t, h, at(time.Now(), "m",
			slog.Int("count", 5), slog.Bool("ok", true), slog.Group("u", slog.Int("a", 1), slog.Group("deep", slog.String("b", "x"))),
			slog.Float64("f", 1.5), slog.Duration("took", 1500*time.Millisecond), slog.Time("when", when), slog.Uint64("big", 1<<63),
			slog.Any("err", errors.New("failed")), slog.Any("user", user{"ann"}), slog.Any("list", []int{1, 2}), slog.Any("nothing", nil),
			slog.Any("bytes", []byte("raw")), slog.Any("level", slog.LevelWarn), slog.Any("url", &url.URL{Host: "h"}),
			slog.Any("bad", panicker{}), slog.Any("worse", &panicker{}), slog.Any("nil", (*panicker)(nil)), slog.Any("ch", make(chan int)),
			slog.String("http.method", "GET"), slog.String("1st", "a\xffb"), slog.String("", "empty"), slog.Attr{}, slog.Group("none"),
			slog.Group("", slog.String("inline", "i")),
		))
	})
	diff(t, "line", "", got.Line)
	diff(t, "metadata", map[string]string{
		"count": "5", "ok": "true", "u_a": "1", "u_deep_b": "x", "f": "1.5", "took": "1.5s", "when": "2026-01-02T03:04:05.000000006Z",
		"big": "9223372036854775808", "err": "failed", "user": `{"name":"ann"}`, "list": "[1,2]", "nothing": "null", "bytes": "raw",
		"level": "WARN", "url": got.Meta["url"], "bad": "!PANIC: no value", "worse": "!PANIC: no value", "nil": "<nil>",
		"ch": got.Meta["ch"], "http_method": "GET", "_1st": "a\uFFFDb", "_": "empty", "inline": "i",
	}, got.Meta)
	if !strings.HasPrefix(got.Meta["ch"], "!ERROR:") {
		t.Errorf("ch: %q", got.Meta["ch"])
	}
}

func TestOnlySelectedAttributesAreMetadata(t *testing.T) {
	for name, tt := range map[string]struct {
		opts Options
		log  func(h chain.Handler) slog.Handler
		line string
		meta map[string]string
	}{
		"ids": {
			log: func(h chain.Handler) slog.Handler {
				return h.WithAttrs([]slog.Attr{slog.String("request_id", "r"), slog.Int("n", 1)})
			},
			line: `"n":1,"own":true`, meta: map[string]string{"request_id": "r", "trace_id": "top", "span_id": "own"},
		},
		"off": {
			opts: Options{NoMetadata: true},
			log:  func(h chain.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.String("request_id", "r")}) },
			line: `"request_id":"r","trace_id":"top","own":true,"span_id":"own"`,
		},
		"none": {
			opts: Options{Metadata: []string{}},
			log:  func(h chain.Handler) slog.Handler { return h },
			line: `"trace_id":"top","own":true,"span_id":"own"`,
		},
		"in a group": {
			log:  func(h chain.Handler) slog.Handler { return h.WithGroup("g") },
			line: `"g":{"own":true,"span_id":"own"}`, meta: map[string]string{"trace_id": "top"},
		},
		"a group": {
			opts: Options{Metadata: []string{"g"}},
			log: func(h chain.Handler) slog.Handler {
				return h.WithAttrs([]slog.Attr{slog.Int("n", 1)}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("m", 2)}).WithGroup("i")
			},
			line: `"n":1,"trace_id":"top"`, meta: map[string]string{"g_m": "2", "g_i_own": "true", "g_i_span_id": "own"},
		},
		"a name that is taken": {
			opts: Options{Metadata: []string{"trace_id", "trace.id"}},
			log:  func(h chain.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.String("trace.id", "first")}) },
			line: `"trace_id":"top","own":true,"span_id":"own"`, meta: map[string]string{"trace_id": "first"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := sentAs(t, tt.opts, func(h chain.Handler) {
				h2 := chain.Adapt(tt.log(h))
				r := at(time.Now(), "m", slog.Bool("own", true), slog.String("span_id", "own"))
				if err := h2.HandleTop(context.Background(), []slog.Attr{slog.String("trace_id", "top")}, r); err != nil {
					t.Error(err)
				}
			})
			diff(t, "line", tt.line, got.Line)
			diff(t, "metadata", tt.meta, got.Meta)
		})
	}
}

func TestWhatMetadataHasNoRoomForStaysInTheLine(t *testing.T) {
	var many []slog.Attr
	for i := range 200 {
		many = append(many, slog.Int(fmt.Sprintf("k%03d", i), i))
	}
	got := sentAs(t, Options{Metadata: []string{MetadataAll}}, func(h chain.Handler) { handle(t, h, at(time.Now(), "m", many...)) })
	if len(got.Meta) != maxMetadata || !strings.Contains(got.Line, `"k128":128`) || strings.Contains(got.Line, "k127") {
		t.Errorf("%d entries, line %.100s", len(got.Meta), got.Line)
	}

	got = sentAs(t, Options{Metadata: []string{MetadataAll}}, func(h chain.Handler) {
		handle(t, h, at(time.Now(), "m", slog.String("a", strings.Repeat("x", 60<<10)), slog.String("b", strings.Repeat("y", 10<<10)), slog.Int("c", 1)))
	})
	if len(got.Meta) != 2 || got.Meta["c"] != "1" || !strings.HasPrefix(got.Line, `"b":"yyy`) {
		t.Errorf("%d entries, line %.100s", len(got.Meta), got.Line)
	}

	got = sentAs(t, Options{Metadata: []string{MetadataAll}}, func(h chain.Handler) { handle(t, h, at(time.Now(), "m", slog.Any("self", itself{}))) })
	if got.Meta != nil || !strings.Contains(got.Line, `"self"`) {
		t.Errorf("%v, line %.100s", got.Meta, got.Line)
	}
}

func TestLevelsAreThoseThatLokiKnows(t *testing.T) {
	s := &server{}
	h := newTest(t, s, Options{Level: slog.Level(-100)})
	want := map[slog.Level]string{-8: "trace", -5: "trace", -4: "debug", -1: "debug", 0: "info", 3: "info", 4: "warn", 7: "warn", 8: "error", 11: "error", 12: "fatal", 50: "fatal"}
	for l := range want {
		handle(t, h, slog.NewRecord(time.Now(), l, fmt.Sprint(int(l)), 0))
	}
	flush(t, h)
	got := map[slog.Level]string{}
	for _, e := range s.got() {
		var l slog.Level
		if _, err := fmt.Sscan(messageOf(t, e.Line), (*int)(&l)); err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(e.Labels, `level="`)
		got[l], _, _ = strings.Cut(rest, `"`)
	}
	diff(t, "levels", want, got)
}

func TestLabelsAreWhatLokiTakes(t *testing.T) {
	got := sentAs(t, Options{Labels: map[string]string{
		"service-name": "first", "http.method": "GET", "1st": "x", "a-b": "lost", "a_b": "exact", "a.b": "lost", "ünder": "u", "quote": "a\"b\n", "empty": "",
	}}, func(h chain.Handler) { handle(t, h, at(time.Now(), "m")) })
	diff(t, "labels", `{_1st="x", _nder="u", a_b="exact", http_method="GET", level="info", quote="a\"b\n", service_name="test"}`, got.Labels)
}

func TestServiceComesFromTheLoggersAttributes(t *testing.T) {
	attrs := []slog.Attr{slog.String("service.name", "shop"), slog.String("deployment.environment.name", "prod"), slog.String("service.version", "1")}
	s := &server{}
	h, err := NewHandler(&Options{URL: "http://loki.example", Transport: s, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	handle(t, h, at(time.Now(), "m"))
	handle(t, h.WithAttrs(attrs), at(time.Now(), "m"))
	handle(t, h.WithGroup("g").WithAttrs(attrs), at(time.Now(), "m"))
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := s.got()
	unknown := formatLabels(map[string]string{"service_name": UnknownService(), "level": "info"})
	diff(t, "labels", []string{unknown, unknown, `{environment="prod", level="info", service_name="shop"}`}, []string{got[0].Labels, got[1].Labels, got[2].Labels})
	if !strings.HasPrefix(UnknownService(), "unknown_service:") || strings.Contains(got[2].Line, "shop") || !strings.Contains(got[2].Line, `"service.version":"1"`) {
		t.Errorf("%s, %s", unknown, got[2].Line)
	}

	same := sentAs(t, Options{Service: "shop", Environment: "stage"}, func(h chain.Handler) { handle(t, h.WithAttrs(attrs[:2]), at(time.Now(), "m")) })
	diff(t, "labels", `{environment="stage", level="info", service_name="shop"}`, same.Labels)
	diff(t, "line", `"deployment.environment.name":"prod"`, same.Line)
}

func TestLabelsStayFew(t *testing.T) {
	s := &server{}
	h, err := NewHandler(&Options{URL: "http://loki.example", Transport: s, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	const n = 10 * maxSets
	for i := range n {
		handle(t, h.WithAttrs([]slog.Attr{slog.String("service.name", fmt.Sprint("s", i))}), at(time.Now(), "m"))
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	streams, inLine := map[string]bool{}, 0
	for _, e := range s.got() {
		streams[e.Labels] = true
		if strings.Contains(e.Line, "service.name") {
			inLine++
		}
	}
	if len(streams) > maxSets || inLine != n-len(streams)+1 {
		t.Errorf("%d streams, %d of %d names in the line", len(streams), inLine, n)
	}
}
