package slogx_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/enrich"
)

// variable is what tests know of a variable: a value that changes something, and wrong ones with what the
// error says would be right.
type variable struct {
	good string
	bad  map[string]string
}

var (
	perSecond = "want a number between 0.001 and 1e9"
	number    = "want a whole number that is not negative"
	sizes     = "want a number of bytes that is not negative"
	duration  = "want a duration that is not negative"
	boolean   = "want true or false"
	share     = "want a number above 0 and at most 1"
	levels    = "want trace, debug, info, warn, error or fatal"
)

var variables = map[string]variable{
	"SLOGX_PRESET":      {"production", map[string]string{"prod": "want default, development or production", "1": "want default"}},
	"SLOGX_LEVEL":       {"debug", map[string]string{"verbos": levels, "info+": levels, "99999999999": levels, "true": levels}},
	"SLOGX_LEVELS":      {"db=debug", map[string]string{"db": "such as db=debug", "db=verbos": levels, "a..b=info": "single dots", "a=info,a=warn": "want one"}},
	"SLOGX_FORMAT":      {"text", map[string]string{"xml": "want auto, json, console or text", "0": "want auto"}},
	"SLOGX_SCHEMA":      {"ecs", map[string]string{"gelf": "want slog, otel, ecs or gcp"}},
	"SLOGX_SOURCE":      {"yes", map[string]string{"maybe": boolean, "2": boolean}},
	"SLOGX_SINKS":       {"stderr", map[string]string{"kafka": "want one of stdout, stderr, file", "loki": "slogx-loki\"", "stdout,stdout": "want a name that no other sink has", "file": "SLOGX_FILE_PATH is not set: want the path"}},
	"SLOGX_USE":         {"-redact", map[string]string{"otel": "slogx-otel\"", "foo": "import the package that registers it", "-otel": "only -redact"}},
	"SLOGX_ENRICH":      {"host", map[string]string{"hots": "host, kubernetes"}},
	"SLOGX_SERVICE":     {"orders", nil}, // any text will do
	"SLOGX_VERSION":     {"1.2.3", nil},
	"SLOGX_ENVIRONMENT": {"staging", nil},
	"SLOGX_GCP_PROJECT": {"my-project", map[string]string{"projects/x": "want a project id such as my-project"}},
	"SLOGX_ASYNC":       {"on", map[string]string{"sometimes": boolean, "-1": boolean}},
	"SLOGX_QUEUE_BYTES": {"64KiB", map[string]string{"many": sizes, "-1": sizes, "1e30": sizes, "NaN": sizes, "10 XB": sizes}},
	"SLOGX_QUEUE_SIZE":  {"100", map[string]string{"many": number, "-1": number, "1.5": number, "99999999999": number}},
	"SLOGX_OVERFLOW":    {"sample", map[string]string{"drop": "want block, drop_newest, drop_oldest or sample"}},
	"SLOGX_KEEP":        {"error", map[string]string{"all": levels}},
	"SLOGX_FILE_PATH":   {"app.log", nil}, // see TestFileThatCannotBeOpened
	"SLOGX_FILE_MAX_SIZE": {"10MiB", map[string]string{
		"big": sizes, "-1MiB": sizes, "9999999TiB": sizes,
	}},
	"SLOGX_FILE_MAX_AGE": {"7d", map[string]string{
		"old": duration, "-1h": duration, "7": duration, "99999999d": duration, "NaNd": duration, "99999999h": duration,
	}},
	"SLOGX_FILE_MAX_BACKUPS": {"3", map[string]string{"few": number, "-3": number}},
	"SLOGX_FILE_COMPRESS":    {"true", map[string]string{"gzip": boolean}},

	"SLOGX_SAMPLE_TRACE_RATIO": {"0.5", map[string]string{"half": share, "0": share, "1.5": share, "NaN": share}},
	"SLOGX_SAMPLE_PROBABILITY": {"0.01", map[string]string{"1%": share, "0": share, "-0.5": share, "2": share}},
	"SLOGX_SAMPLE_ONCE":        {"1m", map[string]string{"often": duration, "-1s": duration}},
	"SLOGX_SAMPLE_FIRST":       {"100", map[string]string{"some": number, "-1": number}},
	"SLOGX_SAMPLE_THEREAFTER":  {"100", map[string]string{"some": number, "-1": number}},
	"SLOGX_SAMPLE_INTERVAL":    {"5s", map[string]string{"5": duration, "-5s": duration}},
	"SLOGX_SAMPLE_RATE":        {"10", map[string]string{"10/s": perSecond, "0": perSecond, "1e10": perSecond, "Inf": perSecond}},
	"SLOGX_SAMPLE_BURST":       {"20", map[string]string{"big": number, "-1": number, "3000000000": number}},
	"SLOGX_SAMPLE_TARGET":      {"1000", map[string]string{"all": perSecond, "0.0001": perSecond, "-1": perSecond}},
	"SLOGX_SAMPLE_FOLD":        {"10s", map[string]string{"yes": duration, "-10s": duration}},
	"SLOGX_SAMPLE_KEEP":        {"warn", map[string]string{"all": levels}},
	"SLOGX_SAMPLE_WEIGHT":      {"true", map[string]string{"heavy": boolean}},
	"SLOGX_SAMPLE_MAX_KEYS":    {"1000", map[string]string{"many": number, "-1": number}},

	"SLOGX_TAIL_LEVEL":           {"debug", map[string]string{"low": levels}},
	"SLOGX_TAIL_RELEASE":         {"warn", map[string]string{"failed": levels}},
	"SLOGX_TAIL_REQUEST_RECORDS": {"100", map[string]string{"few": number, "-1": number}},
	"SLOGX_TAIL_REQUEST_BYTES":   {"64KiB", map[string]string{"few": sizes, "-1": sizes}},
	"SLOGX_TAIL_RECORDS":         {"1000", map[string]string{"few": number, "-1": number}},
	"SLOGX_TAIL_BYTES":           {"8MiB", map[string]string{"few": sizes, "-1": sizes}},
}

