package slogxredact

import (
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// text looks for secrets in a text.
func (w *walker) text(s string) (string, bool) {
	if s == "" {
		return s, false
	}
	if w.bytes -= len(s); w.bytes < 0 {
		w.hit(ruleLimit)
		return w.r.mask, true
	}
	if len(w.secrets) > 0 {
		if text, dirty := w.hide(s); dirty {
			text, _ = w.scan(text)
			return text, true
		}
	}
	if mayBeJSON(s) {
		if out, dirty, ok := w.jsonText(s); ok {
			return out, dirty
		}
	}
	return w.scan(s)
}

// mayBeJSON reports whether s begins like an object or a list.
func mayBeJSON(s string) bool {
	return s != "" && (s[0] <= ' ' || s[0] == '{' || s[0] == '[') && opensJSON(s)
}

func opensJSON(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return s[i] == '{' || s[i] == '['
		}
	}
	return false
}

// hide masks in s what is masked elsewhere. It returns false if there is nothing of it.
func (w *walker) hide(s string) (string, bool) {
	hidden := s
	if len(w.secrets) > maxHidden {
		hidden = w.r.mask
	}
	for _, secret := range w.secrets {
		hidden = strings.ReplaceAll(hidden, secret, w.r.mask)
	}
	if hidden == s {
		return s, false
	}
	w.hit(ruleKey)
	return hidden, true
}

// scan looks for what detectors find.
func (w *walker) scan(s string) (string, bool) {
	found := w.matches[:0]
	if w.r.set != nil {
		found = w.r.set.Find(found, s, detect.Hint{Key: w.key})
	}
	if len(w.r.custom) > 0 {
		var ok bool
		if found, ok = w.findCustom(found, s); !ok {
			w.hit(rulePanic)
			return w.r.mask, true
		}
	}
	w.matches = found[:0]
	if len(found) == 0 {
		return s, false
	}
	return w.replace(s, found), true
}

// replace applies the actions of what was found, which is in order.
func (w *walker) replace(s string, found []detect.Match) string {
	var b strings.Builder
	b.Grow(len(s))
	done := 0
	for _, m := range found {
		if m.End <= done {
			continue // within the one before
		}
		start := max(m.Start, done)
		id := w.r.ids[string(m.Kind)]
		w.hit(id)
		b.WriteString(s[done:start])
		b.WriteString(w.r.apply(id, s[start:m.End]))
		done = m.End
	}
	b.WriteString(s[done:])
	return b.String()
}

// findCustom adds what the caller's detectors find. It returns false if one of them fails.
func (w *walker) findCustom(found []detect.Match, s string) (_ []detect.Match, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	n := len(found)
	for _, d := range w.r.custom {
		w.spots = d.Find(w.spots[:0], s)
		for _, at := range w.spots {
			if at[0] < 0 || at[1] > len(s) || at[0] > at[1] {
				return found, false
			}
			found = append(found, detect.Match{Start: at[0], End: at[1], Kind: detect.Kind(d.Name)})
		}
	}
	if len(found) > n {
		slices.SortStableFunc(found, func(a, b detect.Match) int { return a.Start - b.Start })
	}
	return found, true
}

// minNumber is the least number that detectors look at: a telephone number under a key that says so.
const minNumber = 1_000_000

// isSmall reports whether v is no number, or one that is no secret.
func isSmall(v slog.Value) bool {
	switch v.Kind() {
	case slog.KindInt64:
		n := v.Int64()
		return n > -minNumber && n < minNumber
	case slog.KindUint64:
		return v.Uint64() < minNumber
	case slog.KindFloat64:
		f := v.Float64()
		return f < minNumber || f >= 1<<63 || f != math.Trunc(f)
	default:
		return true
	}
}

// number looks at a number as the text of its digits.
func (w *walker) number(v slog.Value) (string, bool) {
	if !w.r.numbers || isSmall(v) {
		return "", false
	}
	b := w.digits[:0]
	switch v.Kind() {
	case slog.KindInt64:
		b = strconv.AppendInt(b, v.Int64(), 10)
	case slog.KindUint64:
		b = strconv.AppendUint(b, v.Uint64(), 10)
	default:
		b = strconv.AppendInt(b, int64(v.Float64()), 10)
	}
	if len(w.r.custom) > 0 {
		return w.scan(string(b)) // who knows what they keep
	}
	return w.scan(unsafe.String(unsafe.SliceData(b), len(b))) //nolint:gosec // of a clean one nothing is kept, and of others a copy
}
