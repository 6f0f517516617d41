//go:build !race

package slogxgin_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/slogx-go/slogx/slogx-http/slogxgin"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// What gin's writer costs beside what the middleware for net/http costs.
func TestAllocations(t *testing.T) {
	serve := func(use ...gin.HandlerFunc) float64 {
		engine := gin.New()
		engine.Use(use...)
		engine.GET("/orders/:id", func(*gin.Context) {})
		r, w := httptest.NewRequest(http.MethodGet, "/orders/7", nil), httptest.NewRecorder()
		return testing.AllocsPerRun(1000, func() { engine.ServeHTTP(w, r) })
	}
	log := slog.New(jsonlog.NewHandler(io.Discard, nil))
	if n := serve(slogxgin.Middleware(log, nil)) - serve(); n > 3 {
		t.Errorf("%v allocations more than without, want at most 3", n)
	}
}