// needs are variables without which another does nothing.
var needs = map[string]env{
	"SLOGX_SAMPLE_INTERVAL": {"SLOGX_SAMPLE_FIRST": "1"},
	"SLOGX_SAMPLE_BURST":    {"SLOGX_SAMPLE_RATE": "1"},
}

func TestEveryVariableIsKnownToTheTests(t *testing.T) {
	var names []string
	for _, v := range slogx.CoreVars() {
		names = append(names, v.Name)
		if v.Usage == "" {
			t.Errorf("%s has no usage", v.Name)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(variables))); diff != "" {
		t.Errorf("variables (-there +tested):\n%s", diff)
	}
}

func TestEveryVariableIsReadAndMayBeEmpty(t *testing.T) {
	for name, v := range variables {
		resolved := func(value string) (string, []error) {
			vars := env{name: value}
			maps.Copy(vars, needs[name])
			return slogx.Resolved(environment(vars))
		}
		unset, _ := slogx.Resolved(environment(needs[name]))
		set, errs := resolved(v.good)
		if set == unset || len(errs) > 0 {
			t.Errorf("%s=%q changes nothing, or is wrong: %v", name, v.good, errs)
		}
		spaced, errs := resolved(" \t" + v.good + "\n")
		if spaced != set || len(errs) > 0 {
			t.Errorf("%s=%q surrounded by space: %v\nwant %s\ngot  %s", name, v.good, errs, set, spaced)
		}
		for _, value := range []string{"", " ", "\t\n"} {
			empty, errs := resolved(value)
			if empty != unset || len(errs) > 0 {
				t.Errorf("%s=%q is not as if unset: %v\nwant %s\ngot  %s", name, value, errs, unset, empty)
			}
		}
	}
}

