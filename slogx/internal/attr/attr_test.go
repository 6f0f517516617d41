package attr_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// valuer is a LogValuer made of a func.
type valuer func() slog.Value

func (v valuer) LogValue() slog.Value { return v() }

// byValue is a LogValuer that expects no nil pointer.
type byValue struct{ s string }

func (v byValue) LogValue() slog.Value { return slog.StringValue(v.s) }

// chained returns a LogValuer that n calls resolve to "end".
func chained(n int) slog.Value {
	v := slog.StringValue("end")
	for range n {
		inner := v
		v = slog.AnyValue(valuer(func() slog.Value { return inner }))
	}
	return v
}

func TestResolve(t *testing.T) {
	var nilPointer *byValue
	var self valuer
	self = func() slog.Value { return slog.AnyValue(self) }
	for _, tt := range []struct {
		name string
		v    slog.Value
		want string
	}{
		{"no LogValuer", slog.IntValue(1), "1"},
		{"one call", chained(1), "end"},
		{"many calls", chained(99), "end"},
		{"for ever", slog.AnyValue(self), "LogValue called too many times on Value of type attr_test.valuer"},
		{"panic", slog.AnyValue(valuer(func() slog.Value { panic("boom") })), "!PANIC: boom"},
		{"panic with an error", slog.AnyValue(valuer(func() slog.Value { panic(errors.New("boom")) })), "!PANIC: boom"},
		{"panic further down", slog.AnyValue(valuer(func() slog.Value {
			return slog.AnyValue(valuer(func() slog.Value { panic("deep") }))
		})), "!PANIC: deep"},
		{"nil pointer", slog.AnyValue(nilPointer), "<nil>"},
		{"nil pointer further down", slog.AnyValue(valuer(func() slog.Value { return slog.AnyValue(nilPointer) })), "<nil>"},
		{"pointer", slog.AnyValue(&byValue{"x"}), "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := attr.Resolve(tt.v)
			if got.Kind() == slog.KindLogValuer || got.String() != tt.want {
				t.Errorf("got %v of kind %v, want %v", got, got.Kind(), tt.want)
			}
		})
	}
}

func TestResolveAgreesWithSlog(t *testing.T) {
	for _, v := range []slog.Value{
		slog.IntValue(1), slog.TimeValue(time.Unix(1, 2)), slog.GroupValue(slog.Any("k", byValue{"unresolved"})),
		chained(1), chained(99), chained(100), chained(101), chained(1000), slog.AnyValue(byValue{"x"}),
	} {
		got, want := attr.Resolve(v), v.Resolve()
		if got.Kind() != want.Kind() || got.String() != want.String() {
			t.Errorf("%v: got %v of kind %v, slog says %v of kind %v", v, got, got.Kind(), want, want.Kind())
		}
	}
}

// angry panics also when it is asked what the matter is.
type angry struct{}

func (angry) Error() string { panic("again") }

func TestPanic(t *testing.T) {
	var nilPointer *byValue
	for _, tt := range []struct {
		name string
		v, p any
		want string
	}{
		{"value", byValue{}, "boom", "!PANIC: boom"},
		{"no value", nil, "boom", "!PANIC: boom"},
		{"nil pointer", nilPointer, "boom", "<nil>"},
		{"pointer", &byValue{}, 42, "!PANIC: 42"},
		{"the reason panics", byValue{}, angry{}, "!PANIC: %!v(PANIC=Error method: again)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := attr.Panic(tt.v, tt.p); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func BenchmarkResolve(b *testing.B) {
	for _, bb := range []struct {
		name string
		v    slog.Value
	}{{"plain", slog.IntValue(1)}, {"LogValuer", slog.AnyValue(&byValue{"x"})}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				attr.Resolve(bb.v)
			}
		})
	}
}
