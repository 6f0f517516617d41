package slogxloki

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
)

// serve starts a server that notes the header of each request.
func serve(t *testing.T, start func(http.Handler) *httptest.Server) (*httptest.Server, *atomic.Pointer[http.Header]) {
	t.Helper()
	var seen atomic.Pointer[http.Header]
	srv := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h := r.Header.Clone()
		h.Set("Host", r.Host)
		seen.Store(&h)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(srv.Close)
	return srv, &seen
}

// one sends one record with opts and returns the books.
func one(t *testing.T, opts Options) (chain.Stats, string) {
	t.Helper()
	var p problems
	opts.OnError = p.add
	h, err := NewHandler(&opts)
	if err != nil {
		t.Fatal(err)
	}
	handle(t, h, at(time.Now(), "m"))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for st := h.Stats(); st.Queued > 0 && p.all() == ""; st = h.Stats() {
		_ = h.Flush(ctx)
		if ctx.Err() != nil {
			break
		}
	}
	st := h.Stats()
	cancel()
	_ = h.Shutdown(ctx)
	return st, p.all()
}

func TestAuthentication(t *testing.T) {
	srv, seen := serve(t, httptest.NewServer)
	basic := "Basic YW5uOnNlc2FtZQ=="
	for name, tt := range map[string]struct {
		opts Options
		want string
	}{
		"none":       {Options{URL: srv.URL}, ""},
		"basic":      {Options{URL: srv.URL, Username: "ann", Password: "sesame"}, basic},
		"in the URL": {Options{URL: strings.Replace(srv.URL, "//", "//ann:sesame@", 1)}, basic},
		"bearer":     {Options{URL: srv.URL, BearerToken: "tok"}, "Bearer tok"},
		"header":     {Options{URL: srv.URL, Header: http.Header{"Authorization": {"Custom x"}, "User-Agent": {"not ours"}}}, "Custom x"},
	} {
		t.Run(name, func(t *testing.T) {
			if st, told := one(t, tt.opts); st.Delivered != 1 {
				t.Fatalf("%+v, told: %s", st, told)
			}
			diff(t, "Authorization", tt.want, seen.Load().Get("Authorization"))
			diff(t, "User-Agent", "slogx-loki/"+version, seen.Load().Get("User-Agent"))
		})
	}
}

func TestTLS(t *testing.T) {
	srv, _ := serve(t, httptest.NewTLSServer)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	cfg := srv.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	cfg.RootCAs = roots
	if st, told := one(t, Options{URL: srv.URL, TLS: cfg}); st.Delivered != 1 {
		t.Errorf("%+v, told: %s", st, told)
	}
	h, err := NewHandler(&Options{URL: strings.Replace(srv.URL, "//", "//ann:sesame@", 1), OnError: func(error) {}, BatchWait: -1})
	if err != nil {
		t.Fatal(err)
	}
	handle(t, h, at(time.Now(), "m"))
	err = until(t, h, "certificate")
	if strings.Contains(err.Error(), "sesame") || !strings.Contains(err.Error(), srv.Listener.Addr().String()) {
		t.Errorf("health: %v", err)
	}
	if st := h.Stats(); st.Queued != 1 {
		t.Errorf("%+v", st)
	}
	_ = shutdownNow(t, h)
}

