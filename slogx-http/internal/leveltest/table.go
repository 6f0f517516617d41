package leveltest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// Path is where routers mount the endpoint, for all methods.
const Path = "/admin/levels"

const (
	token = "correct-horse-battery-staple"
	right = "Authorization: Bearer " + token

	jsonType = "Content-Type: application/json"
	formType = "Content-Type: application/x-www-form-urlencoded"

	challenged = "Www-Authenticate"
)

// row is one request. The root is at INFO, the logger "db" at WARN for good.
type row struct {
	name   string
	auth   slogxhttp.Authorizer // nil: that of the token
	method string
	query  string
	header []string
	body   string

	status int
	want   map[string]string // of the response's header
	reason string            // in the audit record; "" if the request is allowed
	levels map[string]slog.Level
}

// levels of a row where nothing changes.
var before = map[string]slog.Level{"": slog.LevelInfo, "db": slog.LevelWarn}

func refused(name string, status int, reason, method, query, body string, header ...string) row {
	return row{name: name, method: method, query: query, body: body, header: header, status: status, reason: reason, levels: before}
}

func (r row) with(key, value string) row {
	r.want = map[string]string{key: value}
	return r
}

func (r row) by(auth slogxhttp.Authorizer) row {
	r.auth = auth
	return r
}

const (
	debugDB = `{"logger":"db","level":"debug"}`
	patient = `{"level":"debug","ttl":"10m"}`
)

var errNotToday = errors.New("not today, " + token)

