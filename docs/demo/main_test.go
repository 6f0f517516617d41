package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// binary is the program itself, built by TestMain.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "slogx-demo-test-")
	if err == nil {
		binary = filepath.Join(dir, "demo.exe") // Windows wants the extension, others do not mind
		err = build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// build builds the program as the test was built, with the race detector or without.
func build() error {
	args := []string{"build", "-o", binary, "."}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = slices.Insert(args, 1, "-race")
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("build the demo: %w\n%s", err, out)
	}
	return nil
}

func TestDemoRunsAndItsBooksAddUp(t *testing.T) {
	out := start(t, nil, "-for", "2s").wait(t)
	requests := number(t, out, `(?m)^(\d+) requests: `)
	if n := number(t, out, `, (\d+) without a response`); requests == 0 || n != 0 {
		t.Errorf("%d requests were sent, %d of them without a response", requests, n)
	}
	records := checkLog(t, out)
	if n := access(records); n != requests {
		t.Errorf("%d access records of %d requests", n, requests)
	}
	for _, want := range []string{"INFO    started", "INFO    [orders] order placed", "WARN    [http] POST /orders", "WARN    [db] slow statement", "sampled=50", "DEBUG   [db] statement"} {
		if !strings.Contains(out, want) {
			t.Errorf("the console does not show %q", want)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("there are colours in a pipe")
	}
}

func TestEnvironmentWinsOverTheDefaultsOfTheDemo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.log")
	out := start(t, []string{
		"SLOGX_FILE_PATH=" + path, "SLOGX_FILE_MAX_SIZE=4KiB", "SLOGX_FILE_COMPRESS=true",
		"SLOGX_SINKS=file", "SLOGX_SERVICE=shop", "SLOGX_SCHEMA=otel", "SLOGX_LEVEL=warn", "SLOGX_LEVELS=db=debug", "SLOGX_ASYNC=no",
	}, "-for", "1s").wait(t)
	if delivered, read := number(t, out, `(?m)^file +\d+ +(\d+)`), number(t, out, `(\d+) records read back`); delivered == 0 || delivered != read {
		t.Errorf("%d records delivered, %d read back from file and backups", delivered, read)
	}
	if backups, err := filepath.Glob(filepath.Join(filepath.Dir(path), "mine-*.log.gz")); err != nil || len(backups) == 0 {
		t.Errorf("no compressed backup (%v)", err)
	}
	for _, r := range readLog(t, path) {
		attributes, _ := r["attributes"].(map[string]any)
		if attributes["service.name"] != "shop" {
			t.Errorf("service.name is not that of the environment: %v", r)
		}
		if r["severity_text"] != "DEBUG" && r["severity_text"] != "WARN" && r["severity_text"] != "ERROR" {
			t.Errorf("a record below WARN: %v", r)
		}
	}
}

func TestWrongSettingEndsTheDemo(t *testing.T) {
	d := start(t, []string{"SLOGX_LEVEL=loud"})
	err := d.cmd.Wait()
	if err == nil || !strings.Contains(d.stderr.String(), `SLOGX_LEVEL="loud"`) {
		t.Errorf("%v: %s", err, d.stderr.String())
	}
}

func TestServeGoesOnUntilItsContextEnds(t *testing.T) {
	t.Setenv("SLOGX_SINKS", "file")
	t.Setenv("SLOGX_FILE_PATH", filepath.Join(t.TempDir(), "orders.jsonl"))
	r, w := io.Pipe()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-serve", "-for", "0s"}, w)
		w.Close()
	}()
	var out strings.Builder
	for lines := bufio.NewScanner(r); lines.Scan(); {
		fmt.Fprintln(&out, lines.Text())
		if strings.Contains(lines.Text(), "listening on") {
			cancel()
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "The books add up") {
		t.Errorf("no books:\n%s", out.String())
	}
}

// demo is the program, running.
type demo struct {
	cmd    *exec.Cmd
	stdout io.Reader
	stderr bytes.Buffer
	out    bytes.Buffer // what was read of stdout
}

