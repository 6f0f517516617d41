package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRunPrintsTables(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-rounds", "1", "-time", "1ms"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, s := range sinks {
		if !strings.Contains(out.String(), "\n| "+s.name+" | middleware | ns | allocations |") {
			t.Errorf("no table of %s in\n%s", s.name, out.String())
		}
	}
	if got, want := strings.Count(out.String(), "×"), 4*len(sinks); got != want {
		t.Errorf("%d ratios, want %d:\n%s", got, want, out.String())
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-time", "x"}, {"-time", "-1s"}, {"-unknown"}} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("run(%q) succeeds", args)
		}
	}
}

// A peer that logged nothing would be quick.
func TestEveryMiddlewareLogsTheRequest(t *testing.T) {
	for _, p := range peers {
		var out bytes.Buffer
		h := p.open(slog.New(slog.NewJSONHandler(&out, nil)))
		h.ServeHTTP(&response{header: http.Header{}}, httptest.NewRequest(http.MethodGet, "/orders/7", nil))
		if got := strings.Count(out.String(), "\n"); (got == 1) != (p.name != floor) || p.name != floor && !strings.Contains(out.String(), "/orders/7") {
			t.Errorf("%s on %s logs %q", p.name, p.router, out.String())
		}
	}
}
