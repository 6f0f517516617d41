package slogxhttp

import (
	"context"
	"log/slog"
)

// exchangeKey is the key of the *exchange in a context.
type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	if ctx == nil { // as logging takes one
		return nil
	}
	q, _ := ctx.Value(exchangeKey{}).(*exchange)
	return q
}

// AddAttrs adds attributes to the access record of the request that ctx belongs to, and to no other record: use
// enrich.ContextWithAttrs for a context whose every record has them. It may be called from many goroutines.
// It does nothing if the record is written already, or ctx is of no request.
func AddAttrs(ctx context.Context, attrs ...slog.Attr) {
	q := exchangeOf(ctx)
	if q == nil || len(attrs) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.done {
		q.extra = append(q.extra, attrs...)
	}
}

// SetError sets the error with which the request failed that ctx belongs to, for its access record, which has
// it as exception.type and exception.message. It does not change the status. Of several the last counts; nil
// takes it back. It may be called from many goroutines, and does nothing where [AddAttrs] does nothing.
func SetError(ctx context.Context, err error) {
	q := exchangeOf(ctx)
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.done {
		q.err = err
	}
}

// RequestID returns the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	if q := exchangeOf(ctx); q != nil {
		return q.requestID()
	}
	return ""
}
