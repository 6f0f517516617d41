package console_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/console"
)

// calls records how ReplaceAttr is called. What it returns depends on how, not on when, it is called.
type calls struct {
	log  []string
	keep []string // the groups of the last call, as a handler must not expect them to be kept
}

func (c *calls) replace(groups []string, a slog.Attr) slog.Attr {
	value := fmt.Sprint(a.Value.Any())
	if a.Value.Kind() == slog.KindAny {
		value = fmt.Sprintf("%T", a.Value.Any())
	}
	c.log = append(c.log, fmt.Sprintf("%q nil=%t %q %s %s", groups, groups == nil, a.Key, a.Value.Kind(), value))
	c.keep = append(c.keep, groups...)
	switch {
	case strings.HasSuffix(a.Key, "0"):
		return slog.Attr{}
	case strings.HasSuffix(a.Key, "1"):
		return slog.Group(a.Key, slog.Int("made", 1), slog.Int("drop0", 2))
	case strings.HasSuffix(a.Key, "2"):
		return slog.Any("valuer", valuer{a.Value.String()})
	case strings.HasSuffix(a.Key, "3"):
		return slog.Any("src", &slog.Source{File: "/a/b.go", Line: 3})
	case strings.HasSuffix(a.Key, "4"):
		return slog.Attr{Value: slog.GroupValue(slog.Int("inlined", 1))}
	}
	return a
}

type valuer struct{ s string }

func (v valuer) LogValue() slog.Value {
	if len(v.s)%2 == 0 {
		return slog.GroupValue(slog.String("s", v.s), slog.Int("t0", 1))
	}
	return slog.StringValue(v.s)
}

// script drives a handler by the bytes of prog. No group in it is elided: slog.JSONHandler then goes on with
// that group among the open ones.
func script(h slog.Handler, prog []byte) error {
	h, attrs := h, []slog.Attr(nil)
	pc, _, _, _ := runtime.Caller(0)
	r := slog.NewRecord(at, slog.LevelWarn, "m", pc)
	doubled := 0
	for i, b := range prog {
		key := fmt.Sprintf("k%d", b%8)
		switch b / 8 % 16 {
		case 0, 1:
			attrs = append(attrs, slog.Int(key, i))
		case 2:
			attrs = append(attrs, slog.String(key, "v"))
		case 3:
			attrs = append(attrs, slog.Any(key, valuer{key[:int(b)%2+1]}))
		case 4:
			attrs = append(attrs, slog.Any(key, &slog.Source{Function: "f", Line: int(b % 3)}))
		case 5, 6:
			attrs = []slog.Attr{slog.Group(key, append(attrsAny(attrs), slog.Int("kept", 1))...)}
		case 7:
			attrs = append(attrs, slog.Attr{})
		case 8, 9:
			h = h.WithAttrs(attrs)
			attrs = nil
		case 10, 11:
			h = h.WithGroup(key)
		case 12:
			if doubled++; doubled <= 4 { // each time all that is there is there twice
				attrs = append(attrs, slog.Attr{Key: "", Value: slog.GroupValue(attrs...)})
			}
		case 13:
			r.AddAttrs(attrs...)
			attrs = nil
		case 14:
			attrs = append(attrs, slog.Any("", &slog.Source{Line: 1}), slog.Any(key, (*slog.Source)(nil)))
		case 15:
			r.PC, r.Time = 0, time.Time{}
		}
		if len(attrs) > 100 {
			attrs = nil
		}
	}
	r.AddAttrs(attrs...)
	return h.Handle(context.Background(), r)
}

func attrsAny(attrs []slog.Attr) []any {
	out := make([]any, len(attrs))
	for i, a := range attrs {
		out[i] = a
	}
	return out
}

// compareCalls fails if the handler and slog.JSONHandler call ReplaceAttr differently.
func compareCalls(t *testing.T, prog []byte, wrap func(func([]string, slog.Attr) slog.Attr) func([]string, slog.Attr) slog.Attr) {
	t.Helper()
	var want, got calls
	err := script(slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{AddSource: true, ReplaceAttr: wrap(want.replace)}), prog)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := script(console.NewHandler(&buf, &console.Options{AddSource: true, ReplaceAttr: wrap(got.replace)}), prog); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.log, got.log); diff != "" {
		t.Fatalf("calls of slog.JSONHandler (-) and ours (+):\n%s", diff)
	}
	checkSafe(t, buf.Bytes())
	if n := bytes.Count(buf.Bytes(), []byte{'\n'}); n != 1 {
		t.Fatalf("%d lines: %q", n, buf.Bytes())
	}
}

func same(f func([]string, slog.Attr) slog.Attr) func([]string, slog.Attr) slog.Attr { return f }

func TestReplaceAttrIsCalledAsByJSONHandler(t *testing.T) {
	for _, prog := range []string{
		"", "\x05", "\x00\x01\x02\x03\x04\x05", "\x05\x45\x55\x06\x45", "\x1d\x1e\x25\x26\x27", "\x05\x2d\x35\x45\x57\x05\x2e\x45\x56\x07",
		"\x38\x45\x05\x65\x6d\x75\x7d", "\x00\x45\x55\x00\x2d\x45\x01\x2d",
	} {
		compareCalls(t, []byte(prog), same)
	}
}

// TestReplacedBuiltinsAreCalledAsByJSONHandler makes groups, LogValuers and sources of built-in attributes.
func TestReplacedBuiltinsAreCalledAsByJSONHandler(t *testing.T) {
	for _, builtin := range []string{slog.TimeKey, slog.LevelKey, slog.SourceKey, slog.MessageKey} {
		for suffix := range 6 {
			compareCalls(t, []byte("\x05\x45\x55\x05"), func(record func([]string, slog.Attr) slog.Attr) func([]string, slog.Attr) slog.Attr {
				return func(groups []string, a slog.Attr) slog.Attr {
					if a.Key == builtin {
						a.Key += fmt.Sprint(suffix)
					}
					return record(groups, a)
				}
			})
		}
	}
}

func FuzzReplaceAttrIsCalledAsByJSONHandler(f *testing.F) {
	f.Add([]byte("\x05\x2d\x35\x45\x57\x05\x2e\x45\x56\x07"))
	f.Fuzz(func(t *testing.T, prog []byte) {
		if len(prog) < 64 {
			compareCalls(t, prog, same)
		}
	})
}

func TestGroupsAfterAnElidedGroup(t *testing.T) {
	var got []string
	h := console.NewHandler(io.Discard, &console.Options{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == "drop" {
			return slog.Attr{}
		}
		if a.Key == "k" {
			got = append(got, groups...)
		}
		return a
	}})
	slog.New(h).WithGroup("g").Info("m", slog.Group("elided", "drop", 1), "k", 1)
	if diff := cmp.Diff([]string{"g"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestGroupsOfReplaceAttrHaveNoSpareRoom(t *testing.T) {
	h := console.NewHandler(io.Discard, &console.Options{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if cap(groups) != len(groups) {
			t.Errorf("cap %d, len %d", cap(groups), len(groups))
		}
		return a
	}})
	slog.New(h).WithGroup("g").Info("m", "k", 1, slog.Group("h", "l", 2))
}