var table = append([]row{
	refused("no token", 401, "unauthenticated", "PUT", "", debugDB, jsonType).with(challenged, "Bearer"),
	refused("no token, reading", 401, "unauthenticated", "GET", "", "").with(challenged, "Bearer"),
	refused("wrong token", 401, "invalid_token", "PUT", "", debugDB, jsonType, right+"r").with(challenged, `Bearer error="invalid_token"`),
	refused("wrong token, reading", 401, "invalid_token", "GET", "", "", right+"r").with(challenged, `Bearer error="invalid_token"`),
	refused("a prefix of the token", 401, "invalid_token", "PUT", "", debugDB, jsonType, right[:len(right)-1]),
	refused("token in other case", 401, "invalid_token", "PUT", "", debugDB, jsonType, "Authorization: Bearer "+strings.ToUpper(token)),
	refused("scheme in lower case", 401, "unauthenticated", "PUT", "", debugDB, jsonType, "Authorization: bearer "+token).with(challenged, "Bearer"),
	refused("token in the query", 401, "unauthenticated", "PUT", "?access_token="+token, debugDB, jsonType).with(challenged, "Bearer"),
	refused("token in the form", 401, "unauthenticated", "PUT", "", "level=debug&access_token="+token, formType).with(challenged, "Bearer"),
	refused("other scheme", 401, "unauthenticated", "PUT", "", debugDB, jsonType, "Authorization: Basic "+token).with(challenged, "Bearer"),
	refused("token without scheme", 401, "unauthenticated", "PUT", "", debugDB, jsonType, "Authorization: "+token),
	refused("scheme without token", 400, "malformed_credentials", "PUT", "", debugDB, jsonType, "Authorization: Bearer").
		with(challenged, `Bearer error="invalid_request"`),
	refused("two words as the token", 400, "malformed_credentials", "PUT", "", debugDB, jsonType, right+" "+token),
	refused("two tokens in a line", 400, "malformed_credentials", "PUT", "", debugDB, jsonType, right+","+token),
	refused("two lines", 400, "malformed_credentials", "PUT", "", debugDB, jsonType, right, right),
	refused("header and query", 400, "malformed_credentials", "PUT", "?access_token="+token, debugDB, jsonType, right),
	refused("header and query, by another name", 400, "malformed_credentials", "GET", "?token="+token, "", right),
	refused("header and form", 400, "body", "PUT", "", "level=debug&access_token="+token, formType, right),

	refused("empty token set", 403, "forbidden", "PUT", "", debugDB, jsonType, "Authorization: Bearer ").by(slogxhttp.BearerToken(" ")),
	refused("authorizer says no", 403, "forbidden", "PUT", "", debugDB, jsonType, right).
		by(func(*http.Request) (string, error) { return "ada", errNotToday }),
	refused("authorizer panics", 403, "forbidden", "PUT", "", debugDB, jsonType, right).
		by(func(*http.Request) (string, error) { var nobody *http.Request; return nobody.Method, nil }),
	refused("authorizer wraps its error", 401, "invalid_token", "PUT", "", debugDB, jsonType, right).
		by(func(*http.Request) (string, error) {
			return "ada", fmt.Errorf("%s: %w", token, slogxhttp.ErrInvalidToken)
		}),

	refused("form of another site", 403, "cross_origin", "POST", "", "level=debug", formType, right, "Sec-Fetch-Site: cross-site"),
	refused("form of another site without token", 403, "cross_origin", "POST", "", "level=debug", formType, "Sec-Fetch-Site: cross-site"),
	refused("form of another origin", 403, "cross_origin", "POST", "", "level=debug", formType, right, "Origin: https://example.com"),
	refused("DELETE of another site", 403, "cross_origin", "DELETE", "?logger=db", "", right, "Sec-Fetch-Site: cross-site"),

	refused("PATCH", 405, "method", "PATCH", "", debugDB, jsonType, right).with("Allow", "GET, HEAD, PUT, POST, DELETE"),
	refused("OPTIONS", 405, "method", "OPTIONS", "", "", right).with("Allow", "GET, HEAD, PUT, POST, DELETE"),

	refused("no content type", 415, "media_type", "PUT", "", debugDB, right),
	refused("plain text", 415, "media_type", "PUT", "", debugDB, "Content-Type: text/plain", right),
	refused("multipart form", 415, "media_type", "POST", "", debugDB, "Content-Type: multipart/form-data; boundary=x", right),
	refused("content type that is none", 415, "media_type", "PUT", "", debugDB, "Content-Type: json", right),
	refused("5 KiB", 413, "too_large", "PUT", "", `{"level":"debug","logger":"`+strings.Repeat("x", 5<<10)+`"}`, jsonType, right),
	refused("1 MiB", 413, "too_large", "PUT", "", strings.Repeat(" ", 1<<20), jsonType, right),

	refused("unknown level", 400, "level", "PUT", "", `{"level":"loud"}`, jsonType, right),
	refused("unknown level in a form", 400, "level", "POST", "", "logger=db&level=loud", formType, right),
	refused("no level", 400, "level", "PUT", "", `{"logger":"db"}`, jsonType, right),
	refused("empty body", 400, "body", "PUT", "", "", jsonType, right),
	refused("empty form", 400, "level", "POST", "", "", formType, right),
	refused("negative ttl", 400, "ttl", "PUT", "", `{"level":"debug","ttl":"-1s"}`, jsonType, right),
	refused("ttl without unit", 400, "ttl", "PUT", "", `{"level":"debug","ttl":"10"}`, jsonType, right),
	refused("malformed logger", 400, "logger", "PUT", "", `{"logger":"db..pool","level":"debug"}`, jsonType, right),
	refused("logger with a line break", 400, "logger", "PUT", "", `{"logger":"db\nx","level":"debug"}`, jsonType, right),
	refused("long logger", 400, "logger", "PUT", "", `{"logger":"`+strings.Repeat("x", 257)+`","level":"debug"}`, jsonType, right),
	refused("malformed logger, DELETE", 400, "logger", "DELETE", "?logger=.db", "", right),
	refused("logger twice, DELETE", 400, "query", "DELETE", "?logger=db&logger=http", "", right),
	refused("other query, DELETE", 400, "query", "DELETE", "?name=db", "", right),
	refused("query, PUT", 400, "query", "PUT", "?logger=db", `{"level":"debug"}`, jsonType, right),
	refused("query that cannot be read", 400, "query", "DELETE", "?logger=%zz", "", right),
	refused("half a body", 400, "body", "PUT", "", `{"level":`, jsonType, right),
	refused("list", 400, "body", "PUT", "", `[`+debugDB+`]`, jsonType, right),
	refused("two objects", 400, "body", "PUT", "", debugDB+debugDB, jsonType, right),
	refused("unknown field", 400, "body", "PUT", "", `{"level":"debug","name":"db"}`, jsonType, right),
	refused("number as the level", 400, "body", "PUT", "", `{"level":-4}`, jsonType, right),
	refused("field twice in a form", 400, "body", "POST", "", "level=debug&level=info", formType, right),
	refused("form that cannot be read", 400, "body", "POST", "", "level=%zz", formType, right),
	refused("sampling where there is none", 400, "sampling", "PUT", "", `{"sampling":1}`, jsonType, right),
	refused("sampling where there is none, DELETE", 400, "sampling", "DELETE", "?sampling", "", right),
}, allowed...)