func TestProxy(t *testing.T) {
	proxy, seen := serve(t, httptest.NewServer)
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	if st, told := one(t, Options{URL: "http://loki.example:3100", Proxy: u}); st.Delivered != 1 || seen.Load().Get("Host") != "loki.example:3100" {
		t.Errorf("%+v, told: %s, seen: %v", st, told, seen.Load())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere, seen := serve(t, httptest.NewServer)
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer srv.Close()
	st, told := one(t, Options{URL: srv.URL, BearerToken: "tok"})
	if st.Dropped[chain.ReasonRejected] != 1 || !strings.Contains(told, "307") {
		t.Errorf("%+v, told: %s", st, told)
	}
	if seen.Load() != nil {
		t.Error("the token went elsewhere")
	}
}

func TestDripOfAnAnswerIsBoundedByTheTimeout(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}))
	defer srv.Close()
	defer close(stop)
	h, err := NewHandler(&Options{
		URL: srv.URL, Timeout: 20 * time.Millisecond, MinBackoff: time.Millisecond, MaxBackoff: time.Millisecond,
		BatchWait: -1, OnError: func(error) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	handle(t, h, at(time.Now(), "m"))
	_ = until(t, h, "read the answer")
	_ = shutdownNow(t, h)
}

// until waits until h says what is wrong with it.
func until(t *testing.T, h *Handler, what string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		err := h.Health(ctx)
		if err != nil && strings.Contains(err.Error(), what) {
			return err
		}
		if ctx.Err() != nil {
			t.Fatalf("health: %v", err)
		}
		short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		_ = h.Flush(short)
		cancel()
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	many := map[string]string{}
	for i := range 14 {
		many[fmt.Sprint("l", i)] = "x"
	}
	for want, opts := range map[string]*Options{
		"URL is empty":             nil,
		"URL is \"ftp://x\"":       {URL: "ftp://x"},
		"URL cannot be parsed":     {URL: "http://ann:sesame@[x"},
		"URL is \"http:///path\"":  {URL: "http:///path"},
		"Labels has":               {URL: "http://x", Labels: map[string]string{"level": "x"}},
		"16 labels":                {URL: "http://x", Labels: many},
		"at most 1024 and 2048":    {URL: "http://x", Labels: map[string]string{"a": strings.Repeat("x", 3000)}},
		"both BearerToken and":     {URL: "http://x", BearerToken: "sesame", Username: "ann"},
		"Transport is set":         {URL: "http://x", Transport: http.DefaultTransport, Proxy: &url.URL{}},
		"BearerToken has a":        {URL: "http://x", BearerToken: "sesame\n"},
		"TenantID has a":           {URL: "http://x", TenantID: "a\r\nb"},
		"Timeout is -1":            {URL: "http://x", Timeout: -1},
		"QueueBytes is -1":         {URL: "http://x", QueueBytes: -1},
		"MinBackoff 10m0s is more": {URL: "http://x", MinBackoff: 10 * time.Minute},
		"Schema \"x\"":             {URL: "http://x", Schema: "x"},
		"Overflow is \"sample\"":   {URL: "http://x", Overflow: "sample"},
		"SpoolSync is \"x\"":       {URL: "http://x", SpoolSync: "x"},
	} {
		_, err := NewHandler(opts)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("want %q, got %v", want, err)
		}
		if _, err := slogx.Build(Sink(opts)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Build: want %q, got %v", want, err)
		}
	}
}

func TestURLWithAPathIsKept(t *testing.T) {
	for text, want := range map[string]string{
		"http://x":                 "http://x/loki/api/v1/push",
		"https://x:1/":             "https://x:1/loki/api/v1/push",
		"http://x/insert/loki?a=b": "http://x/insert/loki?a=b",
	} {
		u, err := parseURL(text)
		if err != nil || u.String() != want {
			t.Errorf("%s: %v, %v", text, u, err)
		}
	}
}

// environment are variables for a Build in a test.
func environment(more map[string]string) slogx.Option {
	vars := map[string]string{"SLOGX_SINKS": "loki", "SLOGX_SERVICE": "shop", "SLOGX_ENVIRONMENT": "prod", "SLOGX_LEVEL": "debug", "SLOGX_SCHEMA": "otel"}
	maps.Copy(vars, more)
	return slogx.WithLookuper(slogx.MapLookuper(vars))
}

