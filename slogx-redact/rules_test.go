package slogxredact

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// shown returns what a handler with opts makes of attributes, as JSON.
func shown(t *testing.T, opts *Options, attrs ...slog.Attr) string {
	t.Helper()
	var b strings.Builder
	h := NewHandler(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
			return slog.Attr{}
		}
		return a
	}}), opts)
	if err := h.Handle(ctx, record(attrs...)); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestDirtyValuesKeepTheShapeOfTheirJSON(t *testing.T) {
	for _, tt := range []struct {
		name string
		attr slog.Attr
		want string
	}{
		{"struct", slog.Any("u", newUser()), `{"u":{"Name":"Ann","Password":"REDACTED","sid":"REDACTED","Opaque":"REDACTED","api_key":"REDACTED","Age":42}}`},
		{"list", slog.Any("u", []tagged{{"p", plain}}), `{"u":[{"Public":"p","V":"REDACTED"}]}`},
		{"map", slog.Any("m", map[string]any{"n": 1, "f": 1.50, "b": true, "x": nil, "l": []int{1}, "token": 3}), `{"m":{"b":true,"f":1.5,"l":[1],"n":1,"token":"REDACTED","x":null}}`},
		{"raw JSON", slog.Any("r", json.RawMessage(`{"z":1.0,"a":[{"pwd":null}], "e":{}}`)), `{"r":{"z":1.0,"a":[{"pwd":"REDACTED"}],"e":{}}}`},
		{"empty JSON key", slog.Any("r", json.RawMessage(`{"":{"pwd":1}}`)), `{"r":{"":{"pwd":"REDACTED"}}}`},
		{"bytes", slog.Any("b", []byte("see "+jwt)), `{"b":"see REDACTED"}`},
		{"url", slog.Any("u", mustURL("https://ann:"+plain+"@example.com/a?page=2&token="+plain)), `{"u":"https://ann:REDACTED@example.com/a?page=2&token=REDACTED"}`},
		{"errors", slog.Any("e", []error{errBoom, errors.New("bad " + jwt)}), `{"e":["boom","bad REDACTED"]}`},
		{"attribute", slog.Any("a", slog.String("password", plain)), `{"a":{"password":"REDACTED"}}`},
		{"unsupported", slog.Any("m", map[any]any{"password": 1}), `{"m":"REDACTED"}`},
		{"JSON in text", slog.String("body", `{"a": 1, "pwd" : "x"}`), `{"body":"{\"a\": 1, \"pwd\" : \"REDACTED\"}"}`},
	} {
		opts := &Options{Presets: []Preset{PresetCredentials}}
		if got := shown(t, opts, tt.attr); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestPathsInGroupsMapsAndStructs(t *testing.T) {
	opts := &Options{Presets: []Preset{}, Paths: []string{"user.*.ssn", "**.leaf", "list.v", "top"}}
	type home struct {
		SSN  string `json:"ssn"`
		Name string `json:"name"`
	}
	for _, tt := range []struct {
		attr slog.Attr
		want string
	}{
		{slog.Group("user", slog.Group("home", "ssn", "1", "name", "a")), `{"user":{"home":{"ssn":"REDACTED","name":"a"}}}`},
		{slog.Any("user", map[string]home{"home": {"1", "a"}}), `{"user":{"home":{"ssn":"REDACTED","name":"a"}}}`},
		{slog.String("user.home.ssn", "1"), `{"user.home.ssn":"REDACTED"}`},
		{slog.String("user.ssn", "1"), `{"user.ssn":"1"}`},
		{slog.Any("a", map[string]any{"b": []any{map[string]int{"leaf": 1}}}), `{"a":{"b":[{"leaf":"REDACTED"}]}}`},
		{slog.Any("list", []map[string]int{{"v": 1, "w": 2}}), `{"list":[{"v":"REDACTED","w":2}]}`},
		{slog.Any("r", json.RawMessage(`{"leaf":{"x":1},"y":2}`)), `{"r":{"leaf":"REDACTED","y":2}}`},
	} {
		if got := shown(t, opts, tt.attr); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}

	rec := slogxtest.NewRecorder(t)
	h := NewHandler(rec, opts).WithGroup("user").WithGroup("home")
	if err := h.(*Handler).HandleTop(ctx, []slog.Attr{slog.String("top", "x"), slog.String("ssn", "y")}, record(slog.String("ssn", "1"))); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("REDACTED", rec.Records()[0].Map()["top"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("y", rec.Records()[0].Map()["ssn"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"home": map[string]any{"ssn": "REDACTED"}}, rec.Records()[0].Map()["user"]); diff != "" {
		t.Error(diff)
	}
}

func TestGroupUnderARuleIsMaskedWhole(t *testing.T) {
	for _, opts := range []*Options{nil, {Presets: []Preset{}, Paths: []string{"password"}}} {
		rec := slogxtest.NewRecorder(t)
		l := slog.New(NewHandler(rec, opts))
		l.WithGroup("password").With("a", plain).WithGroup("inner").Info("msg", "b", plain, slog.Group("c", "d", plain))
		got := fmt.Sprint(rec.Records()[0].Map())
		if strings.Contains(got, plain) || strings.Count(got, masked) != 3 {
			t.Errorf("got %s", got)
		}
	}
}

func TestAllowListPassesOnlyWhatIsNamed(t *testing.T) {
	opts := &Options{Allow: []string{"status", "user.id", "**.count", "list", "all.**", "password"}}
	for _, tt := range []struct {
		attr slog.Attr
		want string
	}{
		{slog.Int("status", 200), `{"status":200}`},
		{slog.String("other", "x"), `{"other":"REDACTED"}`},
		{slog.Group("user", "id", 1, "name", "x"), `{"user":{"id":1,"name":"REDACTED"}}`},
		{slog.Any("user", map[string]any{"id": 1, "name": "x"}), `{"user":{"id":1,"name":"REDACTED"}}`},
		{slog.Any("user", struct {
			ID   int `json:"id"`
			Name string
		}{1, "x"}), `{"user":{"id":1,"Name":"REDACTED"}}`},
		{slog.Any("a", map[string]any{"b": map[string]any{"count": 1, "x": true}}), `{"a":{"b":{"count":1,"x":"REDACTED"}}}`},
		{slog.Any("list", []int{1, 2}), `{"list":[1,2]}`},
		{slog.Any("err", errBoom), `{"err":"REDACTED"}`},
		{slog.Any("s", stringerOf("x")), `{"s":"REDACTED"}`},
		{slog.Any("all", map[string]any{"a": 1, "password": plain}), `{"all":{"a":1,"password":"REDACTED"}}`},
		{slog.String("password", plain), `{"password":"REDACTED"}`},
		{slog.String("status", jwt), `{"status":"REDACTED"}`},
		{slog.Any("u", mustURL("https://example.com")), `{"u":"REDACTED"}`},
	} {
		if got := shown(t, opts, tt.attr); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestActions(t *testing.T) {
	key := []byte("0123456789abcdef")
	hash := func(v any) string { return shown(t, &Options{Action: ActionHash, HashKey: key}, slog.Any("token", v)) }
	if a, b := hash("abc"), hash("abc"); a != b || !strings.HasPrefix(a, `{"token":"hmac:`) {
		t.Errorf("hashes: %s, %s", a, b)
	}
	if hash("abc") == hash("abd") || hash(12) != hash("12") {
		t.Error("hashes do not tell values apart, or tell equal ones apart")
	}
	for _, tt := range []struct {
		name string
		opts Options
		attr slog.Attr
		want string
	}{
		{"mask text", Options{Mask: "***"}, slog.String("token", plain), `{"token":"***"}`},
		{"partial", Options{Action: ActionPartial}, slog.String("token", "abcdefgh"), `{"token":"****efgh"}`},
		{"partial of a short one", Options{Action: ActionPartial}, slog.String("token", "abcdefg"), `{"token":"REDACTED"}`},
		{"partial first", Options{Action: ActionPartial, ShowFirst: 2, ShowLast: 1}, slog.String("token", "äbcdefgh"), `{"token":"äb*****h"}`},
		{"partial in JSON", Options{Action: ActionPartial}, slog.Any("m", map[string]string{"token": "abcdefgh"}), `{"m":{"token":"****efgh"}}`},
		{"partial of a group", Options{Action: ActionPartial}, slog.Group("token", "a", "abcdefgh"), `{"token":"REDACTED"}`},
		{"drop", Options{Action: ActionDrop}, slog.String("token", plain), `{}`},
		{"drop in a group", Options{Action: ActionDrop}, slog.Group("g", "token", plain, "a", 1), `{"g":{"a":1}}`},
		{"drop first", Options{Action: ActionDrop}, slog.Any("r", json.RawMessage(`{"token":1, "a":2}`)), `{"r":{"a":2}}`},
		{"drop last", Options{Action: ActionDrop}, slog.Any("r", json.RawMessage(`{"a":2 , "token":1 }`)), `{"r":{"a":2}}`},
		{"drop all", Options{Action: ActionDrop}, slog.Any("r", json.RawMessage(`{"b":{"token":1,"pwd":2},"a":3}`)), `{"r":{"b":{},"a":3}}`},
		{"one rule", Options{Actions: map[string]Action{"tag": ActionPartial}}, slog.Any("s", struct {
			V string `slogx:"secret"`
			T string `json:"token"`
		}{"abcdefgh", "abcdefgh"}), `{"s":{"V":"****efgh","token":"REDACTED"}}`},
	} {
		if got := shown(t, &tt.opts, tt.attr); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCardsShowAtMostSixAndFour(t *testing.T) {
	for first, want := range map[int]string{6: "411111******1111", 9: "411111******1111", 0: "************1111"} {
		r, err := compile(&Options{Action: ActionPartial, ShowFirst: first, ShowLast: 4})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.apply(r.card, "4111111111111111"); got != want {
			t.Errorf("first %d: %s, want %s", first, got, want)
		}
	}
	r, err := compile(&Options{Action: ActionPartial, ShowFirst: 6, ShowLast: 4})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.apply(r.card, "3782-822463-10005"); got != "3782-82****-*0005" {
		t.Error(got)
	}
}

type apiKey string

type account struct{ ID int }

type marker interface{ Confidential() }

func (account) Confidential() {}

func TestTypes(t *testing.T) {
	opts := &Options{Presets: []Preset{}, Types: []Type{RedactType[apiKey](), RedactType[marker]()}}
	for _, tt := range []struct {
		attr slog.Attr
		want string
	}{
		{slog.Any("k", apiKey("x")), `{"k":"REDACTED"}`},
		{slog.Any("k", new(apiKey("x"))), `{"k":"REDACTED"}`},
		{slog.Any("k", struct{ A apiKey }{"x"}), `{"k":{"A":"REDACTED"}}`},
		{slog.Any("k", map[string]any{"a": []any{apiKey("x")}}), `{"k":{"a":["REDACTED"]}}`},
		{slog.Any("k", account{1}), `{"k":"REDACTED"}`},
		{slog.Any("k", []any{&account{1}, 2}), `{"k":["REDACTED",2]}`},
	} {
		if got := shown(t, opts, tt.attr); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestUserFuncsAndDetectors(t *testing.T) {
	opts := &Options{
		Func: func(path string, v slog.Value) bool { return path == "g.x" && v.String() == "hide" },
		Custom: []Detector{{Name: "badge", Find: func(dst [][2]int, text string) [][2]int {
			if text == "panic" {
				panic("find")
			}
			if i := strings.Index(text, "B-"); i >= 0 {
				dst = append(dst, [2]int{i, i + 4})
			}
			return dst
		}}},
	}
	for _, tt := range []struct {
		attr slog.Attr
		want string
	}{
		{slog.Group("g", "x", "hide", "y", "hide"), `{"g":{"x":"REDACTED","y":"hide"}}`},
		{slog.Group("g", "x", "show"), `{"g":{"x":"show"}}`},
		{slog.String("s", "badge B-12 ok"), `{"s":"badge REDACTED ok"}`},
		{slog.String("s", "panic"), `{"s":"REDACTED"}`},
		{slog.String("s", "out of range B-"), `{"s":"REDACTED"}`},
		{slog.Any("m", map[string]string{"B-12": "B-13"}), `{"m":{"REDACTED":"REDACTED"}}`},
	} {
		if got := shown(t, opts, tt.attr); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
	opts = &Options{Func: func(string, slog.Value) bool { panic("func") }}
	if got := shown(t, opts, slog.String("s", plain)); got != `{"s":"!PANIC: REDACTED"}` {
		t.Error(got)
	}
}

func TestExceptions(t *testing.T) {
	opts := &Options{Except: []string{"token_count"}}
	if got := shown(t, opts, slog.Int("tokenCount", 1), slog.Int("token_counts", 2)); got != `{"tokenCount":1,"token_counts":"REDACTED"}` {
		t.Error(got)
	}
}

func TestSecretShowsItselfToNobody(t *testing.T) {
	s := NewSecret(plain)
	outer := struct {
		A Secret[string] `json:"a"`
		b Secret[string]
		C *Secret[string] `json:"c"`
	}{s, s, &s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%w"} {
		for _, v := range []any{s, &s, outer, &outer, []any{s}, map[string]any{"a": s}, [1]Secret[string]{s}} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, plain) || strings.Contains(got, fmt.Sprintf("%x", plain)) {
				t.Errorf("%s of %T: %s", verb, v, got)
			}
		}
	}
	js, err := json.Marshal(outer)
	if err != nil || strings.Contains(string(js), plain) {
		t.Errorf("JSON: %s, %v", js, err)
	}
	xs, err := xml.Marshal(s)
	if err != nil || strings.Contains(string(xs), plain) || !strings.Contains(string(xs), masked) {
		t.Errorf("XML: %s, %v", xs, err)
	}
	var gobbed bytes.Buffer
	if err := gob.NewEncoder(&gobbed).Encode(s); err == nil || bytes.Contains(gobbed.Bytes(), []byte(plain)) {
		t.Errorf("gob, which has no way to say that it is a mask: %q, %v", gobbed.Bytes(), err)
	}
	for _, s := range sinks {
		out := output(t, bare, s, func(h slog.Handler) { slog.New(h).Info("m", "s", outer.A, "p", outer.C, "o", outer) })
		if strings.Contains(out, plain) {
			t.Errorf("%s without redaction: %s", s.name, out)
		}
	}
	if s.Reveal() != plain || (Secret[int]{}).Reveal() != 0 {
		t.Error("Reveal does not return the value")
	}
}

func TestSecretDecodes(t *testing.T) {
	var c struct {
		Password Secret[string] `json:"password"`
		Port     Secret[int]    `json:"port"`
	}
	if err := json.Unmarshal([]byte(`{"password":"a","port":1}`), &c); err != nil || c.Password.Reveal() != "a" || c.Port.Reveal() != 1 {
		t.Errorf("JSON: %v, %v", err, c)
	}
	err := json.Unmarshal([]byte(`{"port":"`+plain+`"}`), &c)
	if err == nil || strings.Contains(err.Error(), plain) {
		t.Errorf("a wrong value: %v", err)
	}
	var text Secret[string]
	if err := text.UnmarshalText([]byte("b")); err != nil || text.Reveal() != "b" {
		t.Errorf("text: %v", err)
	}
	var u Secret[url.URL]
	if err := u.UnmarshalText([]byte("b")); err == nil {
		t.Error("a type without text decodes from text")
	}
}

func TestErrorsAreRedactedThroughoutTheirTree(t *testing.T) {
	cause := errors.New("bad token " + jwt)
	wrapped := fmt.Errorf("log in: %w", errors.Join(io.EOF, fmt.Errorf("call: %w", cause), &passwordError{plain}))
	var got error
	rec := slogxtest.NewRecorder(t)
	h := NewHandler(rec, nil)
	if err := h.Handle(ctx, record(slog.Any("err", wrapped))); err != nil {
		t.Fatal(err)
	}
	got, ok := rec.Records()[0].Map()["err"].(error)
	if !ok {
		t.Fatalf("got a %T", rec.Records()[0].Map()["err"])
	}
	if want := "log in: EOF\ncall: bad token REDACTED\nwrong password REDACTED"; got.Error() != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, target := range []error{io.EOF, cause} {
		if !errors.Is(got, target) {
			t.Errorf("is no longer %v", target)
		}
	}
	if errors.Is(got, os.ErrNotExist) {
		t.Error("is what it was not")
	}
	if _, ok := errors.AsType[*passwordError](got); ok {
		t.Error("As reaches the original")
	}
	var visit func(error)
	visit = func(err error) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if text := fmt.Sprintf(verb, err); strings.Contains(text, jwt) || strings.Contains(text, plain) {
				t.Errorf("%s of %T: %s", verb, err, text)
			}
		}
		switch u := err.(type) { //nolint:errorlint // each error of the tree has its turn
		case interface{ Unwrap() error }:
			if u.Unwrap() != nil {
				visit(u.Unwrap())
			}
		case interface{ Unwrap() []error }:
			for _, err := range u.Unwrap() {
				visit(err)
			}
		}
	}
	visit(got)

	if err := h.Handle(ctx, record(slog.Any("err", &os.PathError{Op: "open", Path: "/x", Err: os.ErrNotExist}))); err != nil {
		t.Fatal(err)
	}
	var path *os.PathError
	if clean := rec.Records()[1].Map()["err"].(error); !errors.As(clean, &path) {
		t.Error("a clean error is not the original")
	}
}

func TestStatsCountByRule(t *testing.T) {
	h := NewHandler(slogxtest.NewRecorder(t), &Options{Paths: []string{"a.b"}, Types: []Type{RedactType[apiKey]()}})
	l := slog.New(h.WithGroup("g")).With("token", "x")
	obs := observed{}
	h.SetObserver(obs)
	l.Info("see "+jwt, "user", user{Password: "x", Opaque: "y"}, "k", apiKey("x"))
	slog.New(h).Info("m", slog.Group("a", "b", 1), "m", map[string]any{"token": 1, "x": jwt})
	want := map[string]uint64{"key": 5, "tag": 1, "type": 1, "path": 1, "jwt": 2}
	if diff := cmp.Diff(want, h.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, map[string]uint64(obs)); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}

	h.SetObserver(nil)
	l.Info("m", "token", "x")
	if obs["key"] != want["key"] {
		t.Error("the observer is told after its end")
	}
	h.SetObserver(obs)
	if obs["key"] != want["key"]+1 {
		t.Error("the observer is not told what it missed")
	}
}

type observed map[string]uint64

func (o observed) Observe(name string, v float64, labels ...string) {
	if name == "slogx_redactions_total" && len(labels) == 2 && labels[0] == "rule" {
		o[labels[1]] += uint64(v)
	}
}

func TestExtensionReadsTheEnvironment(t *testing.T) {
	var b strings.Builder
	p, err := slogx.Build(slogx.WithOutput(&b), slogx.WithFormat(slogx.FormatJSON), slogx.WithLookuper(slogx.MapLookuper(map[string]string{
		"SLOGX_USE": "redact", "SLOGX_REDACT_PRESETS": "none", "SLOGX_REDACT_KEYS": "badge, secret_details", "SLOGX_REDACT_PATHS": "user.*.x",
		"SLOGX_REDACT_DETECTORS": "jwt", "SLOGX_REDACT_MASK": "###", "SLOGX_REDACT_ACTIONS": "path=partial", "SLOGX_REDACT_SHOW_LAST": "2",
	})))
	if err != nil {
		t.Fatal(err)
	}
	p.Logger().Info("m", "badge", 1, "password", "stays", "note", jwt, slog.Group("user", slog.Group("a", "x", "abcdef")))
	if want := `"msg":"m","badge":"###","password":"stays","note":"###","user":{"a":{"x":"****ef"}}}`; !strings.Contains(b.String(), want) {
		t.Errorf("got %s, want %s", b.String(), want)
	}
}

func TestWrongRulesFailBuildAndMaskByAllPresets(t *testing.T) {
	for _, tt := range []struct {
		name, value, wants string
		opts               *Options
	}{
		{"SLOGX_REDACT_PRESETS", "pci,nonsense", "credentials, pci, pii, gdpr, hipaa", &Options{Presets: []Preset{"nonsense"}}},
		{"SLOGX_REDACT_PATHS", "a..b", "want keys joined by dots", &Options{Paths: []string{"a..b"}}},
		{"SLOGX_REDACT_ALLOW", "tok*", "want keys joined by dots", &Options{Allow: []string{"tok*"}}},
		{"SLOGX_REDACT_DETECTORS", "nonsense", "want one of card,", &Options{Detectors: []string{"nonsense"}}},
		{"SLOGX_REDACT_KEYS", "---", "want a name", &Options{Keys: []string{"---"}}},
		{"SLOGX_REDACT_EXCEPT", "---", "want a name", &Options{Except: []string{"---"}}},
		{"SLOGX_REDACT_ACTION", "nonsense", "mask, partial, hash, drop", &Options{Action: "nonsense"}},
		{"SLOGX_REDACT_ACTION", "hash", "HashKey of at least 16", &Options{Action: ActionHash}},
		{"SLOGX_REDACT_ACTIONS", "nonsense=drop", "want one of key,", &Options{Actions: map[string]Action{"nonsense": ActionDrop}}},
		{"SLOGX_REDACT_ACTIONS", "card", "rule=action", &Options{Actions: map[string]Action{"card": "nonsense"}}},
		{"SLOGX_REDACT_SHOW_LAST", "-1", "not negative", &Options{ShowLast: -1}},
		{"SLOGX_REDACT_MAX_BYTES", "x", "not negative", &Options{MaxBytes: -1}},
		{"", "", "", &Options{Custom: []Detector{{Name: "card"}}}},
		{"", "", "", &Options{Types: []Type{{}}}},
	} {
		if err := tt.opts.Validate(); err == nil {
			t.Errorf("%v: valid", tt.opts)
		}
		var told error
		tt.opts.OnError = func(err error) { told = err }
		safe := shown(t, tt.opts, slog.String("birth_date", plain), slog.String("password", plain))
		if told == nil || tt.opts.Allow == nil && safe != `{"birth_date":"REDACTED","password":"REDACTED"}` {
			t.Errorf("%v: told %v, got %s", tt.opts, told, safe)
		}
		if _, err := slogx.Build(Redaction(tt.opts), slogx.WithOutput(io.Discard)); err == nil {
			t.Errorf("%v: Build does not fail", tt.opts)
		}
		if tt.name == "" {
			continue
		}
		var b strings.Builder
		env := slogx.WithLookuper(slogx.MapLookuper(map[string]string{"SLOGX_USE": "redact", tt.name: tt.value}))
		_, err := slogx.Build(env, slogx.WithOutput(&b))
		if err == nil || !strings.Contains(err.Error(), tt.name) || !strings.Contains(err.Error(), tt.wants) {
			t.Errorf("%s=%s: %v, want the name and %q", tt.name, tt.value, err, tt.wants)
		}
		l := slogx.New(env, slogx.WithOutput(&b), slogx.WithErrorHandler(func(error) {}))
		l.Info("m", "birth_date", plain, "password", plain)
		if strings.Contains(b.String(), plain) || !strings.Contains(b.String(), tt.name) {
			t.Errorf("%s=%s: New wrote %s", tt.name, tt.value, b.String())
		}
	}
}
