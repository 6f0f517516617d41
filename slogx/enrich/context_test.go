package enrich

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestContextInAStructIsLikeContextWithAttrs(t *testing.T) {
	type key struct{}
	parent := context.WithValue(t.Context(), key{}, "value")
	for _, tt := range []struct {
		name  string
		outer []slog.Attr
		want  string
	}{
		{"alone", nil, "[a=1 b=2]"},
		{"around attributes", []slog.Attr{slog.Int("o", 0)}, "[o=0 a=1 b=2]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			room := [3]slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("spare", 3)}
			c := inStruct(ContextWithAttrs(parent, tt.outer...), room[:2])
			if got := slog.AnyValue(contextAttrs(c)).String(); got != tt.want {
				t.Errorf("attributes %s, want %s", got, tt.want)
			}
			more := ContextWithAttrs(c, slog.Int("c", 3))
			if got, want := slog.AnyValue(contextAttrs(more)).String(), tt.want[:len(tt.want)-1]+" c=3]"; got != want {
				t.Errorf("attributes of a context within %s, want %s", got, want)
			}
			if room[2].Key != "spare" {
				t.Errorf("the array behind the attributes changed: %v", room)
			}
			if got := c.Value(key{}); got != "value" {
				t.Errorf("value of the context around: %v", got)
			}
		})
	}
}

func inStruct(ctx context.Context, attrs []slog.Attr) context.Context {
	var s struct{ Context }
	s.Init(ctx, attrs)
	return &s
}

func TestAddsContext(t *testing.T) {
	for _, tt := range []struct {
		name         string
		enrichers    []Enricher
		attrs, trace bool
	}{
		{"neither", []Enricher{BuildInfo(), nil}, false, false},
		{"attributes", []Enricher{BuildInfo(), ContextAttrs()}, true, false},
		{"trace", []Enricher{Trace()}, false, true},
		{"both", []Enricher{ContextAttrs(), Trace(), Process()}, true, true},
		{"one that calls ours", []Enricher{func(ctx context.Context, attrs []slog.Attr) []slog.Attr {
			return append(tracectx.AppendAttrs(ctx, attrs), slog.Bool("traced", true))
		}}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := NewHandler(slog.DiscardHandler, tt.enrichers...).WithGroup("g").(*Handler)
			if attrs, trace := h.AddsContext(); attrs != tt.attrs || trace != tt.trace {
				t.Errorf("AddsContext() = %v, %v, want %v, %v", attrs, trace, tt.attrs, tt.trace)
			}
		})
	}
}
