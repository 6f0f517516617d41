package slogx_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

// A service sets up its logging once, and shuts it down once.
func Example() {
	p, err := slogx.Build(
		slogx.WithFormat(slogx.FormatText),
		slogx.WithAttrs(slog.String("service.name", "orders")),
		slogx.WithHandler(slogx.StageEnrich, withoutTime),
		slogx.WithLookuper(slogx.MapLookuper(nil)), // not the environment of whoever runs this
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	log := p.Logger()
	ctx := slogx.ContextWithAttrs(context.Background(), slog.String("request_id", "7f3a"))
	slogx.Named(log, "db").WithGroup("query").InfoContext(ctx, "done", "rows", 3)
	// Output: level=INFO msg=done service.name=orders logger=db request_id=7f3a query.rows=3
}

// New is for programs that must log whatever is wrong with their configuration.
func ExampleNew() {
	log := slogx.New(
		slogx.WithHandler(slogx.StageEnrich, withoutTime),
		slogx.WithLookuper(slogx.MapLookuper(map[string]string{"SLOGX_LEVEL": "debug"})),
	)
	log.Debug("ready", "port", 8080)
	if err := slogx.Shutdown(context.Background(), log); err != nil {
		fmt.Println(err)
	}
	// Output: {"level":"DEBUG","msg":"ready","port":8080}
}

// A level by name lasts for a while, and goes back by itself.
func ExamplePipeline_levels() {
	p, err := slogx.Build(
		slogx.WithHandler(slogx.StageEnrich, withoutTime),
		slogx.WithLookuper(slogx.MapLookuper(nil)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	db := slogx.Named(p.Logger(), "db")
	db.Debug("not shown")
	if err := p.Levels().Set("db", slog.LevelDebug, 10*time.Minute); err != nil {
		fmt.Println(err)
	}
	db.Debug("shown")
	// Output: {"level":"DEBUG","msg":"shown","logger":"db"}
}

// A pipeline shows how it is built.
func ExamplePipeline_String() {
	p, err := slogx.Build(slogx.WithLookuper(slogx.MapLookuper(map[string]string{
		"SLOGX_FORMAT": "json",
		"SLOGX_LEVELS": "db=debug",
		"SLOGX_ENRICH": "host",
	})))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p)
	// Output:
	// slogx pipeline, preset default
	//   gate     INFO, db=DEBUG
	//   enrich   context, trace, host
	//   sink     stdout: standard output, json
}

// What net/http logs by itself goes through the pipeline, too.
func ExamplePipeline_Handler() {
	p, err := slogx.Build(
		slogx.WithFormat(slogx.FormatText),
		slogx.WithHandler(slogx.StageEnrich, withoutTime),
		slogx.WithLookuper(slogx.MapLookuper(nil)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	server := &http.Server{
		ReadHeaderTimeout: 5 * time.Second,
		ErrorLog:          slog.NewLogLogger(slogx.Named(p.Logger(), "http").Handler(), slog.LevelWarn),
	}
	server.ErrorLog.Print("http: TLS handshake error from 192.0.2.1:40000: EOF")
	// Output: level=WARN msg="http: TLS handshake error from 192.0.2.1:40000: EOF" logger=http
}

// The last words of a program that crashes are kept, although no handler sees them.
func ExampleCrashOutput() {
	stop, err := slogx.CrashOutput(filepath.Join(os.TempDir(), "example-crash.log"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = stop() }()
	// Output:
}

// withoutTime makes what examples print the same each time.
func withoutTime(next slog.Handler) slog.Handler { return timeless{next} }

type timeless struct{ slog.Handler }

func (t timeless) Handle(ctx context.Context, r slog.Record) error {
	r.Time = time.Time{}
	return t.Handler.Handle(ctx, r)
}

func (t timeless) WithAttrs(attrs []slog.Attr) slog.Handler {
	return timeless{t.Handler.WithAttrs(attrs)}
}

func (t timeless) WithGroup(name string) slog.Handler { return timeless{t.Handler.WithGroup(name)} }

// Debug records are written for the requests that fail, and for no others.
func ExampleWithTail() {
	p, err := slogx.Build(
		slogx.WithTail(nil),
		slogx.WithFormat(slogx.FormatText),
		slogx.WithHandler(slogx.StageEnrich, withoutTime),
		slogx.WithLookuper(slogx.MapLookuper(nil)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	log := p.Logger()
	for _, order := range []int{1, 2} {
		ctx, buf := tail.NewContext(context.Background()) // slogx-http does this for each request
		log.DebugContext(ctx, "looked up", "order", order)
		if order == 2 {
			log.ErrorContext(ctx, "no such order", "order", order)
		}
		buf.Discard() // too late for the second: an ERROR record releases
	}
	// Output:
	// level=DEBUG msg="looked up" order=2
	// level=ERROR msg="no such order" order=2
}

// Sampling changes while the program runs, and goes back by itself.
func ExamplePipeline_sampling() {
	p, err := slogx.Build(
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{MaxLevel: slog.LevelInfo, First: 1, Interval: time.Hour}}}),
		slogx.WithFormat(slogx.FormatText),
		slogx.WithHandler(slogx.StageEnrich, withoutTime),
		slogx.WithLookuper(slogx.MapLookuper(nil)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	log := p.Logger()
	log.Info("tick")
	log.Info("tick")
	if err := p.Sampling().Set(nil, 10*time.Minute); err != nil { // everything, for ten minutes
		fmt.Println(err)
	}
	log.Info("tick")
	fmt.Println("dropped:", p.Stats().Sampled)
	p.Sampling().Reset()
	// Output:
	// level=INFO msg=tick
	// level=INFO msg=tick
	// dropped: 1
}
