package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// prettied runs slogx pretty on an input.
func prettied(t *testing.T, input string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"pretty", "-color", "never"}, args...), strings.NewReader(input), &stdout, &stderr)
	if code != exitOK || stderr.Len() > 0 {
		t.Fatalf("exit code %d, standard error %q", code, &stderr)
	}
	return stdout.String()
}

func TestSchemas(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{
			"slog",
			`{"time":"2026-03-04T15:04:05.006789Z","level":"WARN+1","source":{"function":"main.f","file":"/src/app/main.go","line":12},"msg":"m n","logger":"db.pool","b":1,"a":{"x":"y z","n":null}}`,
			`15:04:05.006 WARN+1  app/main.go:12 [db.pool] m n b=1 a.x="y z" a.n=<nil>`,
		},
		{
			"otel",
			`{"timestamp":"2026-03-04T15:04:05.006Z","severity_text":"INFO","severity_number":9,"body":"m","trace_id":"t1","attributes":{"code.function.name":"main.f","code.file.path":"/src/app/main.go","code.line.number":12,"k":1,"g":{"h":2}}}`,
			`15:04:05.006 INFO    app/main.go:12 m trace_id=t1 k=1 g.h=2`,
		},
		{
			"otel without a name",
			`{"severity_number":17,"body":"m","severity_text":"oops"}`,
			`ERROR   m severity_text=oops`,
		},
		{
			"ecs",
			`{"@timestamp":"2026-03-04T15:04:05.006Z","log.level":"error","log.origin.file.name":"/src/app/main.go","log.origin.file.line":12,"message":"m","ecs.version":"8.11.0","log.logger":"db"}`,
			`15:04:05.006 ERROR   app/main.go:12 [db] m ecs.version=8.11.0`,
		},
		{
			"ecs, nested",
			`{"log":{"level":"info","logger":"db","origin":{"file":{"name":"main.go","line":12}},"syslog":{"priority":1}},"message":"m"}`,
			`INFO    main.go:12 [db] m log.syslog.priority=1`,
		},
		{
			"gcp",
			`{"severity":"CRITICAL","message":"m","time":"2026-03-04T15:04:05.006Z","logging.googleapis.com/sourceLocation":{"file":"/src/app/main.go","line":"12","function":"f"},"httpRequest":{"status":200}}`,
			`15:04:05.006 ERROR+4 app/main.go:12 m httpRequest.status=200`,
		},
		{
			"zap",
			`{"level":"info","ts":1772636645.006,"logger":"db","caller":"app/main.go:12","msg":"m","k":[1,{"a":"b c"}]}`,
			`15:04:05.006 INFO    app/main.go:12 [db] m k=[1 {a:"b c"}]`,
		},
		{
			"zerolog and pino",
			`{"level":50,"time":1772636645006,"msg":"m","message":"n","attributes":{"k":1}}`,
			`15:04:05.006 ERROR   m message=n attributes.k=1`,
		},
		{
			"logrus",
			`{"level":"warning","msg":"m","time":"2026-03-04T15:04:05+01:00"}`,
			`15:04:05.000 WARN    m`,
		},
		{
			"numbers as they are written",
			`{"msg":"m","a":1.50,"b":12345678901234567890123,"c":1e400,"time":"noon","level":"loud","d":1,"d":2}`,
			`INFO    m a=1.50 b=12345678901234567890123 c=1e400 time=noon level=loud d=1 d=2`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want+"\n", prettied(t, tt.input+"\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOtherLinesPassThroughEscaped(t *testing.T) {
	input := "panic: boom\r\n\tmain.go:7 \x1b[2J\xff\u202e \"ü\" \\\n\n{\"msg\":\"cut\n{\"msg\":\"m\"} x\n[1]\n" + `{"msg":"a\nb\u001b[2J"}`
	want := "panic: boom\n\tmain.go:7 \\x1b[2J\\xff\\u202e \"ü\" \\\n\n{\"msg\":\"cut\n{\"msg\":\"m\"} x\n[1]\n" + `INFO    "a\nb\x1b[2J"` + "\n"
	if diff := cmp.Diff(want, prettied(t, input, "-level", "error", "-logger", "x")+prettied(t, `{"msg":"a\nb\u001b[2J"}`)); diff != "" {
		t.Error(diff)
	}
}

func TestFilters(t *testing.T) {
	input := `{"level":"debug","msg":"1"}
{"level":"info","msg":"2","logger":"db"}
{"level":"trace","msg":"3","logger":"db.pool"}
{"level":"error","msg":"4","logger":"dbx"}
{"msg":"5"}
`
	for _, tt := range []struct{ args, want string }{
		{"", "12345"}, {"-level debug", "1245"}, {"-level info+1", "4"}, {"-logger db", "23"}, {"-logger db.pool", "3"}, {"-logger db -level info", "2"},
	} {
		var got strings.Builder
		for line := range strings.Lines(prettied(t, input, strings.Fields(tt.args)...)) {
			got.WriteByte(line[len(line)-2])
		}
		if got.String() != tt.want {
			t.Errorf("%q shows %q, want %q", tt.args, &got, tt.want)
		}
	}
}

func TestLongAndDeepLines(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	if got := prettied(t, `{"msg":"m","k":"`+long+`"}`); got != "INFO    m k="+long+"\n" {
		t.Errorf("%d bytes", len(got))
	}
	if got := prettied(t, long); got != long+"\n" {
		t.Errorf("%d bytes", len(got))
	}
	for _, depth := range []int{5000, 1_000_000} {
		if got := prettied(t, strings.Repeat(`{"a":`, depth)+"1"+strings.Repeat("}", depth)); !strings.HasSuffix(got, "\n") || len(got) < 2*depth {
			t.Errorf("depth %d: %d bytes", depth, len(got))
		}
		if got := prettied(t, `{"k":`+strings.Repeat(`[`, depth)+strings.Repeat("]", depth)+"}"); !strings.HasSuffix(got, "\n") {
			t.Errorf("depth %d: %d bytes", depth, len(got))
		}
	}
}

func TestUsage(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for _, tt := range []struct {
		args   string
		code   int
		stdout string
		stderr string
	}{
		{"", exitUsage, "", "usage: slogx"},
		{"help", exitOK, "usage: slogx", ""},
		{"paint", exitUsage, "", `unknown command "paint"`},
		{"pretty -h", exitOK, "", "Lines that are no JSON"},
		{"pretty -level loud", exitUsage, "", "-level"},
		{"pretty -color blue", exitUsage, "", "-color"},
		{"pretty -f", exitUsage, "", "-f needs a file"},
		{"pretty a b", exitUsage, "", "at most one file"},
		{"pretty " + missing, exitError, "", missing},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), strings.Fields(tt.args), strings.NewReader(""), &stdout, &stderr)
		if code != tt.code || !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("%q: exit code %d, %q, %q", tt.args, code, &stdout, &stderr)
		}
	}
}

