package freeze

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type point struct{ X, Y int }

type tree struct {
	Name string
	Kids []tree
	Tags map[string]string
	Any  any
}

type linked struct {
	V    int
	Next *linked
}

type guarded struct {
	mu    sync.Mutex
	N     int
	items map[string]int
}

type locked struct {
	mu sync.Mutex //nolint:unused // it is there to be seen
	N  int
}

type odd struct {
	C chan int
	F func()
	P *point
}

type marshaler struct{ b []byte }

func (m *marshaler) MarshalJSON() ([]byte, error) { return json.Marshal("<" + string(m.b) + ">") }

type stringer struct{ b []byte }

func (s *stringer) String() string { return "stringer " + string(s.b) }

type formatter struct{ b []byte }

func (f *formatter) Format(s fmt.State, verb rune) {
	_, _ = fmt.Fprintf(s, "%c%v:%s", verb, s.Flag('+'), f.b)
}

type opError struct {
	Op  string
	err error
}

func (e *opError) Error() string { return e.Op + ": " + e.err.Error() }
func (e *opError) Unwrap() error { return e.err }

type jsonOpError struct{ opError }

func (e *jsonOpError) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"op": e.Op})
}

type stackError struct{ msg []byte }

func (e *stackError) Error() string { return string(e.msg) }
func (e *stackError) Format(s fmt.State, verb rune) {
	_, _ = s.Write(e.msg)
	if verb == 'v' && s.Flag('+') {
		_, _ = io.WriteString(s, "\n\tat main.go:1")
	}
}

type emptyMap map[string]any

type valuer func() slog.Value

func (v valuer) LogValue() slog.Value { return v() }

func values() map[string]any {
	n := 7
	return map[string]any{
		"nil": nil, "bytes": []byte("b\x00"), "no bytes": []byte{}, "nil bytes": []byte(nil), "strings": []string{"a", "<b>"},
		"empty strings": []string{}, "nil strings": []string(nil), "ints": []int{1, 2}, "array": [2][]int{{1}, {2}},
		"map": map[string]int{"b": 2, "a": 1}, "int map": map[int]string{2: "b", 1: "a"}, "nil map": map[string]int(nil),
		"empty": emptyMap{}, "nested": map[string]any{"m": map[string]any{"k": []any{1, "two", nil, 3.5}}},
		"struct": point{1, 2}, "pointer": &point{1, 2}, "nil pointer": (*point)(nil), "int pointer": &n,
		"tree":     tree{Name: "r", Kids: []tree{{Name: "k", Any: []int{1}}}, Tags: map[string]string{"t": "<&>"}},
		"tree ptr": &tree{Name: "r", Any: point{3, 4}},
		"linked":   &linked{V: 1}, "locked": &locked{N: 3}, "odd": odd{}, "chan": make(chan int), "NaN": []float64{math.NaN()},
		"interfaces": []any{&marshaler{[]byte("m")}, &stringer{[]byte("s")}, errors.New("e"), &fs.PathError{Op: "open", Path: "p", Err: fs.ErrNotExist}},
		"hidden":     map[string]any{"h": bytes.NewBufferString("text"), "e": &opError{"op", io.EOF}},
		"errors":     []error{io.EOF, &opError{"op", io.EOF}, nil},
		"marshaler":  &marshaler{[]byte("m<>")}, "nil marshaler": (*marshaler)(nil),
		"stringer": &stringer{[]byte("s")}, "nil stringer": (*stringer)(nil), "formatter": &formatter{[]byte("f")},
		"buffer": bytes.NewBufferString("b"), "big": big.NewInt(1 << 40), "ip": net.IPv4(192, 0, 2, 1), "addr": netip.MustParseAddr("192.0.2.1"),
		"url": &url.URL{Scheme: "https", Host: "example.com", User: url.UserPassword("u", "p")}, "raw": json.RawMessage(`{"a": [1, "<"]}`),
		"bad raw": json.RawMessage(`{`), "times": []time.Time{time.Unix(0, 0).UTC()}, "location": time.UTC, "big ptr": map[string]*big.Int{"a": big.NewInt(3)},
		"error": errors.New("e"), "wrapped": fmt.Errorf("w: %w", io.EOF), "path": &fs.PathError{Op: "open", Path: "p", Err: syscall.ENOENT},
		"join": errors.Join(io.EOF, &opError{"op", io.EOF}), "json error": &jsonOpError{opError{"op", io.EOF}}, "stack": &stackError{[]byte("boom")},
		"nil error": (*opError)(nil), "source": &slog.Source{Function: "f", File: "f.go", Line: 3}, "no source": &slog.Source{},
		"level": slog.LevelWarn, "group": slog.GroupValue(slog.Any("m", map[string]int{"a": 1}), slog.Group("", slog.Int("i", 1)), slog.Group("none")),
		"valuer": valuer(func() slog.Value { return slog.AnyValue([]int{1}) }),
		"attrs":  []slog.Attr{slog.Int("a", 1)},
		"in valuer": valuer(func() slog.Value {
			return slog.GroupValue(slog.Any("v", valuer(func() slog.Value { return slog.IntValue(1) })))
		}),
	}
}