func ok(name, method, query, body string, levels map[string]slog.Level, header ...string) row {
	return row{
		name: name, method: method, query: query, body: body, header: append(header, right), status: http.StatusOK,
		want: map[string]string{"Cache-Control": "no-store", "Content-Type": "application/json", challenged: ""}, levels: levels,
	}
}

func root(l slog.Level) map[string]slog.Level {
	return map[string]slog.Level{"": l, "db": slog.LevelWarn}
}

func db(l slog.Level) map[string]slog.Level {
	return map[string]slog.Level{"": slog.LevelInfo, "db": l}
}

var allowed = []row{
	ok("read", "GET", "", "", before),
	ok("HEAD", "HEAD", "", "", before),
	ok("change a logger", "PUT", "", debugDB, db(slog.LevelDebug), jsonType),
	ok("change the root", "POST", "", `{"level":"ERROR"}`, root(slog.LevelError), jsonType),
	ok("change the root by its name", "POST", "", `{"logger":"","level":"error","ttl":""}`, root(slog.LevelError), jsonType),
	ok("beyond all levels", "PUT", "", `{"level":"fatal+100"}`, root(slog.LevelError+104), jsonType),
	ok("offset", "PUT", "", `{"logger":"db","level":"debug-2"}`, db(slog.LevelDebug-2), jsonType),
	ok("for a while", "PUT", "", patient, root(slog.LevelDebug), jsonType),
	ok("charset", "PUT", "", debugDB, db(slog.LevelDebug), "Content-Type: application/json; charset=utf-8"),
	ok("form", "POST", "", "logger=db&level=debug&ttl=1h", db(slog.LevelDebug), formType),
	ok("form with a charset", "POST", "", "logger=db&level=debug", db(slog.LevelDebug), formType+"; charset=UTF-8"),
	ok("form of the same site", "POST", "", "logger=db&level=debug", db(slog.LevelDebug), formType, "Sec-Fetch-Site: same-origin"),
	ok("logger that nobody has seen", "PUT", "", `{"logger":"http.client","level":"trace"}`,
		map[string]slog.Level{"": slog.LevelInfo, "db": slog.LevelWarn, "http.client": slog.LevelDebug - 4}, jsonType),
	ok("take back", "DELETE", "?logger=db", "", map[string]slog.Level{"": slog.LevelInfo}),
	ok("take back what is not set", "DELETE", "?logger=http", "", before),
	ok("take back the root", "DELETE", "", "", before),
}

// Run runs the whole table against the endpoint behind a router, by HTTP.
func Run(t *testing.T, mount func(endpoint http.Handler) http.Handler) {
	t.Helper()
	for _, tt := range table {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, mount) })
	}
	t.Run("no authorizer", func(t *testing.T) {
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			e := newEndpoint(t, mount, func(c *level.Controller, log *slog.Logger) http.Handler {
				return slogxhttp.NewLevelHandler(c, nil, &slogxhttp.LevelOptions{Logger: log})
			})
			refused("", http.StatusForbidden, "forbidden", method, "", debugDB, jsonType, right).check(t, e)
		}
	})
}

