package slogx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slogx-go/slogx/slogx"
)

func TestShutdownOfALogger(t *testing.T) {
	for name, derive := range map[string]func(*slog.Logger) *slog.Logger{
		"itself":                       func(l *slog.Logger) *slog.Logger { return l },
		"derived":                      func(l *slog.Logger) *slog.Logger { return l.With("a", 1).WithGroup("g") },
		"named":                        func(l *slog.Logger) *slog.Logger { return slogx.Named(l, "db") },
		"under a handler that unwraps": func(l *slog.Logger) *slog.Logger { return slog.New(unwrapping{l.WithGroup("g").Handler()}) },
	} {
		for stage, wrap := range map[string]slogx.Option{"plain": {}, "hidden": slogx.WithHandler(slogx.StageSample, hide)} {
			path := filepath.Join(t.TempDir(), "app.log")
			log := slogx.New(environment(env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path, "SLOGX_ASYNC": "true"}), wrap)
			derived := derive(log)
			for range 100 {
				derived.Info("m")
			}
			if err := slogx.Shutdown(t.Context(), derived); err != nil {
				t.Errorf("%s, %s: %v", name, stage, err)
			}
			if n := len(readFile(t, path)); n != 100 {
				t.Errorf("%s, %s: %d of 100 records", name, stage, n)
			}
		}
	}
}

// unwrapping is a handler of somebody else's that unwraps.
type unwrapping struct{ slog.Handler }

func (u unwrapping) Unwrap() slog.Handler { return u.Handler }

func TestNothingToShutDown(t *testing.T) {
	for name, tt := range map[string]struct {
		log  *slog.Logger
		want error
	}{
		"no logger":             {nil, slogx.ErrNothingToShutDown},
		"foreign":               {slog.New(slog.NewJSONHandler(io.Discard, nil)), slogx.ErrNothingToShutDown},
		"ours behind a curtain": {slog.New(opaque{slogx.New(environment(nil)).Handler()}), slogx.ErrNothingToShutDown},
		"synchronous":           {slogx.New(environment(nil)), nil},
		"only a name":           {slogx.Named(slog.New(slog.NewJSONHandler(io.Discard, nil)), "db"), nil},
	} {
		if err := slogx.Shutdown(t.Context(), tt.log); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestShutdownWhileOthersLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	p := build(t, env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path, "SLOGX_ASYNC": "true"}, slogx.WithErrorHandler(quiet))
	var logging, stopping sync.WaitGroup
	stop := make(chan struct{})
	for i := range 8 {
		log := p.Logger().With("g", i)
		started := make(chan struct{})
		logging.Go(func() {
			for n := 0; ; n++ {
				log.Info("m", "n", n)
				switch {
				case n == 100:
					close(started)
				case n > 100:
					select {
					case <-stop:
						return
					default:
					}
				}
			}
		})
		<-started
	}
	for range 4 {
		stopping.Go(func() { shutdown(t, p) })
	}
	stopping.Wait()
	close(stop)
	logging.Wait()
	p.Logger().Info("late")
	st := p.Stats()
	checkBooks(t, st)
	records := readFile(t, path)
	if file := st.Sinks["file"]; file.Delivered != uint64(len(records)) || file.Queued != 0 || file.DroppedTotal() == 0 {
		t.Errorf("%d records in the file, books %+v", len(records), file)
	}
	last := map[any]float64{}
	for _, r := range records { // in order, and without a gap: the file was closed once
		if want := last[r["g"]]; r["n"] != want {
			t.Fatalf("goroutine %v: record %v after %v", r["g"], r["n"], want-1)
		}
		last[r["g"]]++
	}
}

func TestSinkThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		p, err := slogx.Build(environment(env{"SLOGX_ASYNC": "true", "SLOGX_OVERFLOW": "drop_newest", "SLOGX_QUEUE_BYTES": "4KiB"}),
			slogx.WithOutput(writer(func(p []byte) (int, error) {
				<-hang
				return len(p), nil
			})), slogx.WithErrorHandler(quiet))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for range 1000 {
			p.Logger().Info("m")
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the caller waited for %v", took)
		}
		st := p.Stats()
		checkBooks(t, st)
		left := st.Sinks["stdout"].Queued
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start = time.Now()
		err = p.Shutdown(ctx)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("Shutdown took %v, want its 3s", took)
		}
		if err == nil || left == 0 || !strings.Contains(err.Error(), fmt.Sprintf("%d records left", left)) {
			t.Errorf("Shutdown: %v, want an error about %d records", err, left)
		}
		checkBooks(t, p.Stats())
	})
}

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestHangingSinkDoesNotCostTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		path := filepath.Join(t.TempDir(), "app.log")
		p, err := slogx.Build(environment(env{"SLOGX_ASYNC": "true", "SLOGX_SINKS": "stdout,file", "SLOGX_FILE_PATH": path}),
			slogx.WithOutput(writer(func(p []byte) (int, error) {
				<-hang
				return len(p), nil
			})), slogx.WithErrorHandler(quiet))
		if err != nil {
			t.Fatal(err)
		}
		p.Logger().Info("m")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err = p.Shutdown(ctx)
		if err == nil || !strings.Contains(err.Error(), "1 records left") {
			t.Errorf("Shutdown: %v, want an error about 1 record", err)
		}
		if n := len(readFile(t, path)); n != 1 {
			t.Errorf("%d records in the file", n)
		}
	})
}

func TestFlush(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	p := build(t, env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path, "SLOGX_ASYNC": "true"})
	for n := 1; n < 5; n++ {
		p.Logger().Info("m")
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(readFile(t, path)); got != n {
			t.Errorf("%d records after Flush, want %d", got, n)
		}
	}
}