// printed returns what log/slog's handlers write for v.
func printed(v slog.Value) string {
	var b bytes.Buffer
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.Attr{Key: "k", Value: v})
	_ = slog.NewJSONHandler(&b, nil).Handle(context.Background(), r)
	_ = slog.NewTextHandler(&b, nil).Handle(context.Background(), r)
	return b.String()
}

func TestPrintsTheSame(t *testing.T) {
	for name, a := range values() {
		t.Run(name, func(t *testing.T) {
			v := slog.AnyValue(a)
			frozen, size := Value(v)
			if diff := cmp.Diff(printed(v), printed(frozen)); diff != "" {
				t.Errorf("frozen value prints otherwise (-now +frozen):\n%s", diff)
			}
			if size <= 0 {
				t.Errorf("size is %d", size)
			}
		})
	}
}

func TestChangesAfterwardsDoNotShow(t *testing.T) {
	m := map[string]any{"k": []int{1}, "p": &point{1, 2}}
	list := []any{m, "x"}
	tr := &tree{Name: "a", Kids: []tree{{Name: "b"}}, Tags: map[string]string{"t": "u"}}
	chain := &linked{1, &linked{2, nil}}
	buf := bytes.NewBufferString("text")
	pathErr := &fs.PathError{Op: "open", Path: "p", Err: fs.ErrNotExist}
	group := []slog.Attr{slog.Any("m", m), slog.Int("i", 1)}
	g := &guarded{N: 1, items: map[string]int{"a": 1}}

	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.Any("m", m), slog.Any("list", list), slog.Any("tree", tr), slog.Any("buf", buf), slog.Any("err", pathErr),
		slog.Any("errs", errors.Join(io.EOF, pathErr)), slog.Attr{Key: "g", Value: slog.GroupValue(group...)}, slog.Any("guarded", g))
	r.AddAttrs(slog.Any("bytes", buf.Bytes()), slog.Any("map of errors", map[string]error{"e": pathErr}))
	want := handle(r)
	with, _ := Attrs(nil, []slog.Attr{slog.Any("chain", chain)})
	frozen, _ := Record(r)

	var wg sync.WaitGroup
	wg.Go(func() { // -race sees what is still shared
		m["k"].([]int)[0] = 9
		m["p"].(*point).X = 9
		m["new"] = 1
		list[1] = "y"
		tr.Kids[0].Name = "z"
		tr.Tags["t"] = "z"
		chain.Next.V = 9
		buf.Bytes()[0] = 'X'
		pathErr.Path = "q"
		group[1].Value = slog.IntValue(9)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.N, g.items["a"] = 9, 9
	})
	got := handle(frozen)
	gotWith := printed(with[0].Value)
	wg.Wait()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes show (-at the call +afterwards):\n%s", diff)
	}
	if !strings.Contains(gotWith, `{"V":1,"Next":{"V":2,"Next":null}}`) {
		t.Errorf("changes show in With: %s", gotWith)
	}
}

// handle returns what log/slog's JSON handler writes for r.
func handle(r slog.Record) string {
	var b bytes.Buffer
	_ = slog.NewJSONHandler(&b, nil).Handle(context.Background(), r)
	return b.String()
}