type brokenPipe struct{ err error }

func (b brokenPipe) Write([]byte) (int, error) { return 0, b.err }

func TestClosedOutputEndsQuietly(t *testing.T) {
	for err, want := range map[error]int{syscall.EPIPE: exitOK, io.ErrClosedPipe: exitOK, errors.New("disk full"): exitError} {
		var stderr bytes.Buffer
		input := strings.Repeat("line\n", 100_000)
		code := run(t.Context(), []string{"pretty"}, strings.NewReader(input), brokenPipe{err}, &stderr)
		if code != want || (want == exitOK) != (stderr.Len() == 0) {
			t.Errorf("%v: exit code %d, %q", err, code, &stderr)
		}
	}
}

func TestSignalEndsAnIdleRead(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	stdin, other := io.Pipe()
	stdout, shown := io.Pipe()
	done := make(chan int)
	go func() { done <- run(ctx, []string{"pretty"}, stdin, shown, io.Discard) }()
	if _, err := io.WriteString(other, "{\"msg\":\"m\"}\n"); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 64)
	if n, err := stdout.Read(line); err != nil || string(line[:n]) != "INFO    m\n" { // though more may follow
		t.Fatalf("%q, %v", line[:n], err)
	}
	cancel()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("a goroutine is left")
		}
	}
}

// newFollower follows a new file with a first content.
func newFollower(ctx context.Context, t *testing.T, content string) (*follower, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	write(t, path, content)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{ctx: ctx, path: path, file: file, interval: time.Millisecond}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, path
}

func write(t *testing.T, path, content string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(content)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, f io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(f, got); err != nil || string(got) != want {
		t.Fatalf("read %q, error %v, want %q", got, err, want)
	}
}

func TestFollowing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, path := newFollower(ctx, t, "one\n")
	expect(t, f, "one\n")
	write(t, path, "tw")
	expect(t, f, "tw")
	write(t, path, "o\nand a long line\n")
	expect(t, f, "o\nand a long line\n")

	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	write(t, path, "three\ncut")
	expect(t, f, "three\ncut")

	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, path+".1", " short") // by a writer that has not noticed yet
	write(t, path, "four\n")
	expect(t, f, " short\nfour\n")

	cancel()
	if n, err := f.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %d bytes, error %v", n, err)
	}
}

func TestFollowEndsWithTheContext(t *testing.T) {
	_, path := newFollower(t.Context(), t, "{\"msg\":\"m\"}\n")
	ctx, cancel := context.WithCancel(t.Context())
	stdout, shown := io.Pipe()
	done := make(chan int)
	go func() { done <- run(ctx, []string{"pretty", "-f", path}, nil, shown, os.Stderr) }()
	expect(t, stdout, "INFO    m\n")
	write(t, path, "{\"msg\":\"n\"}\n")
	expect(t, stdout, "INFO    n\n")
	cancel()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func FuzzPretty(f *testing.F) {
	f.Add([]byte(`{"time":"2026-03-04T15:04:05Z","level":"INFO","msg":"m","a":{"b":[1,null,{"c":"\u001b[2J"}]}}`))
	f.Add([]byte("no json \x1b[2J\xff"))
	f.Add([]byte(`{"":{"":null},"time":1e300,"level":-1,"source":{"file":"\n","line":-1}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.ContainsRune(line, '\n') {
			return
		}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"pretty", "-color", "never"}, bytes.NewReader(line), &stdout, &stderr); code != exitOK {
			t.Fatalf("exit code %d: %s", code, &stderr)
		}
		out := stdout.String()
		if len(line) > 0 && !strings.HasSuffix(out, "\n") {
			t.Fatalf("%q", out)
		}
		if i := strings.IndexFunc(out, func(r rune) bool { return (r < ' ' && r != '\n' && r != '\t') || (r >= 0x7f && r < 0xa0) }); i >= 0 {
			t.Fatalf("control character at %d of %q", i, out)
		}
	})
}