// start runs the program in an environment without settings but those given.
func start(t *testing.T, env []string, args ...string) *demo {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	d := &demo{cmd: exec.CommandContext(ctx, binary, args...)}
	d.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "SLOGX_") || strings.HasPrefix(v, "FORCE_COLOR")
	})
	temp := t.TempDir()
	d.cmd.Env = append(d.cmd.Env, "TMPDIR="+temp, "TMP="+temp, "TEMP="+temp)
	d.cmd.Env = append(d.cmd.Env, env...)
	d.cmd.Stderr = &d.stderr
	stdout, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.stdout = io.TeeReader(stdout, &d.out)
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, err := filepath.Glob(filepath.Join(temp, "slogx-demo-db-*")); err != nil || len(left) > 0 {
			t.Errorf("the store left %q behind (%v)", left, err)
		}
	})
	return d
}

// wait reads to the end of the output and returns it. The program must have succeeded.
func (d *demo) wait(t *testing.T) string {
	t.Helper()
	if _, err := io.Copy(io.Discard, d.stdout); err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil || d.stderr.Len() > 0 {
		t.Fatalf("%v\n%s%s", err, d.out.String(), d.stderr.String())
	}
	if out := d.out.String(); !strings.Contains(out, "The books add up") {
		t.Fatalf("no books:\n%s", out)
	}
	return d.out.String()
}

// checkLog reads the log file that out names, and checks that books and file agree, that records carry ids,
// and that no secret got out.
func checkLog(t *testing.T, out string) []map[string]any {
	t.Helper()
	path := regexp.MustCompile(`(?m)^log file: (.+?)\r?$`).FindStringSubmatch(out)
	if path == nil {
		t.Fatalf("no log file:\n%s", out)
	}
	records := readLog(t, path[1])
	for _, column := range []string{`(?m)^file +(\d+)`, `(?m)^file +\d+ +(\d+)`, `(\d+) records read back`} {
		if n := number(t, out, column); n != len(records) {
			t.Errorf("%d in the books (%s), %d records in the file", n, column, len(records))
		}
	}

	traceOf, requestOf := map[any]any{}, map[any]any{}
	for _, r := range records {
		if r["logger"] == nil || r["logger"] == "stock" { // the program's own, in no request
			continue
		}
		request, trace := r["request_id"], r["trace_id"]
		if request == nil || trace == nil || r["span_id"] == nil {
			t.Errorf("a record without ids: %v", r)
			continue
		}
		if other, ok := traceOf[request]; ok && other != trace {
			t.Errorf("request %v has the traces %v and %v", request, trace, other)
		}
		if other, ok := requestOf[trace]; ok && other != request {
			t.Errorf("trace %v has the requests %v and %v", trace, request, other)
		}
		traceOf[request], requestOf[trace] = trace, request
	}
	if n := access(records); n != len(traceOf) {
		t.Errorf("%d access records of %d requests", n, len(traceOf))
	}
	for _, secret := range []string{inBody, inQuery, inCard, inCode, inEmail, inHeader, password} {
		if strings.Contains(out, secret) || strings.Contains(fmt.Sprint(records), secret) {
			t.Errorf("%q was logged", secret)
		}
	}
	return records
}

// readLog returns the records of the file. Each line must be one.
func readLog(t *testing.T, path string) []map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var records []map[string]any
	for line := range bytes.Lines(data) {
		var r map[string]any
		if err := json.Unmarshal(line, &r); err != nil || line[len(line)-1] != '\n' {
			t.Errorf("not a line of JSON (%v): %q", err, line)
		}
		records = append(records, r)
	}
	return records
}

// access returns how many of the records are access records.
func access(records []map[string]any) int {
	n := 0
	for _, r := range records {
		if r["http.response.status_code"] != nil {
			n++
		}
	}
	return n
}

// number returns what the first group of the pattern matches in out.
func number(t *testing.T, out, pattern string) int {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("%s is not in the output:\n%s", pattern, out)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
