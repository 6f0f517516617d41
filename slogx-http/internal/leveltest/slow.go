package leveltest

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// pipes is a listener for connections in memory, whose deadlines follow the clock of a synctest bubble.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error {
	close(p.conns)
	return nil
}

func (pipes) Addr() net.Addr { return &net.IPAddr{} }

// RunSlow has a client send a byte a second to the endpoint behind a router. The router must not be one that
// waits for anything outside of the bubble.
func RunSlow(t *testing.T, mount func(endpoint http.Handler) http.Handler) {
	t.Helper()
	for name, tt := range map[string]struct {
		auth   string
		status int
	}{
		"allowed": {right, http.StatusRequestTimeout},
		"refused": {right + "r", http.StatusUnauthorized}, // net/http still reads the body
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { slow(t, mount, tt.auth, tt.status) })
		})
	}
}

func slow(t *testing.T, mount func(http.Handler) http.Handler, auth string, status int) {
	t.Helper()
	levels, log := level.NewController(slog.LevelInfo), slogxtest.NewRecorder(t)
	endpoint := slogxhttp.NewLevelHandler(levels, slogxhttp.BearerToken(token), &slogxhttp.LevelOptions{Logger: log.Logger()})
	server := &http.Server{Handler: mount(endpoint)} //nolint:gosec // the endpoint has a timeout of its own
	listener := pipes{make(chan net.Conn)}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = server.Serve(listener)
	}()
	client, conn := net.Pipe()
	listener.conns <- conn

	begin := time.Now()
	sender := make(chan struct{})
	go func() {
		defer close(sender)
		_, _ = fmt.Fprintf(client, "PUT %s HTTP/1.1\r\nHost: h\r\n%s\r\n%s\r\nContent-Length: 31\r\n\r\n", Path, auth, jsonType)
		for _, b := range []byte(debugDB) {
			if _, err := client.Write([]byte{b}); err != nil {
				return
			}
			<-time.After(time.Second)
		}
	}()
	response, err := http.ReadResponse(bufio.NewReader(client), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil || response.StatusCode != status || !response.Close {
		t.Errorf("status %d, want %d and a closed connection (%v): %s", response.StatusCode, status, err, body)
	}
	if _, err := client.Read(make([]byte, 1)); err == nil {
		t.Error("there is more to read")
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the connection is closed after %v", took)
	}
	_ = client.Close()
	<-sender
	if diff := cmp.Diff(map[string]slog.Level{"": slog.LevelInfo}, levels.Levels()); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
	if records := log.Records(); len(records) != 1 || strings.Contains(fmt.Sprint(records), token) {
		t.Errorf("audit records %v", records)
	}
	_ = server.Close()
	<-stopped
}
