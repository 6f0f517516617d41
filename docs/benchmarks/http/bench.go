package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// bench serves requests as long as b wants.
func bench(b *testing.B, p peer, s sink) {
	h := p.open(slog.New(s.open(p.name)))
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/orders/7?page=2", nil)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
	w := &response{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}
