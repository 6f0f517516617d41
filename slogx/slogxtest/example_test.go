package slogxtest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
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

func ExampleRecorder_AssertInOrder() {
	rec := slogxtest.NewRecorder(t)
	log := rec.Logger()
	log.Info("order placed", "order", 1)
	log.Debug("cache miss")
	log.Warn("slow request", slog.Group("request", "status", 200))

	fmt.Println(rec.AssertInOrder(
		slogxtest.Attr("order", 1),
		slogxtest.All(slogxtest.AtLeast(slog.LevelWarn), slogxtest.Attr("request.status", 200)),
	))
	// Output:
	// true
}

func ExampleRecorder_AssertBelow() {
	rec := slogxtest.NewRecorder(t)
	rec.Logger().Info("started")

	fmt.Println("nothing went wrong:", rec.AssertBelow(slog.LevelWarn))
	// Output:
	// nothing went wrong: true
}

func ExampleClock() {
	clock := slogxtest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	log := slog.New(clock.Wrap(slog.NewTextHandler(os.Stdout, nil)))

	log.Info("now")
	clock.Advance(90 * time.Minute)
	log.Info("later")
	// Output:
	// time=2026-01-02T03:04:05.000Z level=INFO msg=now
	// time=2026-01-02T04:34:05.000Z level=INFO msg=later
}

func ExampleFlaky() {
	rec := slogxtest.NewRecorder(t)
	log := slog.New(slogxtest.Flaky(rec, slogxtest.EveryNth(3, errors.New("refused"))))

	for range 9 {
		log.Info("hello")
	}
	fmt.Println(len(rec.Records()), "of 9 arrived")
	// Output:
	// 6 of 9 arrived
}
