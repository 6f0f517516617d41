package slogxgin_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/slogx-go/slogx/slogx-http/slogxgin"
)

func Example() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case "level", "msg", "http.route", "http.response.status_code":
			return a
		default:
			return slog.Attr{}
		}
	}}))
	engine := gin.New()
	engine.Use(slogxgin.Middleware(log, nil))
	engine.GET("/orders/:id", func(c *gin.Context) { c.String(http.StatusNotFound, "no such order") })

	engine.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/orders/7", nil))
	// Output:
	// level=WARN msg="GET /orders/7" http.route=/orders/:id http.response.status_code=404
}
