package slogxhttp_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx-http/internal/leveltest"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func mountServeMux(endpoint http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(leveltest.Path, endpoint)
	return mux
}

func TestLevelEndpointOnServeMux(t *testing.T) { leveltest.Run(t, mountServeMux) }

func TestSlowBodyIsCutOffOnServeMux(t *testing.T) { leveltest.RunSlow(t, mountServeMux) }

// The same as with a clock of its own, on a real connection.
func TestSlowBodyIsCutOffOnTCP(t *testing.T) {
	t.Parallel()
	log := slogxtest.NewRecorder(t)
	server := httptest.NewServer(slogxhttp.NewLevelHandler(nil, allow, &slogxhttp.LevelOptions{Logger: log.Logger()}))
	defer server.Close()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The body never ends; without the deadline this reads until the test does.
	const half = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
	if _, err := io.WriteString(conn, half); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestTimeout || !response.Close {
		t.Errorf("status %d, connection closed: %v", response.StatusCode, response.Close)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection ends with %v", err)
	}
}

func allow(*http.Request) (string, error) { return "ada", nil }

// do sends one request to h, and returns what it answers.
func do(t *testing.T, h http.Handler, method, target, body string) (status int, answer map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return w.Code, answer
}

func wantAnswer(t *testing.T, h http.Handler, method, target, body string, want map[string]any) {
	t.Helper()
	status, got := do(t, h, method, target, body)
	if diff := cmp.Diff(want, got); status != http.StatusOK || diff != "" {
		t.Errorf("%s %s: status %d (-want +got):\n%s", method, target, status, diff)
	}
}

func TestLevelGoesBackWhenItsTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := level.NewController(slog.LevelInfo)
		h := slogxhttp.NewLevelHandler(c, allow, &slogxhttp.LevelOptions{Logger: slog.New(slog.DiscardHandler)})
		expires := time.Now().Add(10 * time.Minute).UTC().Format(time.RFC3339)
		db := map[string]any{"level": "DEBUG", "expires": expires}
		wantAnswer(t, h, "PUT", "/", `{"logger":"db","level":"debug","ttl":"10m"}`, map[string]any{"level": "INFO", "loggers": map[string]any{"db": db}})
		wantAnswer(t, h, "PUT", "/", `{"level":"warn","ttl":"10m"}`,
			map[string]any{"level": "WARN", "expires": expires, "loggers": map[string]any{"db": db}})
		<-time.After(10*time.Minute - time.Nanosecond)
		synctest.Wait()
		wantAnswer(t, h, "GET", "/", "", map[string]any{"level": "WARN", "expires": expires, "loggers": map[string]any{"db": db}})
		<-time.After(time.Nanosecond)
		synctest.Wait()
		wantAnswer(t, h, "GET", "/", "", map[string]any{"level": "INFO", "loggers": map[string]any{}})
	})
}

func TestAuditRecordSaysWhoChangedWhat(t *testing.T) {
	log := slogxtest.NewRecorder(t)
	c := level.NewController(slog.LevelInfo)
	log.SetLevel(c.Leveler("")) // the change that hides INFO is itself an INFO record
	h := slogxhttp.NewLevelHandler(c, allow, &slogxhttp.LevelOptions{Logger: log.Logger()})
	for _, request := range [][2]string{
		{"PUT", `{"logger":"db","level":"debug","ttl":"10m"}`}, {"PUT", `{"level":"error"}`}, {"DELETE", ""}, {"GET", ""},
	} {
		do(t, h, request[0], "/", request[1])
	}
	type m = map[string]any
	base := func(method string, more m) m {
		more["http.request.method"], more["http.response.status_code"] = method, int64(200)
		more["network.peer.address"], more["user.name"] = "192.0.2.1", "ada"
		return more
	}
	var got []m
	for _, r := range log.Records() {
		got = append(got, r.Map())
	}
	want := []m{
		base("PUT", m{"msg": "log levels changed", "level.logger": "db", "level.old": "INFO", "level.new": "DEBUG", "level.ttl": 10 * time.Minute}),
		base("PUT", m{"msg": "log levels changed", "level.logger": "", "level.old": "INFO", "level.new": "ERROR"}),
		base("DELETE", m{"msg": "log levels changed", "level.logger": "", "level.old": "ERROR", "level.new": "INFO"}),
		base("GET", m{"msg": "log levels shown"}),
	}
	for _, r := range got {
		delete(r, "time")
		delete(r, "level")
		delete(r, "source")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

func TestAuditGoesToTheDefaultLoggerWithoutAnother(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	var out bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelError})))
	do(t, slogxhttp.LevelHandler(level.NewController(nil), slogxhttp.BearerToken("t")), "GET", "/", "")
	if line := out.String(); !strings.Contains(line, "error.type=unauthenticated") {
		t.Errorf("the log is %q", line)
	}
}

