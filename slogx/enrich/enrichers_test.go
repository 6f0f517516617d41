package enrich

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// attrsOf returns the attributes of e as key and value.
func attrsOf(ctx context.Context, e Enricher) map[string]any { return asMap(e(ctx, nil)) }

func asMap(attrs []slog.Attr) map[string]any {
	m := make(map[string]any)
	for _, a := range attrs {
		m[a.Key] = a.Value.Any()
	}
	return m
}

func TestContextAttrsOfAChildStayInTheChild(t *testing.T) {
	given := []slog.Attr{slog.Int("a", 1)}
	parent := ContextWithAttrs(t.Context(), given...)
	given[0] = slog.Int("changed", 0)
	first := ContextWithAttrs(parent, slog.Int("b", 2))
	second := ContextWithAttrs(parent, slog.Int("c", 3), slog.Int("d", 4))
	tests := map[string]struct {
		ctx  context.Context
		want string
	}{
		"none":   {t.Context(), "[]"},
		"parent": {parent, "[a=1]"},
		"first":  {first, "[a=1 b=2]"},
		"second": {second, "[a=1 c=3 d=4]"},
	}
	for name, tt := range tests {
		if got := slog.AnyValue(ContextAttrs()(tt.ctx, nil)).String(); got != tt.want {
			t.Errorf("%s: attributes %s, want %s", name, got, tt.want)
		}
	}
}

func TestContextWithNoAttrsIsTheSame(t *testing.T) {
	ctx := t.Context()
	if got := ContextWithAttrs(ctx); got != ctx {
		t.Error("ContextWithAttrs without attributes returned another context")
	}
}

