package wiretest

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
)

func (router Router) clientGone(t *testing.T, http2 bool) {
	started := make(chan struct{})
	s, rec := router.serve(t, http2, func(_ http.ResponseWriter, r *http.Request) {
		close(started)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() {
		<-started
		cancel()
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/wire/7", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := s.Client().Do(req); err == nil {
		_ = res.Body.Close()
		t.Fatalf("a response: %v", res)
	}
	check(t, one(t, s, rec), slog.LevelInfo, map[string]any{"error.type": "canceled", "http.response.body.size": int64(0)})
}

func (router Router) writeLate(t *testing.T, http2 bool) {
	logged, failed := make(chan struct{}), make(chan error)
	s, rec := router.serve(t, http2, func(w http.ResponseWriter, _ *http.Request) {
		write(w, text)
		go func() {
			<-logged
			_, err := io.WriteString(w, "too late")
			w.WriteHeader(http.StatusInternalServerError)
			failed <- err
		}()
	})
	seen := get(t, s, exchange{})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := rec.Wait(ctx, nil); err != nil {
		t.Error(err)
	}
	close(logged)
	if err := <-failed; err == nil {
		t.Error("a write after the handler returned succeeds")
	}
	if seen.Text != text {
		t.Errorf("the client got %q, want %q", seen.Text, text)
	}
	check(t, one(t, s, rec), slog.LevelInfo, map[string]any{
		"http.response.status_code": int64(200), "http.response.body.size": int64(len(text)),
	})
}

func (router Router) hijack(t *testing.T) {
	s, rec := router.serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			write(w, err.Error())
			return
		}
		defer func() { _ = conn.Close() }()
		write(buf, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhello")
		_ = buf.Flush()
	})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	write(conn, "GET /wire/7 HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || line != "HTTP/1.1 101 Switching Protocols\r\n" {
		t.Errorf("the client got %q, %v", line, err)
	}
	check(t, one(t, s, rec), slog.LevelInfo, map[string]any{"http.response.status_code": int64(101), "http.route": router.Route})
}

func (router Router) notFound(t *testing.T) {
	s, rec := router.serve(t, false, func(http.ResponseWriter, *http.Request) {})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/nowhere", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	r := one(t, s, rec)
	check(t, r, slog.LevelWarn, map[string]any{
		"http.response.status_code": int64(404), "http.response.body.size": int64(len(body)),
	})
	if v, ok := r.Attr("http.route"); ok && v.String() != "" {
		t.Errorf("http.route %q of no route", v)
	}
}