func TestErrorsAreStillFound(t *testing.T) {
	inner := &opError{"inner", io.EOF}
	other := &jsonOpError{opError{"other", fs.ErrClosed}}
	for name, err := range map[string]error{
		"direct": inner, "wrapped": fmt.Errorf("w: %w", inner), "joined": errors.Join(other, fmt.Errorf("w: %w", inner)),
		"several": fmt.Errorf("%w and %w", other, inner),
	} {
		v, _ := Value(slog.AnyValue(err))
		frozen, ok := v.Any().(error)
		if !ok {
			t.Fatalf("%s: %T is no error", name, v.Any())
		}
		var op *opError
		if !errors.Is(frozen, io.EOF) || !errors.Is(frozen, inner) || !errors.As(frozen, &op) || op != inner || frozen.Error() != err.Error() {
			t.Errorf("%s: %v: the original is not found", name, frozen)
		}
		if errors.Is(frozen, io.ErrNoProgress) {
			t.Errorf("%s: an error that is not there is found", name)
		}
		_, was := err.(interface{ Unwrap() []error })
		if _, is := frozen.(interface{ Unwrap() []error }); is != was {
			t.Errorf("%s: wraps several: %v, want %v", name, is, was)
		}
	}
}

type panics struct{ Refs []byte }

func (*panics) String() string { panic("boom") }

type panicsJSON struct{ Refs []byte }

func (*panicsJSON) MarshalJSON() ([]byte, error) { panic("boom") }

type panicsError struct{ Refs []byte }

func (*panicsError) Error() string { panic("boom") }
func (*panicsError) Unwrap() error { panic("bang") }

func TestPanicsStayInTheValue(t *testing.T) {
	for _, a := range []any{
		&panics{}, &panicsJSON{}, &panicsError{}, valuer(func() slog.Value { panic("boom") }), errors.Join(&panicsError{}, io.EOF),
	} {
		v, _ := Value(slog.AnyValue(a))
		if got := printed(v); !strings.Contains(got, "!PANIC: boom") && !strings.Contains(got, "{") {
			t.Errorf("%T: %s", a, got)
		}
	}
}

func TestCyclesAreCut(t *testing.T) {
	m := map[string]any{"a": 1}
	m["m"] = m
	s := []any{1, nil}
	s[1] = s
	type rec map[string]rec
	typed := rec{}
	typed["r"] = typed
	l := &linked{V: 1}
	l.Next = l
	var deep any
	for range 100_000 {
		deep = []any{deep}
	}
	var self slog.LogValuer
	self = valuer(func() slog.Value { return slog.GroupValue(slog.Any("a", self), slog.Any("b", self)) })
	for name, a := range map[string]any{"map": m, "slice": s, "typed": typed, "pointer": l, "in a group": slog.GroupValue(slog.Any("m", m))} {
		v, _ := Value(slog.AnyValue(a))
		if got := printed(v); !strings.Contains(got, cycleMark) && !strings.Contains(got, "cycle") {
			t.Errorf("%s: no mark: %s", name, got)
		}
	}
	if v, _ := Value(slog.AnyValue(self)); !strings.Contains(printed(v), depthMark) {
		t.Error("a LogValuer that contains itself is not cut")
	}
	if v, size := Value(slog.AnyValue(deep)); size <= 0 || printed(v) == "" {
		t.Error("deep value lost")
	}
}

func TestSizeFollowsTheContent(t *testing.T) {
	for name, a := range map[string]any{
		"string": strings.Repeat("x", 10_000), "bytes": make([]byte, 10_000), "map": map[string]string{"k": strings.Repeat("x", 10_000)},
		"struct": &tree{Name: strings.Repeat("x", 10_000)}, "error": &opError{strings.Repeat("x", 10_000), io.EOF}, "rendered": bytes.NewBuffer(make([]byte, 10_000)),
	} {
		if _, size := Value(slog.AnyValue(a)); size < 10_000 || size > 50_000 {
			t.Errorf("%s of 10,000 bytes: size %d", name, size)
		}
	}
}
