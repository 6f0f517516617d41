package slogxhttp

import (
	"io"
	"net/http"
)

//go:generate go run gen.go

// The optional interfaces that a writer shows if the server's writer has them, as bits.
const (
	canFlush  = 1 << iota // [http.Flusher], with FlushError
	canHijack             // [http.Hijacker]
	canNotify             // [http.CloseNotifier]
	canRead               // [io.ReaderFrom]
	canString             // [io.StringWriter]
	canPush               // [http.Pusher]
)

// shape returns w as a type that has exactly the optional interfaces of the server's writer: handlers ask by
// type assertion, and an interface that fails is worse than one that is not there. Flushing and hijacking count
// as the server's also where only [http.ResponseController] finds them, behind writers that unwrap: it would
// find them past w.
func (w *writer) shape() http.ResponseWriter { return combined[interfacesOf(w.next)](w) }

func interfacesOf(next http.ResponseWriter) int {
	set := 0
	if _, ok := next.(io.ReaderFrom); ok {
		set |= canRead
	}
	if _, ok := next.(io.StringWriter); ok {
		set |= canString
	}
	if _, ok := next.(http.Pusher); ok {
		set |= canPush
	}
	if _, ok := next.(http.CloseNotifier); ok { //nolint:staticcheck // handlers that ask for it must still find it
		set |= canNotify
	}
	for next != nil && set&(canFlush|canHijack) != canFlush|canHijack {
		switch next.(type) {
		case http.Flusher, interface{ FlushError() error }:
			set |= canFlush
		}
		if _, ok := next.(http.Hijacker); ok {
			set |= canHijack
		}
		u, ok := next.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		next = u.Unwrap()
	}
	return set
}

func (w *writer) closeNotify() <-chan bool {
	return w.next.(http.CloseNotifier).CloseNotify() //nolint:staticcheck,forcetypeassert // shape has asked
}

func (w *writer) push(target string, opts *http.PushOptions) error {
	return w.next.(http.Pusher).Push(target, opts) //nolint:forcetypeassert // shape has asked
}
