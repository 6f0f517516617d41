package slogxtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

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
