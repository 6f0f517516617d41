package jsonlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestHandlerConforms(t *testing.T) {
	for name, opts := range map[string]jsonlog.Options{
		"plain":       {},
		"KeepLast":    {Duplicates: jsonlog.KeepLast},
		"ReplaceAttr": {ReplaceAttr: unchanged},
		"bounded":     {MaxRecordBytes: 1 << 30},
	} {
		t.Run(name, func(t *testing.T) {
			opts.Level = slog.LevelDebug
			slogxtest.RunSink(t, func(w io.Writer) slog.Handler { return jsonlog.NewHandler(w, &opts) }, parseLines)
		})
	}
}

func parseLines(b []byte) ([]map[string]any, error) {
	var out []map[string]any
	for line := range bytes.Lines(b) {
		var m map[string]any
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, errors.Join(err, errors.New(string(line)))
		}
		out = append(out, m)
	}
	return out, nil
}

func TestNewHandlerTakesWhatItGets(t *testing.T) {
	if err := jsonlog.NewHandler(nil, nil).Handle(context.Background(), record(slog.LevelInfo, "m")); err != nil {
		t.Errorf("a nil writer: %v", err)
	}
	got := line(t, jsonlog.Options{Schema: "nonsense", Duplicates: "some"}, nil, nil, record(slog.LevelInfo, "m", slog.Int("a", 1), slog.Int("a", 2)))
	if want := `{"time":"2026-03-14T12:00:00.5Z","level":"INFO","msg":"m","a":1,"a":2}`; got != want {
		t.Errorf("unknown options: got %s, want %s", got, want)
	}
}

// recordWriter keeps what WriteRecord gets, and lives on after its handler.
type recordWriter struct {
	bytes.Buffer

	ctx    context.Context
	level  slog.Level
	err    error
	calls  []string
	encode func([]byte, slog.Record) []byte
}

func (w *recordWriter) WriteRecord(ctx context.Context, level slog.Level, line []byte) error {
	w.ctx, w.level = ctx, level
	w.Buffer.Write(line)
	return w.err
}

func (w *recordWriter) Write([]byte) (int, error) {
	return 0, errors.New("WriteRecord should be called")
}

func (w *recordWriter) SetLossEncoder(encode func([]byte, slog.Record) []byte) { w.encode = encode }

func (w *recordWriter) Flush(context.Context) error {
	w.calls = append(w.calls, "flush")
	return w.err
}

func (w *recordWriter) Shutdown(context.Context) error {
	w.calls = append(w.calls, "shutdown")
	return w.err
}

func TestWriteRecordGetsContextAndLevel(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(context.Background(), key{}, "value")
	w := &recordWriter{err: errors.New("full")}
	h := jsonlog.NewHandler(w, &jsonlog.Options{Schema: jsonlog.SchemaECS})
	if err := h.WithGroup("g").Handle(ctx, record(slog.LevelWarn+1, "m")); !errors.Is(err, w.err) {
		t.Errorf("Handle returns %v, want %v", err, w.err)
	}
	if w.ctx != ctx || w.level != slog.LevelWarn+1 {
		t.Errorf("got the context %v and the level %v", w.ctx, w.level)
	}
	const want = `{"@timestamp":"2026-03-14T12:00:00.5Z","log.level":"WARN+1","message":"m","ecs.version":"8.11.0"}` + "\n"
	if got := w.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := w.encode([]byte("before "), record(slog.LevelWarn+1, "m")); string(got) != "before "+want {
		t.Errorf("the loss encoder appends %q", got)
	}
	if err := errors.Join(h.Flush(ctx), h.Shutdown(ctx)); !errors.Is(err, w.err) {
		t.Errorf("Flush and Shutdown return %v", err)
	}
	if diff := cmp.Diff([]string{"flush", "shutdown"}, w.calls); diff != "" {
		t.Error(diff)
	}
}

func TestFlushAndShutdownOfOtherWriters(t *testing.T) {
	h := jsonlog.NewHandler(io.Discard, nil)
	if err := errors.Join(h.Flush(context.Background()), h.Shutdown(context.Background())); err != nil {
		t.Error(err)
	}
}

// writeFunc is a writer.
type writeFunc func([]byte) (int, error)

func (f writeFunc) Write(b []byte) (int, error) { return f(b) }

func TestErrorsOfTheWriter(t *testing.T) {
	full := errors.New("disk full")
	for _, c := range []struct {
		name  string
		write writeFunc
		want  error
	}{
		{"whole", func(b []byte) (int, error) { return len(b), nil }, nil},
		{"short", func(b []byte) (int, error) { return len(b) - 1, nil }, io.ErrShortWrite},
		{"error", func([]byte) (int, error) { return 0, full }, full},
		{"short and error", func(b []byte) (int, error) { return len(b) / 2, full }, full},
	} {
		if err := jsonlog.NewHandler(c.write, nil).Handle(context.Background(), record(slog.LevelInfo, "m")); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestErrorOfAFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := jsonlog.NewHandler(f, nil).Handle(context.Background(), record(slog.LevelInfo, "m")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v, want %v", err, os.ErrClosed)
	}
}

// A writer that panics must not keep the lock.
func TestPanicOfTheWriterReleasesTheLock(t *testing.T) {
	first := true
	h := jsonlog.NewHandler(writeFunc(func(b []byte) (int, error) {
		if first {
			first = false
			panic("once")
		}
		return len(b), nil
	}), nil)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach the caller")
			}
		}()
		_ = h.Handle(context.Background(), record(slog.LevelInfo, "m"))
	}()
	if err := h.Handle(context.Background(), record(slog.LevelInfo, "m")); err != nil {
		t.Error(err)
	}
}

// Records of many goroutines, from several seconds and zones, with and without what caches hold.
func TestConcurrentRecordsAreWhole(t *testing.T) {
	var out bytes.Buffer
	h := jsonlog.NewHandler(&out, &jsonlog.Options{AddSource: true})
	zones := []*time.Location{time.UTC, time.FixedZone("", 3600), time.FixedZone("", -3*3600-1800)}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			h := h.WithAttrs([]slog.Attr{slog.Int("g", g)})
			for i := range 200 {
				at := noon.Add(time.Duration(i*7) * 100 * time.Millisecond).In(zones[i%len(zones)])
				r := slog.NewRecord(at, slog.LevelInfo, "m", 0)
				r.AddAttrs(slog.String("want", at.Format(time.RFC3339Nano)), slog.Any("list", []string{"a", "b"}))
				if err := h.Handle(context.Background(), r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	lines, err := parseLines(out.Bytes())
	if err != nil || len(lines) != 8*200 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for _, m := range lines {
		if m["time"] != m["want"] {
			t.Fatalf("the time is %v, want %v", m["time"], m["want"])
		}
	}
}

func TestValidate(t *testing.T) {
	for _, o := range []*jsonlog.Options{
		nil, {}, {Schema: jsonlog.SchemaGCP, GCPProject: "my-project", Duplicates: jsonlog.KeepLast, MaxRecordBytes: 1 << 20},
		{Schema: jsonlog.SchemaSlog, Duplicates: jsonlog.KeepAll, MaxRecordBytes: -1},
	} {
		if err := o.Validate(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	err := (&jsonlog.Options{Schema: "logstash", Duplicates: "first", GCPProject: "projects/x"}).Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`Schema "logstash": want slog, otel, ecs or gcp`, `Duplicates "first": want all or last`, `GCPProject "projects/x"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %q", want, err)
		}
	}
}
