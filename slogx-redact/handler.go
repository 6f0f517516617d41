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
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.handle(ctx, nil, &r) }

// HandleTop implements [chain.Handler]. The root of the paths of top is that of the record.
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	return h.handle(ctx, top, &r)
}

// handle changes r where there is something to mask.
func (h *Handler) handle(ctx context.Context, top []slog.Attr, r *slog.Record) error {
	q := h.rules.quick()
	if h.rules.quickly && !h.all && q.record(top, r) {
		return h.next.HandleTop(ctx, top, *r)
	}
	w := newWalker(h, &q, nil)
	if rest, same := w.safeAttrs(top[q.top:], false); !same {
		top = slices.Concat(top[:q.top], rest)
	}
	w.path = append(w.path, h.groups...)
	if w.record(r, &q, h.all) {
		w.release()
		return h.next.HandleTop(ctx, top, *r)
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
	q := h.rules.quick()
	w := newWalker(h, &q, h.groups)
	attrs, _ = w.safeAttrs(attrs, h.all)
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
		q := h.rules.quick()
		w := newWalker(h, &q, nil)
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

// record looks at what q does not know to be clean. If nothing is to be masked it returns true, else the
// message of r is redacted, and the attributes are in w.out. It never fails: if the inspection does, nothing
// is shown.
func (w *walker) record(r *slog.Record, q *quick, all bool) (same bool) {
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
	dirty := false
	if !q.message {
		r.Message, dirty = w.text(r.Message)
	}
	same, n := true, 0
	r.Attrs(func(a slog.Attr) bool {
		verdict := clean
		if n >= q.attrs {
			a, verdict = w.attr(a, all)
		}
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

// safeAttrs is w.attrs, or masks if the inspection fails.
func (w *walker) safeAttrs(attrs []slog.Attr, all bool) (out []slog.Attr, same bool) {
	defer func() {
		if recover() != nil {
			w.hit(rulePanic)
			out, same = make([]slog.Attr, len(attrs)), false
			for i := range attrs {
				out[i] = w.blind()
			}
		}
	}()
	return w.attrs(attrs, all)
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
