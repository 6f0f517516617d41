package chain

import "log/slog"

// Observer takes measurements that [Stats] does not hold; the package documentation lists them. Observe is
// called from many goroutines, must not block, and may keep neither labels, which are names and values in turn,
// nor change them.
type Observer interface {
	Observe(name string, value float64, labels ...string)
}

// SetObserver hands o to h and to every handler below it that has a method SetObserver(Observer). A handler
// with that method that unwraps to several hands o on itself, since it knows their names. Nil ends that.
func SetObserver(h slog.Handler, o Observer) {
	Walk(h, func(h slog.Handler) bool {
		s, ok := h.(interface{ SetObserver(o Observer) })
		if !ok {
			return true
		}
		s.SetObserver(o)
		_, several := h.(interface{ Unwrap() []slog.Handler })
		return !several
	})
}