func TestDefaultsInTheTableAreTheDefaults(t *testing.T) {
	unset := build(t, nil).String()
	for _, v := range slogx.CoreVars() {
		if v.Default == "" {
			continue
		}
		if got := build(t, env{v.Name: v.Default}).String(); got != unset {
			t.Errorf("%s=%s changes the pipeline:\n%s", v.Name, v.Default, got)
		}
	}
}

func TestWrongVariables(t *testing.T) {
	for name, v := range variables {
		for value, want := range v.bad {
			t.Run(name+"="+value, func(t *testing.T) {
				checkWrong(t, env{name: value}, name, value, want)
			})
		}
	}
}

// checkWrong fails the test unless Build returns one error that says all that wants, and New logs it.
func checkWrong(t *testing.T, vars env, wants ...string) {
	t.Helper()
	p, err := slogx.Build(environment(vars))
	if p != nil || err == nil {
		t.Fatalf("Build returned %v and no error", p)
	}
	if n := len(leaves(err)); n != 1 {
		t.Errorf("%d errors, want 1: %v", n, err)
	}
	var out output
	stderr := standardError(t, func() {
		log := slogx.New(environment(vars), slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON))
		log.Info("goes on")
		if err := slogx.Shutdown(context.Background(), log); err != nil {
			t.Error(err)
		}
	})
	records := out.records(t)
	if len(records) != 2 || records[0]["level"] != "ERROR" || !slices.Contains([]any{"goes on", "REDACTED"}, records[1]["msg"]) {
		t.Fatalf("New logged %v", records)
	}
	logged, _ := records[0]["error"].(string)
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) || !strings.Contains(logged, want) {
			t.Errorf("the errors do not say %q:\nBuild: %v\nNew:   %s", want, err, logged)
		}
		if quoted := strings.ReplaceAll(want, `"`, `\"`); !strings.Contains(stderr, quoted) {
			t.Errorf("standard error does not say %q: %s", want, stderr)
		}
	}
}