func TestContextWithAttrsTakesNoContextForAnEmptyOne(t *testing.T) {
	var none context.Context
	ctx := ContextWithAttrs(none, slog.Int("a", 1))
	if diff := cmp.Diff(map[string]any{"a": int64(1)}, attrsOf(ctx, ContextAttrs())); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestTraceAddsTheIDsOfTheContext(t *testing.T) {
	if got := attrsOf(t.Context(), Trace()); len(got) != 0 {
		t.Errorf("attributes without a trace: %v, want none", got)
	}
	ctx := tracectx.NewContext(t.Context(), tracectx.Trace{TraceID: [16]byte{15: 1}, SpanID: [8]byte{7: 2}, Flags: 1})
	want := map[string]any{"trace_id": strings.Repeat("0", 31) + "1", "span_id": strings.Repeat("0", 15) + "2", "trace_flags": "01"}
	if diff := cmp.Diff(want, attrsOf(ctx, Trace())); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestHostNamesThisHost(t *testing.T) {
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"host.name": name, "host.arch": hostArch(runtime.GOARCH), "os.type": osType(runtime.GOOS)}
	if diff := cmp.Diff(want, attrsOf(t.Context(), Host())); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestArchitecturesAndSystemsHaveOpenTelemetrysNames(t *testing.T) {
	want := map[string]string{"amd64": "amd64", "386": "x86", "arm": "arm32", "arm64": "arm64", "ppc": "ppc32", "ppc64le": "ppc64", "s390x": "s390x"}
	got := make(map[string]string)
	for goarch := range want {
		got[goarch] = hostArch(goarch)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("host.arch (-want +got):\n%s", diff)
	}
	if got := osType("dragonfly") + " " + osType("linux"); got != "dragonflybsd linux" {
		t.Errorf("os.type: %s, want dragonflybsd linux", got)
	}
}

func TestProcessNamesThisProcessAndNotItsArguments(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"process.pid":             int64(os.Getpid()),
		"process.executable.name": filepath.Base(exe),
		"process.runtime.name":    "go",
		"process.runtime.version": runtime.Version(),
	}
	if diff := cmp.Diff(want, attrsOf(t.Context(), Process())); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestBuildInfoShowsWhatTheGoCommandWrote(t *testing.T) {
	tests := map[string]struct {
		info debug.BuildInfo
		want map[string]any
	}{
		"release": {
			debug.BuildInfo{GoVersion: "go1.26.1", Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "false"},
			}},
			map[string]any{
				"service.version": "v1.2.3", "go.version": "go1.26.1", "vcs.ref.head.revision": "abc",
				"vcs.time": "2026-01-02T03:04:05Z", "vcs.modified": false,
			},
		},
		"working directory": {
			debug.BuildInfo{GoVersion: "go1.26.1", Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"},
			}},
			map[string]any{"go.version": "go1.26.1", "vcs.ref.head.revision": "abc", "vcs.modified": true},
		},
		"nothing": {debug.BuildInfo{}, map[string]any{"go.version": runtime.Version()}},
	}
	for name, tt := range tests {
		if diff := cmp.Diff(tt.want, attrsOf(t.Context(), static(buildAttrs(&tt.info)...))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := attrsOf(t.Context(), BuildInfo())["go.version"]; got != runtime.Version() {
		t.Errorf("go.version of this program: %v, want %s", got, runtime.Version())
	}
}

func TestRuntimeMeasures(t *testing.T) {
	got := attrsOf(t.Context(), Runtime(0))
	if n, _ := got["go.goroutine.count"].(uint64); n < 1 {
		t.Errorf("go.goroutine.count = %v, want at least 1", got["go.goroutine.count"])
	}
	if n, _ := got["go.memory.used"].(uint64); n < 1<<16 || n > 1<<40 {
		t.Errorf("go.memory.used = %v, want the bytes of a Go program", got["go.memory.used"])
	}
	if s, ok := got["go.cpu.time"].(float64); !ok || s < 0 {
		t.Errorf("go.cpu.time = %v, want seconds", got["go.cpu.time"])
	}
	if len(got) != 3 {
		t.Errorf("attributes %v, want three", got)
	}
}

// wait lets d pass on the clock of a synctest bubble.
func wait(d time.Duration) { <-time.After(d) }

func TestRuntimeMeasuresAtMostOnceInEveryInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var measured atomic.Int64
		s := newSampler(time.Minute, func() []slog.Attr { return []slog.Attr{slog.Int64("n", measured.Add(1))} })
		seen := func() any { return attrsOf(t.Context(), s.enrich)["n"] }
		wait(time.Minute - 1)
		if got := seen(); got != int64(1) {
			t.Errorf("within the first interval: measurement %v, want 1", got)
		}
		wait(1)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { seen() })
		}
		wg.Wait()
		if got := seen(); got != int64(2) {
			t.Errorf("after 20 records at once behind the interval: measurement %v, want 2", got)
		}
		wait(time.Hour)
		if got := seen(); got != int64(3) {
			t.Errorf("after an hour of silence: measurement %v, want 3", got)
		}
		if got := seen(); got != int64(3) {
			t.Errorf("right after that: measurement %v, want 3", got)
		}
	})
}

func TestRecordsGoOnWhileOneMeasures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		first := true
		s := newSampler(time.Second, func() []slog.Attr {
			if first {
				first = false
				return nil
			}
			<-release
			return []slog.Attr{slog.Bool("new", true)}
		})
		wait(time.Second)
		go s.enrich(t.Context(), nil)
		synctest.Wait() // it measures now
		if got := s.enrich(t.Context(), nil); len(got) != 0 {
			t.Errorf("attributes while another record measures: %v, want the old ones", got)
		}
		close(release)
		synctest.Wait()
		if got := s.enrich(t.Context(), nil); len(got) != 1 {
			t.Errorf("attributes afterwards: %v, want the new ones", got)
		}
	})
}

