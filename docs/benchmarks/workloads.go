package main

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// A workload is one log statement in a program.
type workload struct {
	name     string
	derive   func(*slog.Logger) *slog.Logger // what the program did to its logger before; nil for nothing
	log      func(context.Context, *slog.Logger)
	parallel bool // from GOMAXPROCS goroutines at once
}

var workloads = []workload{
	{name: "5 attributes", log: logFive},
	{name: "10 mixed", log: logTenMixed},
	{name: "With(10)+3", derive: withTen, log: logThree},
	{name: "5 parallel", log: logFive, parallel: true},
}

// logger returns the logger that w writes with.
func (w workload) logger(h slog.Handler) *slog.Logger {
	l := slog.New(h)
	if w.derive != nil {
		l = w.derive(l)
	}
	return l
}

var (
	errRefused = errors.New("dial tcp 192.0.2.7:5432: connection refused")
	placed     = time.Date(2026, time.March, 14, 15, 9, 26, 535_897_932, time.UTC)
	tags       = []string{"gift", "express"}
)

// logFive has five attributes: as many as a slog.Record holds without an allocation.
func logFive(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelInfo, "request served",
		slog.String("method", "GET"),
		slog.String("path", "/api/v1/orders/4711"),
		slog.Int("status", 200),
		slog.Duration("elapsed", 1234567*time.Nanosecond),
		slog.Bool("cached", true),
	)
}

// logTenMixed has an attribute of every kind.
func logTenMixed(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelInfo, "order placed",
		slog.String("customer", "Żaneta \"Z\" Müller"),
		slog.Int("items", -3),
		slog.Uint64("order", 18446744073709551615),
		slog.Float64("total", 1234.5),
		slog.Bool("paid", false),
		slog.Duration("elapsed", 1234567*time.Nanosecond),
		slog.Time("placed", placed),
		slog.Any("error", errRefused),
		slog.Any("tags", tags),
		slog.Group("address", slog.String("city", "Kraków"), slog.Int("zip", 30001)),
	)
}

func withTen(l *slog.Logger) *slog.Logger {
	return l.With(
		slog.String("service", "orders"),
		slog.String("version", "1.42.0"),
		slog.String("host", "web-7"),
		slog.Int("pid", 4711),
		slog.Bool("canary", false),
		slog.Float64("weight", 0.25),
		slog.Duration("timeout", 30*time.Second),
		slog.Time("started", placed),
		slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
		slog.String("span_id", "00f067aa0ba902b7"),
	)
}

func logThree(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelInfo, "request served",
		slog.String("path", "/api/v1/orders/4711"),
		slog.Int("status", 200),
		slog.Duration("elapsed", 1234567*time.Nanosecond),
	)
}
