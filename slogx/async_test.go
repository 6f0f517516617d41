package slogx_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// flood logs n records from each of 8 goroutines, and looks at the books meanwhile.
func flood(t *testing.T, p *slogx.Pipeline, n int) {
	t.Helper()
	var logging sync.WaitGroup
	for g := range 8 {
		log := p.Logger().With("g", g)
		logging.Go(func() {
			for i := range n {
				log.Info("m", "i", i)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		logging.Wait()
		close(done)
	}()
	for {
		checkBooks(t, p.Stats())
		select {
		case <-done:
			return
		default:
		}
	}
}

func TestNothingIsLostBehindAQueue(t *testing.T) {
	for name, vars := range map[string]env{
		"production":  {"SLOGX_PRESET": "production", "SLOGX_USE": "-redact"},
		"small queue": {"SLOGX_ASYNC": "true", "SLOGX_QUEUE_BYTES": "4KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var out output
			path := filepath.Join(t.TempDir(), "app.log")
			vars["SLOGX_SINKS"], vars["SLOGX_FILE_PATH"] = "file,stdout", path
			p := build(t, vars, slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON))
			flood(t, p, 500)
			shutdown(t, p)
			want := chain.Stats{Accepted: 4000, Delivered: 4000}
			if diff := cmp.Diff(map[string]chain.Stats{"file": want, "stdout": want}, p.Stats().Sinks); diff != "" {
				t.Errorf("books (-want +got):\n%s", diff)
			}
			for sink, records := range map[string][]map[string]any{"file": readFile(t, path), "stdout": out.records(t)} {
				seen := map[string]bool{}
				for _, r := range records {
					seen[fmt.Sprint(r["g"], "/", r["i"])] = true
				}
				if len(records) != 4000 || len(seen) != 4000 {
					t.Errorf("%s has %d records, %d different ones", sink, len(records), len(seen))
				}
			}
		})
	}
}

func TestQueueSettingsReachTheQueue(t *testing.T) {
	fill := func(vars env, opts ...slogx.Option) chain.Stats {
		hang := make(chan struct{})
		p := build(t, vars, append(opts, slogx.WithErrorHandler(quiet), slogx.WithFormat(slogx.FormatJSON), slogx.WithOutput(writer(func(p []byte) (int, error) {
			<-hang
			return len(p), nil
		})))...)
		for range 2000 {
			p.Logger().Info("m")
		}
		st := p.Stats()
		checkBooks(t, st)
		close(hang)
		return st.Sinks["stdout"]
	}
	small := fill(env{"SLOGX_ASYNC": "1", "SLOGX_OVERFLOW": "drop_newest", "SLOGX_QUEUE_BYTES": "8KiB"})
	large := fill(env{"SLOGX_ASYNC": "1", "SLOGX_OVERFLOW": "drop_newest", "SLOGX_QUEUE_BYTES": "32KiB"})
	if small.Queued == 0 || large.Queued < 3*small.Queued || large.Queued > 5*small.Queued {
		t.Errorf("%d records in 8 KiB, %d in 32 KiB", small.Queued, large.Queued)
	}
	option := fill(env{"SLOGX_ASYNC": "1", "SLOGX_OVERFLOW": "drop_newest", "SLOGX_QUEUE_BYTES": "8KiB"},
		slogx.WithAsync(&async.WriterOptions{Capacity: 32 << 10}))
	if option.Queued != large.Queued || option.Dropped[chain.ReasonQueueFull] == 0 {
		t.Errorf("the option's capacity: %+v, want %d queued by the environment's policy", option, large.Queued)
	}
	// All records are worth keeping, and have the reserved room too.
	kept := fill(env{"SLOGX_ASYNC": "1", "SLOGX_OVERFLOW": "drop_newest", "SLOGX_QUEUE_BYTES": "8KiB", "SLOGX_KEEP": "info"},
		slogx.WithAsync(&async.WriterOptions{KeepWait: -1}))
	if kept.Queued <= small.Queued || kept.Dropped[chain.ReasonKeepTimeout] == 0 {
		t.Errorf("records to keep: %+v", kept)
	}
}

func TestErrorHandlerHearsOfQueues(t *testing.T) {
	broken := errors.New("broken pipe")
	var mu sync.Mutex
	var heard []error
	hear := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, err)
	}
	p := build(t, env{"SLOGX_ASYNC": "true"}, slogx.WithErrorHandler(hear), slogx.WithOutput(writer(func([]byte) (int, error) { return 0, broken })))
	p.Logger().Info("m")
	_ = p.Flush(t.Context()) // it may report what it could not write
	mu.Lock()
	defer mu.Unlock()
	if len(heard) == 0 || !errors.Is(heard[0], broken) {
		t.Errorf("heard %v", heard)
	}
	if err := p.Health(t.Context())["stdout"]; !errors.Is(err, broken) {
		t.Errorf("health: %v", err)
	}
}

func TestPoliciesOverASlowSink(t *testing.T) {
	for _, policy := range []async.Overflow{async.DropNewest, async.DropOldest, async.Sample} {
		release := make(chan struct{})
		s := newSink(func(string) error {
			<-release
			return nil
		})
		p := build(t, env{"SLOGX_QUEUE_SIZE": "16", "SLOGX_OVERFLOW": string(policy)}, slogx.WithErrorHandler(quiet),
			slogx.WithSink("slow", s, slogx.Queue(nil)))
		for range 1000 { // ends, although the sink takes none
			p.Logger().Info("m")
		}
		p.Logger().Error("kept")
		close(release)
		shutdown(t, p)
		st := p.Stats()
		checkBooks(t, st)
		slow := st.Sinks["slow"]
		if got := strings.Join(s.messages(), " "); slow.Accepted != 1001 || slow.Dropped[chain.ReasonQueueFull] < 900 || !strings.Contains(got, "kept") {
			t.Errorf("%s: %+v, and the sink got %s", policy, slow, got)
		}
	}
}

func TestCanceledContextDoesNotCostARecord(t *testing.T) {
	var out output
	p := build(t, env{"SLOGX_ASYNC": "true"}, slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p.Logger().ErrorContext(ctx, "request gone")
	shutdown(t, p)
	if n := len(out.records(t)); n != 1 {
		t.Errorf("%d records", n)
	}
}
