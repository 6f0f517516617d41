package slogxgin_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/gin-gonic/gin"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx-http/internal/wiretest"
	"github.com/slogx-go/slogx/slogx-http/slogxgin"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	os.Exit(m.Run())
}

func TestRecordSaysWhatWasOnTheWire(t *testing.T) {
	wiretest.Run(t, wiretest.Router{
		Open: func(l *slog.Logger, opts *slogxhttp.Options, handler http.HandlerFunc) http.Handler {
			engine := gin.New()
			engine.Use(slogxgin.Middleware(l, opts))
			engine.Any("/wire/:id", func(c *gin.Context) { handler(c.Writer, c.Request) })
			return engine
		},
		Route: "/wire/:id",
		Late:  true,
	})
}

// serveGin returns the response to a GET, and the only record.
func serveGin(t *testing.T, path string, set func(*gin.Engine)) (*httptest.ResponseRecorder, slogxtest.Record) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	engine := gin.New()
	engine.Use(slogxgin.Middleware(slog.New(enrich.NewHandler(rec, enrich.ContextAttrs())), nil))
	set(engine)
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	records := rec.Records()
	if len(records) != 1 {
		t.Fatalf("%d records, want one", len(records))
	}
	return w, records[0]
}

func TestGinErrorIsThatOfTheRequest(t *testing.T) {
	_, r := serveGin(t, "/a", func(e *gin.Engine) {
		e.GET("/a", func(c *gin.Context) {
			_ = c.Error(errors.New("first"))
			_ = c.Error(errors.New("last"))
			c.AbortWithStatusJSON(http.StatusBadRequest, gin.H{"error": "x"})
		})
	})
	if v, _ := r.Attr("exception.message"); v.String() != "last" || r.Level != slog.LevelWarn {
		t.Errorf("exception.message %v at %v", v, r.Level)
	}
	_, r = serveGin(t, "/a", func(e *gin.Engine) {
		e.GET("/a", func(c *gin.Context) {
			_ = c.Error(errors.New("gin's"))
			slogxhttp.SetError(c.Request.Context(), errors.New("ours"))
		})
	})
	if v, _ := r.Attr("exception.message"); v.String() != "ours" {
		t.Errorf("exception.message %v", v)
	}
}

func TestGinRunsNoHandlerBehindOneThatPanicked(t *testing.T) {
	later := false
	w, r := serveGin(t, "/a", func(e *gin.Engine) {
		e.GET("/a", func(*gin.Context) { panic("boom") }, func(*gin.Context) { later = true })
	})
	if later || w.Code != http.StatusInternalServerError || r.Level != slog.LevelError {
		t.Errorf("later handler ran: %v, status %d, level %v", later, w.Code, r.Level)
	}
}

func TestGinRepliesOfItsOwn(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*gin.Engine)
		want string
		code int
	}{
		{"no route", func(*gin.Engine) {}, "404 page not found", 404},
		{"no method", func(e *gin.Engine) {
			e.HandleMethodNotAllowed = true
			e.POST("/a", func(*gin.Context) {})
		}, "405 method not allowed", 405},
		{"no route, with a handler", func(e *gin.Engine) {
			e.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, "nothing here") })
		}, "nothing here", 404},
		{"no route, with another status", func(e *gin.Engine) {
			e.NoRoute(func(c *gin.Context) { c.Status(http.StatusTeapot) })
		}, "", 418},
		{"a handler's 404", func(e *gin.Engine) {
			e.GET("/a", func(c *gin.Context) { c.Status(http.StatusNotFound) })
		}, "", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, r := serveGin(t, "/a", tt.set)
			if w.Code != tt.code || w.Body.String() != tt.want {
				t.Errorf("the client got %d %q, want %d %q", w.Code, w.Body, tt.code, tt.want)
			}
			status, _ := r.Attr("http.response.status_code")
			size, _ := r.Attr("http.response.body.size")
			if status.Int64() != int64(w.Code) || size.Int64() != int64(w.Body.Len()) {
				t.Errorf("logged %v, %v bytes; the client got %d, %d bytes", status, size, w.Code, w.Body.Len())
			}
		})
	}
}

func TestGinContextIsThatOfTheRequestWithFallback(t *testing.T) {
	var id, within string
	_, r := serveGin(t, "/a", func(e *gin.Engine) {
		e.ContextWithFallback = true
		e.GET("/a", func(c *gin.Context) {
			id, within = slogxhttp.RequestID(c), slogxhttp.RequestID(c.Request.Context())
		})
	})
	if v, _ := r.Attr("request_id"); id == "" || id != within || v.String() != id {
		t.Errorf("ids %q, %q and %v", id, within, v)
	}
}
