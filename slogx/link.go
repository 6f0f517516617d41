package slogx

import (
	"log/slog"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/internal/held"
)

// link is a handler of the user's that does not say what is behind it. A walk finds it here, so that
// Shutdown reaches the sinks.
type link struct {
	chain.Handler

	next slog.Handler
}

// leading returns h, which was put around next, as a handler that leads to the sinks.
func leading(h, next slog.Handler) slog.Handler {
	leads := false
	chain.Walk(h, func(h slog.Handler) bool {
		if _, ok := h.(*fanout.Handler); ok {
			leads = true
		}
		return !leads
	})
	if leads {
		return h
	}
	return &link{chain.Adapt(h), next}
}

func (l *link) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return l
	}
	return &link{chain.Adapt(l.Handler.WithAttrs(attrs)), l.next}
}

func (l *link) WithGroup(name string) slog.Handler {
	if name == "" {
		return l
	}
	return &link{chain.Adapt(l.Handler.WithGroup(name)), l.next}
}

// HoldsFrom says whether a tail buffer holds records, in the handler or behind it.
func (l *link) HoldsFrom() slog.Leveler {
	if from := held.Behind(l.Handler); from != nil {
		return from
	}
	return held.Behind(l.next)
}

// Unwrap returns the handler and what is behind it.
func (l *link) Unwrap() []slog.Handler { return []slog.Handler{l.Handler, l.next} }
