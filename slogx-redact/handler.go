package slogxredact

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Handler redacts records and passes them on. It is safe for concurrent use.
type Handler struct {
	next  chain.Handler // never nil
	rules *rules
	stats *stats

	groups []segment // the open groups
	all    bool      // one of them is masked
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes redacted records to next. It never fails: if the options are
// wrong, OnError is told, and all presets are in use with what is right of the other rules.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	r, err := compile(opts)
	if err != nil {
		report(opts, err)
	}
	return newHandler(next, r)
}

func newHandler(next slog.Handler, r *rules) *Handler {
	return &Handler{next: chain.Adapt(next), rules: r, stats: newStats(r)}
}

// report tells who set the options that they are wrong. opts is not nil: nil is never wrong.
func report(opts *Options, err error) {
	if opts.OnError == nil {
		fmt.Fprintf(os.Stderr, "slogx: %q\n", err.Error())
		return
	}
	defer func() { _ = recover() }()
	opts.OnError(err)
}

// Wrap returns NewHandler as a func that wraps handlers.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

// Enabled implements [slog.Handler].
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle implements [slog.Handler].
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler]. The root of the paths of top is that of the record.
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	w := newWalker(h.rules, h.stats, nil)
	if len(top) > 0 {
		top = w.safeAttrs(top, false)
	}
	w.path = append(w.path, h.groups...)
	if w.record(&r, h.all) {
		w.release()
		return h.next.HandleTop(ctx, top, r)
	}
	r2 := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r2.AddAttrs(w.out...) // copies
	w.release()
	return h.next.HandleTop(ctx, top, r2)
}

// WithAttrs implements [slog.Handler]. The attributes are redacted here, once.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	w := newWalker(h.rules, h.stats, h.groups)
	attrs = w.safeAttrs(attrs, h.all)
	w.release()
	h2 := h.clone()
	h2.next = chain.Adapt(h.next.WithAttrs(attrs))
	return h2
}

// WithGroup implements [slog.Handler]. What a group under a rule for keys or paths holds is masked.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := h.clone()
	kv := h.rules.keys.match(name)
	if h.rules.needPath {
		h2.groups = appendKey(slices.Clip(h.groups), name, "")
	}
	h2.all = h.all || kv.secret || matchAny(h.rules.paths, h2.groups)
	if kv.odd {
		w := newWalker(h.rules, h.stats, nil)
		name = w.safeText(name)
		w.release()
	}
	h2.next = chain.Adapt(h.next.WithGroup(name))
	return h2
}

func (h *Handler) clone() *Handler {
	h2 := *h
	return &h2
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }

// record looks at a record. If all is clean it returns true, else the message of r is redacted, and the
// attributes are in w.out. It never fails: if the inspection does, nothing is shown.
func (w *walker) record(r *slog.Record, all bool) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
			w.hit(rulePanic)
			r.Message, w.out = w.r.mask, w.out[:0]
			r.Attrs(func(slog.Attr) bool {
				w.out = append(w.out, w.blind())
				return true
			})
		}
	}()
	msg, dirty := w.text(r.Message)
	r.Message = msg
	same, n := true, 0
	r.Attrs(func(a slog.Attr) bool {
		a, verdict := w.attr(a, all)
		if verdict != clean && same {
			same = false
			w.firstAttrs(r, n)
		}
		if !same && verdict != dropped {
			w.out = append(w.out, a)
		}
		n++
		return true
	})
	if same && dirty {
		w.firstAttrs(r, n)
	}
	return same && !dirty
}

// firstAttrs copies the first n attributes of r, which are clean.
func (w *walker) firstAttrs(r *slog.Record, n int) {
	i := 0
	r.Attrs(func(a slog.Attr) bool {
		if i < n {
			w.out = append(w.out, a)
		}
		i++
		return i < n
	})
}

// blind is what stands for an attribute that could not be looked at.
func (w *walker) blind() slog.Attr { return slog.String(w.r.mask, w.r.mask) }

// safeAttrs is attrs, redacted, or masks if the inspection fails.
func (w *walker) safeAttrs(attrs []slog.Attr, all bool) (out []slog.Attr) {
	defer func() {
		if recover() != nil {
			w.hit(rulePanic)
			out = make([]slog.Attr, len(attrs))
			for i := range attrs {
				out[i] = w.blind()
			}
		}
	}()
	out, _ = w.attrs(attrs, all)
	return out
}

// safeText is text, redacted, or a mask if the inspection fails.
func (w *walker) safeText(s string) (out string) {
	defer func() {
		if recover() != nil {
			w.hit(rulePanic)
			out = w.r.mask
		}
	}()
	out, _ = w.text(s)
	return out
}
