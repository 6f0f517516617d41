package slogxgin

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"

	"github.com/gin-gonic/gin"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
)

// Middleware returns a middleware that logs each request with logger, as package slogxhttp says. A nil opts
// means the defaults.
func Middleware(logger *slog.Logger, opts *slogxhttp.Options) gin.HandlerFunc {
	access := slogxhttp.NewAccess(logger, opts)
	return func(c *gin.Context) {
		access.Serve(c.Writer, c.Request, &router{ResponseWriter: c.Writer, c: c})
	}
}

// router is gin behind the middleware for one request, and the writer that its handlers get. What they write
// goes through the one of package slogxhttp; the status does not, since gin sends it late and lets it change
// until then.
type router struct {
	gin.ResponseWriter // gin's own

	c *gin.Context
	w http.ResponseWriter // counts, and writes to ResponseWriter
}

var _ slogxhttp.Router = (*router)(nil)

// ServeHTTP calls the next handlers of gin.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.w = w
	r.c.Writer, r.c.Request = r, req
	returned := false
	defer func() {
		r.c.Writer = r.ResponseWriter
		if !returned {
			r.c.Abort() // or gin would go on with the handlers behind the one that panicked
		}
	}()
	r.c.Next()
	r.sendDefault()
	returned = true
}

// sendDefault sends what gin would send when this middleware is done, so that the record has its size.
func (r *router) sendDefault() {
	var text string
	switch r.Status() {
	case http.StatusNotFound:
		text = "404 page not found"
	case http.StatusMethodNotAllowed:
		text = "405 method not allowed"
	default:
		return
	}
	if r.c.FullPath() != "" || r.Written() {
		return
	}
	r.Header()["Content-Type"] = []string{gin.MIMEPlain}
	_, _ = r.WriteString(text)
}

// Outcome implements [slogxhttp.Router].
func (r *router) Outcome() slogxhttp.Outcome {
	out := slogxhttp.Outcome{Route: r.c.FullPath(), Status: r.Status(), Written: r.Written()}
	if out.Status < http.StatusOK && out.Status != http.StatusSwitchingProtocols {
		out.Status = http.StatusOK // an informational one, which the server's follows
	}
	if last := r.c.Errors.Last(); last != nil {
		out.Err = last.Err
	}
	return out
}

func (r *router) Write(p []byte) (int, error) { return r.w.Write(p) }

func (r *router) WriteString(s string) (int, error) { return io.WriteString(r.w, s) }

func (r *router) Flush() {
	if f, ok := r.w.(http.Flusher); ok {
		f.Flush()
	}
}

func (r *router) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(r.w).Hijack()
}

// Unwrap is for [http.ResponseController], and leads past gin's writer only.
func (r *router) Unwrap() http.ResponseWriter { return r.ResponseWriter }