func TestLoggerThatPanicsDoesNotKeepALevelFromChanging(t *testing.T) {
	c := level.NewController(nil)
	h := slogxhttp.NewLevelHandler(c, allow, &slogxhttp.LevelOptions{Logger: slog.New(panics{slog.DiscardHandler})})
	if status, _ := do(t, h, "PUT", "/", `{"level":"debug"}`); status != http.StatusOK || c.Level("") != slog.LevelDebug {
		t.Errorf("status %d, level %v", status, c.Level(""))
	}
}

func TestLevelsChangeConcurrently(t *testing.T) {
	c := level.NewController(nil)
	h := slogxhttp.NewLevelHandler(c, allow, &slogxhttp.LevelOptions{Logger: slog.New(slog.DiscardHandler)})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				do(t, h, "PUT", "/", fmt.Sprintf(`{"logger":"l%d","level":"debug"}`, i))
				do(t, h, "GET", "/", "")
				do(t, h, "DELETE", fmt.Sprintf("/?logger=l%d", i), "")
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff(map[string]slog.Level{"": slog.LevelInfo}, c.Levels()); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
}

func TestSamplingChangesWhileTheProgramRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slogxtest.NewRecorder(t)
		sampler := sample.NewHandler(log, &sample.Options{
			Keep: slog.LevelWarn, Rules: []sample.Rule{{Once: time.Hour}, {First: 1}}, Rand: func() uint64 { return 0 },
		})
		h := slogxhttp.NewLevelHandler(level.NewController(nil), allow,
			&slogxhttp.LevelOptions{Logger: slog.New(slog.DiscardHandler), Sampling: sampler.Controller()})
		pass := func() int {
			log.Reset()
			for range 10 {
				slog.New(sampler).Info("served")
			}
			return len(log.Records())
		}
		answer := func(sampling map[string]any) map[string]any {
			return map[string]any{"level": "INFO", "loggers": map[string]any{}, "sampling": sampling}
		}
		if n := pass(); n != 1 {
			t.Errorf("%d records pass at first, want 1", n)
		}
		expires := time.Now().Add(time.Minute).UTC().Format(time.RFC3339)
		wantAnswer(t, h, "PUT", "/", `{"sampling":1,"ttl":"1m"}`, answer(map[string]any{"rules": 0., "sampled": 9., "expires": expires}))
		if n := pass(); n != 10 {
			t.Errorf("%d records pass with sampling at 1, want all", n)
		}
		wantAnswer(t, h, "PUT", "/", `{"sampling":"0.5","ttl":"1m"}`, answer(map[string]any{"rules": 1., "sampled": 9., "expires": expires}))
		if n := pass(); n != 0 { // of a coin that shows tails
			t.Errorf("%d records pass with sampling at 0.5, want none", n)
		}
		if opts, _ := sampler.Controller().Options(); opts.Keep != slog.LevelWarn {
			t.Errorf("records from %v on are kept", opts.Keep)
		}
		<-time.After(time.Minute)
		synctest.Wait()
		wantAnswer(t, h, "GET", "/", "", answer(map[string]any{"rules": 2., "sampled": 19.}))
		do(t, h, "PUT", "/", `{"sampling":1,"ttl":"1h"}`)
		wantAnswer(t, h, "DELETE", "/?sampling", "", answer(map[string]any{"rules": 2., "sampled": 19.}))
		for _, body := range []string{`{"sampling":0}`, `{"sampling":1.1}`, `{"sampling":"NaN"}`, `{"sampling":1,"level":"debug"}`, `{"sampling":1,"logger":"db"}`} {
			if status, _ := do(t, h, "PUT", "/", body); status != http.StatusBadRequest {
				t.Errorf("%s: status %d, want 400", body, status)
			}
		}
		if status, _ := do(t, h, "DELETE", "/?sampling&logger=db", ""); status != http.StatusBadRequest {
			t.Errorf("DELETE of sampling and a logger: status %d, want 400", status)
		}
		if err := sampler.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// panics is a handler that cannot take records.
type panics struct{ slog.Handler }

func (panics) Handle(context.Context, slog.Record) error { panic("boom") }

func TestAuditGoesToTheLoggerOfTheMiddleware(t *testing.T) {
	log := slogxtest.NewRecorder(t)
	h := slogxhttp.Middleware(log.Logger(), nil)(slogxhttp.LevelHandler(level.NewController(nil), allow))
	do(t, h, "PUT", "/", `{"level":"debug"}`)
	records := log.Records()
	if len(records) != 2 || records[0].Message != "log levels changed" {
		t.Fatalf("records %v, want that of the change and the access record", records)
	}
	audit, access := records[0].Map(), records[1].Map()
	for _, key := range []string{"request_id", "trace_id", "span_id"} {
		if audit[key] == nil || audit[key] != access[key] {
			t.Errorf("%s: %v in the audit record, %v in the access record", key, audit[key], access[key])
		}
	}
}