// leaves returns the errors that Build joined.
func leaves(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

func TestAllWrongVariablesAtOnce(t *testing.T) {
	vars := env{"SLOGX_LEVLE": "debug"}
	for name, v := range variables {
		for value := range v.bad {
			vars[name] = value
		}
	}
	_, err := slogx.Build(environment(vars))
	if err == nil {
		t.Fatal("no error")
	}
	for name, value := range vars {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s=%q: %v", name, value, err)
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	for name, wants := range map[string][]string{
		"SLOGX_LEVLE":           {"did you mean SLOGX_LEVEL?"},
		"SLOGX_FILE_MAXSIZE":    {"did you mean SLOGX_FILE_MAX_SIZE?"},
		"SLOGX_SOMETHING_ELSE":  {"slogx env"},
		"SLOGX_LOKI_URL":        {`import _ "github.com/slogx-go/slogx/slogx-loki"`},
		"SLOGX_REDACT_KEYS":     {`import _ "github.com/slogx-go/slogx/slogx-redact"`},
		"SLOGX_OTEL_ATTRIBUTES": {`import _ "github.com/slogx-go/slogx/slogx-otel"`},
		"SLOGX_PROM_NAMESPACE":  {`import _ "github.com/slogx-go/slogx/slogx-prom"`},
	} {
		t.Run(name, func(t *testing.T) {
			checkWrong(t, env{name: "x"}, append(wants, name)...)
			build(t, env{name: " "}) // set to nothing: not set
		})
	}
}

func TestVariablesOfALinkedPackage(t *testing.T) {
	slogx.IsolateRegistry(t)
	slogx.RegisterVars("loki", slogx.Var{Name: "SLOGX_LOKI_URL", Usage: "where to"})
	slogx.RegisterVars("other", slogx.Var{Name: "SLOGX_LOKI_URL"}, slogx.Var{}) // taken, and nameless
	build(t, env{"SLOGX_LOKI_URL": "http://localhost"})
	checkWrong(t, env{"SLOGX_LOKI_ULR": "x"}, "did you mean SLOGX_LOKI_URL?")
}

func TestUnknownNamesAreListedWithThoseThatAreKnown(t *testing.T) {
	slogx.IsolateRegistry(t)
	slogx.RegisterSink("kafka", func(context.Context, slogx.SinkConfig) (slog.Handler, error) { return slog.DiscardHandler, nil })
	slogx.RegisterExtension("audit", func(context.Context, slogx.ExtensionConfig) (slogx.Option, error) { return slogx.Option{}, nil })
	checkWrong(t, env{"SLOGX_SINKS": "kafak"}, `"kafak"`, "stdout, stderr, file, kafka", "import")
	checkWrong(t, env{"SLOGX_USE": "audti"}, `"audti"`, "want one of audit", "import")
	checkWrong(t, env{"SLOGX_USE": "prom"}, `"prom"`, `slogx-prom"`, "audit")
	checkWrong(t, env{"SLOGX_ENRICH": "host,audti"}, `"host,audti"`, strings.Join(enrich.Names(), ", "), "import")
	build(t, env{"SLOGX_SINKS": "kafka", "SLOGX_USE": "AUDIT", "SLOGX_ENRICH": "Host, process"})
}

// lookup is a Lookuper that cannot list what it knows.
type lookup env

func (l lookup) Lookup(key string) (string, bool) {
	v, ok := l[key]
	return v, ok
}

func TestLookuperWithoutKeys(t *testing.T) {
	var out output
	p, err := slogx.Build(slogx.WithLookuper(lookup{"SLOGX_LEVEL": "debug", "SLOGX_LEVLE": "x"}), slogx.WithOutput(&out))
	if err != nil {
		t.Fatal(err)
	}
	p.Logger().Debug("seen")
	if n := len(out.records(t)); n != 1 {
		t.Errorf("%d records", n)
	}
}

func TestEnvironmentOfTheProcess(t *testing.T) {
	t.Setenv("SLOGX_LEVEL", "debug")
	t.Setenv("SLOGX_LEVLE", "debug")
	_, err := slogx.Build()
	if err == nil || !strings.Contains(err.Error(), "SLOGX_LEVLE is set") {
		t.Errorf("Build: %v", err)
	}
	t.Setenv("SLOGX_LEVLE", "")
	p, err := slogx.Build()
	if err != nil {
		t.Fatal(err)
	}
	if !p.Handler().Enabled(t.Context(), slog.LevelDebug) {
		t.Error("SLOGX_LEVEL was not read")
	}
}

func TestSpellingsOfLevels(t *testing.T) {
	for text, want := range map[string]slog.Level{
		"debug": -4, "DEBUG": -4, "INFO+2": 2, "warn-1": 3, " info": 0, //nolint:gocritic // people write that
		"WARNING": 4, "4": 4, "trace": -8, "Fatal": 12, "-8": -8,
	} {
		p := build(t, env{"SLOGX_LEVEL": text})
		if got := p.Levels().Level(""); got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
	checkWrong(t, env{"SLOGX_LEVEL": "verbos"}, `SLOGX_LEVEL="verbos"`)
}

func TestEnricherThatCannotBeMade(t *testing.T) {
	enrich.Register("test-broken", func() enrich.Enricher { panic("boom") })
	checkWrong(t, env{"SLOGX_ENRICH": "test-broken"}, "SLOGX_ENRICH", "test-broken", "boom")
}

func TestInvalid(t *testing.T) {
	wrong := errors.New("wrong")
	_, err := slogx.Build(environment(nil), slogx.Invalid(nil), slogx.Options(slogx.Invalid(wrong)))
	if !errors.Is(err, wrong) || len(leaves(err)) != 1 {
		t.Errorf("Build: %v", err)
	}
}
