package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// TestSinkThatEndsItsGoroutine has sinks call runtime.Goexit, as the FailNow of a test does.
func TestSinkThatEndsItsGoroutine(t *testing.T) {
	const records = 100
	exits := func(i int) bool { return i%10 == 3 }
	var took []string
	take := func(msg string) {
		if strings.HasPrefix(msg, "exit") {
			runtime.Goexit()
		}
		took = append(took, msg)
	}
	type queue interface {
		Flush(ctx context.Context) error
		Shutdown(ctx context.Context) error
		Stats() chain.Stats
	}
	for _, tt := range []struct {
		name string
		open func(onError func(error)) (q queue, log func(msg string))
	}{
		{"Handler", func(onError func(error)) (queue, func(string)) {
			h := async.NewHandler(handlerFunc(func(r slog.Record) error {
				take(r.Message)
				return nil
			}), &async.Options{OnError: onError})
			return h, func(msg string) { slog.New(h).Info(msg) }
		}},
		{"Writer", func(onError func(error)) (queue, func(string)) {
			w := async.NewWriter(writerFunc(func(p []byte) (int, error) {
				take(strings.TrimSuffix(string(p), "\n"))
				return len(p), nil
			}), &async.WriterOptions{OnError: onError})
			return w, func(msg string) { _, _ = io.WriteString(w, msg+"\n") }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			took = nil
			reported := 0
			q, log := tt.open(func(error) { reported++ })
			var want []string
			send := func(i int) {
				msg := fmt.Sprint(i)
				if exits(i) {
					msg = "exit " + msg
				} else {
					want = append(want, msg)
				}
				log(msg)
			}
			for i := range records {
				send(i)
				if err := q.Flush(t.Context()); err != nil { // so that each is a batch
					t.Fatal(err)
				}
			}
			if err := q.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() { send(3) }) // straight to the sink: it is the caller's goroutine that ends
			wg.Wait()
			send(4)
			var got []string
			for _, msg := range took {
				if !strings.Contains(msg, "log records lost") {
					got = append(got, msg)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("delivered (-want +got):\n%s", diff)
			}
			books := chain.Stats{Accepted: records + 2, Delivered: uint64(len(want)), Dropped: map[string]uint64{chain.ReasonPanic: records/10 + 1}}
			if diff := cmp.Diff(books, q.Stats()); diff != "" {
				t.Errorf("books (-want +got):\n%s", diff)
			}
			if reported == 0 {
				t.Error("nobody was told")
			}
		})
	}
}

func TestHealthOfASinkThatEndedItsGoroutine(t *testing.T) {
	h := async.NewHandler(handlerFunc(func(slog.Record) error {
		runtime.Goexit()
		return errors.New("never")
	}), &async.Options{OnError: func(error) {}})
	slog.New(h).Info("m")
	if err := h.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := h.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "ended the goroutine") {
		t.Errorf("health %v", err)
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
