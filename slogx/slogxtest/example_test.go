package slogxtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// In a test, t is the *testing.T of the test.
var t = new(testing.T)

func ExampleRecorder() {
	rec := slogxtest.NewRecorder(t)
	log := rec.Logger().With("service", "orders")

	log.WithGroup("request").Info("done", "status", 200)

	for _, r := range rec.Records() {
		status, _ := r.Attr("request.status")
		fmt.Println(r.Level, r.Message, status, r.Attrs)
	}
	// Output:
	// INFO done 200 [service=orders request=[status=200]]
}

func ExampleRecorder_Assert() {
	rec := slogxtest.NewRecorder(t)
	rec.Logger().WithGroup("request").Warn("slow", "took", 2*time.Second)

	fmt.Println(rec.Assert(
		map[string]any{"level": slog.LevelWarn, "msg": "slow", "request": map[string]any{"took": 2 * time.Second}},
	))
	// Output:
	// true
}

func ExampleRecorder_Wait() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	rec := slogxtest.NewRecorder(t)
	go func() {
		rec.Logger().Info("starting")
		rec.Logger().Info("listening", "port", 8080)
	}()

	r, err := rec.Wait(ctx, func(r slogxtest.Record) bool { return r.Message == "listening" })
	fmt.Println(r.Attrs, err)
	// Output:
	// [port=8080] <nil>
}

func ExampleRun() {
	// In the tests of a wrapper, here of chain.Adapt:
	_ = func(t *testing.T) { // TestConformance
		slogxtest.Run(t, func(next slog.Handler) slog.Handler { return chain.Adapt(next) })
	}
}

func ExampleRunSink() {
	// In the tests of an encoder:
	open := func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }
	parse := func(b []byte) (records []map[string]any, err error) {
		for dec := json.NewDecoder(bytes.NewReader(b)); dec.More(); {
			var m map[string]any
			if err := dec.Decode(&m); err != nil {
				return nil, err
			}
			records = append(records, m)
		}
		return records, nil
	}
	_ = func(t *testing.T) { slogxtest.RunSink(t, open, parse) } // TestConformance
}