func (r row) run(t *testing.T, mount func(http.Handler) http.Handler) {
	t.Helper()
	auth := r.auth
	if auth == nil {
		auth = slogxhttp.BearerToken(token)
	}
	r.check(t, newEndpoint(t, mount, func(c *level.Controller, log *slog.Logger) http.Handler {
		return slogxhttp.NewLevelHandler(c, auth, &slogxhttp.LevelOptions{Logger: log})
	}))
}

// endpoint is one that serves.
type endpoint struct {
	levels *level.Controller
	server *httptest.Server
	log    *slogxtest.Recorder
}

func newEndpoint(t *testing.T, mount func(http.Handler) http.Handler, open func(*level.Controller, *slog.Logger) http.Handler) endpoint {
	t.Helper()
	e := endpoint{levels: level.NewController(slog.LevelInfo), log: slogxtest.NewRecorder(t)}
	e.log.SetLevel(slog.LevelError) // an audit record comes through nevertheless
	if err := e.levels.Set("db", slog.LevelWarn, 0); err != nil {
		t.Fatal(err)
	}
	e.server = httptest.NewServer(mount(open(e.levels, e.log.Logger())))
	t.Cleanup(e.server.Close)
	return e
}

func (r row) check(t *testing.T, e endpoint) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), r.method, e.server.URL+Path+r.query, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range r.header {
		key, value, _ := strings.Cut(line, ": ")
		request.Header.Add(key, value)
	}
	response, err := e.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != r.status {
		t.Errorf("status %d, want %d: %s", response.StatusCode, r.status, body)
	}
	for key, want := range r.want {
		if got := response.Header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if diff := cmp.Diff(r.levels, e.levels.Levels()); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
	r.checkBody(t, body)
	r.checkAudit(t, e.log.Records())
}

// checkBody checks that a response says why, or what the levels are.
func (r row) checkBody(t *testing.T, body []byte) {
	t.Helper()
	if r.method == http.MethodHead {
		if len(body) > 0 {
			t.Errorf("HEAD with the body %s", body)
		}
		return
	}
	var answer struct {
		Error   string     `json:"error"`
		Level   slog.Level `json:"level"`
		Loggers map[string]struct {
			Level   slog.Level `json:"level"`
			Expires time.Time  `json:"expires"`
		} `json:"loggers"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if strings.Contains(string(body), token) {
		t.Errorf("the response shows the token: %s", body)
	}
	if r.reason != "" {
		if answer.Error == "" {
			t.Errorf("the response does not say why: %s", body)
		}
		return
	}
	got := map[string]slog.Level{"": answer.Level}
	for name, l := range answer.Loggers {
		got[name] = l.Level
		if while := strings.Contains(r.body, "ttl=1h"); while != !l.Expires.IsZero() {
			t.Errorf("%s expires at %v", name, l.Expires)
		}
	}
	if diff := cmp.Diff(r.levels, got); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
}

// checkAudit checks that there is one record of the attempt, and no token in it.
func (r row) checkAudit(t *testing.T, records []slogxtest.Record) {
	t.Helper()
	if len(records) != 1 {
		t.Fatalf("%d audit records, want one: %v", len(records), records)
	}
	if strings.Contains(strings.ToLower(fmt.Sprintf("%+v %v", records, records[0].Map())), token) {
		t.Errorf("the token is in the log: %v", records)
	}
	m := records[0].Map()
	if m["http.response.status_code"] != int64(r.status) || m["network.peer.address"] != "127.0.0.1" {
		t.Errorf("audit record %v", m)
	}
	reason, _ := m["error.type"].(string)
	wantLevel := slog.LevelInfo
	if r.reason != "" {
		wantLevel = slog.LevelWarn
	}
	if reason != r.reason || records[0].Level != wantLevel {
		t.Errorf("audit record %v at %v, want the reason %q at %v", m, records[0].Level, r.reason, wantLevel)
	}
}