func TestKubernetesReadsTheDownwardAPI(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	const token = "var/run/secrets/kubernetes.io/serviceaccount/namespace"
	tests := map[string]struct {
		env   map[string]string
		files fs.FS
		want  map[string]any
	}{
		"no cluster": {map[string]string{"HOSTNAME": "laptop"}, fstest.MapFS{}, map[string]any{}},
		"variables": {
			map[string]string{"POD_NAMESPACE": "shop", "POD_NAME": "api-1", "NODE_NAME": "n1", "CONTAINER_NAME": "api"},
			fstest.MapFS{"etc/podinfo/name": file("other")},
			map[string]any{"k8s.namespace.name": "shop", "k8s.pod.name": "api-1", "k8s.node.name": "n1", "k8s.container.name": "api"},
		},
		"the more specific variable first": {
			map[string]string{"K8S_POD_NAME": "a", "POD_NAME": "b", "KUBERNETES_POD_NAME": "c"}, fstest.MapFS{},
			map[string]any{"k8s.pod.name": "a"},
		},
		"an empty variable is none": {
			map[string]string{"K8S_POD_NAME": "", "POD_NAME": "b"}, fstest.MapFS{},
			map[string]any{"k8s.pod.name": "b"},
		},
		"files": {
			nil, fstest.MapFS{"etc/podinfo/name": file("api-2\n"), "etc/podinfo/namespace": file("shop"), token: file("other")},
			map[string]any{"k8s.pod.name": "api-2", "k8s.namespace.name": "shop"},
		},
		"host name and service account in a cluster": {
			map[string]string{"HOSTNAME": "api-3", "KUBERNETES_SERVICE_HOST": "10.0.0.1"}, fstest.MapFS{token: file("shop")},
			map[string]any{"k8s.pod.name": "api-3", "k8s.namespace.name": "shop"},
		},
		"files that hold something else": {
			nil, fstest.MapFS{
				"etc/podinfo/name":      file("a=\"b\"\nc=\"d\"\n"),
				"etc/podinfo/namespace": file(strings.Repeat("x", 300)),
				token:                   file("sho\x1bp"),
			},
			map[string]any{},
		},
		"a directory": {nil, fstest.MapFS{"etc/podinfo/name/x": file("y")}, map[string]any{}},
	}
	for name, tt := range tests {
		lookup := func(key string) (string, bool) {
			v, ok := tt.env[key]
			return v, ok
		}
		if diff := cmp.Diff(tt.want, attrsOf(t.Context(), kubernetes(lookup, tt.files))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestKubernetesReadsTheEnvironment(t *testing.T) {
	t.Setenv("K8S_POD_NAME", "api-4")
	if got := attrsOf(t.Context(), Kubernetes())["k8s.pod.name"]; got != "api-4" {
		t.Errorf("k8s.pod.name = %v, want api-4", got)
	}
}

func TestEveryEnricherHasAName(t *testing.T) {
	for _, name := range []string{"build", "context", "host", "kubernetes", "process", "runtime", "trace"} {
		if !slices.Contains(Names(), name) {
			t.Errorf("names %v lack %q", Names(), name)
		}
		newEnricher, ok := Lookup(name)
		if !ok {
			t.Errorf("Lookup(%q) found nothing", name)
			continue
		}
		if newEnricher() == nil {
			t.Errorf("the enricher %q is nil", name)
		}
	}
	if _, ok := Lookup("unknown"); ok {
		t.Error("Lookup of an unknown name found something")
	}
}

func TestLaterRegistrationOfANameCounts(t *testing.T) {
	before := Names()
	t.Cleanup(func() {
		registry.Lock()
		defer registry.Unlock()
		delete(registry.byName, "test")
	})
	for i := range 2 {
		Register("test", func() Enricher { return adds("n", i) })
	}
	newEnricher, ok := Lookup("test")
	if !ok {
		t.Fatal("Lookup found nothing")
	}
	if diff := cmp.Diff(map[string]any{"n": int64(1)}, attrsOf(t.Context(), newEnricher())); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if got := len(Names()); got != len(before)+1 {
		t.Errorf("%d names, want one more than %d", got, len(before))
	}
}

func TestRegistrationWithoutNameOrFuncIsLeftOut(t *testing.T) {
	before := Names()
	stderr := os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = w
	t.Cleanup(func() { os.Stderr = stderr })
	Register("", ContextAttrs)
	Register("nothing", nil)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var buf [4096]byte
	n, err := r.Read(buf[:])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"its name is empty", "nothing", "its func is nil"} {
		if !strings.Contains(string(buf[:n]), want) {
			t.Errorf("standard error %q does not say %q", buf[:n], want)
		}
	}
	if !slices.Equal(before, Names()) {
		t.Errorf("names %v, want %v", Names(), before)
	}
}