func TestSinkOfTheEnvironment(t *testing.T) {
	var mu sync.Mutex
	var entries []received
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		got, err := decodePush(body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		entries = append(entries, got...)
		mu.Unlock()
		if req.Header.Get("X-Scope-Orgid") != "t1" || req.Header.Get("Authorization") != "Bearer tok" {
			t.Errorf("header: %v", req.Header)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer srv.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(ca, cert, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "spool")
	p, err := slogx.Build(environment(map[string]string{
		"SLOGX_LOKI_URL": srv.URL, "SLOGX_LOKI_TENANT_ID": "t1", "SLOGX_LOKI_BEARER_TOKEN": "tok", "SLOGX_LOKI_CA_FILE": ca,
		"SLOGX_LOKI_LABELS": "team=a, region=eu", "SLOGX_LOKI_INSTANCE": "i", "SLOGX_LOKI_METADATA": "n", "SLOGX_LOKI_SPOOL_DIR": dir,
		"SLOGX_LOKI_SPOOL_SYNC": "Always", "SLOGX_LOKI_SPOOL_BYTES": "10MiB", "SLOGX_LOKI_BATCH_WAIT": "10ms", "SLOGX_LOKI_BATCH_BYTES": "1e5",
		"SLOGX_LOKI_OVERFLOW": "BLOCK", "SLOGX_LOKI_KEEP": "error", "SLOGX_LOKI_QUEUE_BYTES": "1MB", "SLOGX_LOKI_TIMEOUT": "3s", "SLOGX_LOKI_MAX_BACKOFF": "1m",
	}))
	if err != nil {
		t.Fatal(err)
	}
	p.Logger().Debug("m", "n", 1, "o", 2)
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	e := entries[0]
	diff(t, "labels", `{environment="prod", instance="i", level="debug", region="eu", service_name="shop", team="a"}`, e.Labels)
	diff(t, "metadata", map[string]string{"n": "1"}, e.Meta)
	if !strings.Contains(e.Line, `"severity_text":"DEBUG"`) || !strings.Contains(e.Line, `"o":2`) {
		t.Errorf("line: %s", e.Line)
	}
	if st := p.Stats().Sinks["loki"]; st.Accepted != 1 || st.Delivered != 1 {
		t.Errorf("%+v", st)
	}
}

func TestVariablesThatAreWrong(t *testing.T) {
	for name, values := range map[string][]string{
		"URL":           {"", "ftp://x"},
		"LABELS":        {"a", "=b", "a=b,"},
		"PROXY_URL":     {"::", "x"},
		"CA_FILE":       {"/does/not/exist", os.Args[0]},
		"CERT_FILE":     {"/does/not/exist"},
		"TIMEOUT":       {"10", "-1s", "0s"},
		"BATCH_WAIT":    {"x"},
		"BATCH_BYTES":   {"0", "-1", "x", "9999TiB"},
		"QUEUE_BYTES":   {"1XiB"},
		"SPOOL_BYTES":   {"NaN"},
		"SPOOL_DIR":     {os.Args[0]},
		"SPOOL_SYNC":    {"sometimes"},
		"OVERFLOW":      {"sample"},
		"KEEP":          {"loud"},
		"TENANT":        {"x"},
		"BEARER_TOKENS": {"x"},
	} {
		for _, value := range values {
			vars := map[string]string{"SLOGX_LOKI_URL": "http://loki.example"}
			vars["SLOGX_LOKI_"+name] = value
			p, err := slogx.Build(environment(vars))
			if err == nil {
				_ = p.Shutdown(t.Context())
			}
			if err == nil || !strings.Contains(strings.ReplaceAll(strings.ToLower(err.Error()), "_", ""), strings.ReplaceAll(strings.ToLower(name), "_", "")) {
				t.Errorf("%s=%q: %v", name, value, err)
			}
		}
	}
}

func TestPipelineWithSink(t *testing.T) {
	s := &server{}
	p, err := slogx.Build(
		environment(map[string]string{"SLOGX_SINKS": "", "SLOGX_SCHEMA": ""}),
		Sink(&Options{URL: "http://loki.example", Transport: s}),
	)
	if err != nil {
		t.Fatal(err)
	}
	p.Logger().Debug("m", "a", 1)
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := s.got()
	if len(got) != 1 || got[0].Labels != `{environment="prod", level="debug", service_name="shop"}` || strings.Contains(got[0].Line, "shop") {
		t.Errorf("%+v", got)
	}
	if health := p.Health(t.Context())["loki"]; health == nil {
		t.Error("healthy after the end")
	}
}

func TestEveryVariableIsListed(t *testing.T) {
	var b strings.Builder
	if err := slogx.WriteEnv(&b); err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		if !strings.Contains(b.String(), prefix+s.name) || s.usage == "" {
			t.Errorf("%s is not listed", s.name)
		}
	}
}
