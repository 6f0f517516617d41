// Command demo is a small order service that logs through slogx, and the quickest way to see it work:
//
//	go run ./docs/demo
//
// It serves on a free port of this machine, sends itself requests for ten seconds, shows what it logs, writes
// the same as JSON lines to a file, and closes the books: every record that a sink accepted was delivered,
// or counted as lost. Every SLOGX_ variable works.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/slogx-go/slogx/slogx"
	_ "github.com/slogx-go/slogx/slogx-loki"   // SLOGX_SINKS=loki: delivered and acknowledged
	_ "github.com/slogx-go/slogx/slogx-otel"   // SLOGX_USE=otel: ids of the active span
	_ "github.com/slogx-go/slogx/slogx-prom"   // SLOGX_USE=prom: metrics
	_ "github.com/slogx-go/slogx/slogx-redact" // SLOGX_USE=redact: no secret leaves the process
)

// grace is how long requests, and then records on their way, have at the end.
const grace = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run is the program: it returns nil once everything has ended and the books add up.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:0", "serve on this `address`; port 0 is a free one")
	sendFor := flags.Duration("for", 10*time.Second, "send requests for this `long`")
	keep := flags.Bool("serve", false, "then go on serving, until SIGINT or SIGTERM")
	loki := flags.String("loki", "", "send the records also to the Loki at this `URL`; SLOGX_LOKI_URL does the same")
	w3c := flags.Bool("w3c", false, "be the service that the test suite of W3C Trace Context asks for instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *w3c {
		return serveW3C(ctx, *addr, stdout)
	}

	config, err := newSettings(*loki)
	if err != nil {
		return err
	}
	books, err := openBooks(config)
	if err != nil {
		return err
	}
	sampling := slogx.WithSampling(config.sampling())
	pipeline, err := slogx.Build(slogx.WithLookuper(config), sampling) //nolint:contextcheck // it waits for nothing
	if err != nil {
		return fmt.Errorf("set up logging: %w", err)
	}

	sent, err := serve(ctx, pipeline, *addr, *sendFor, *keep, stdout)

	// Logging ends last: nobody is left who logs.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err = errors.Join(err, pipeline.Shutdown(ctx))
	return errors.Join(err, books.close(stdout, pipeline.Stats(), sent))
}

// serve runs the service and its traffic, and returns when the last request is done.
func serve(
	ctx context.Context, pipeline *slogx.Pipeline, addr string, sendFor time.Duration, keep bool, stdout io.Writer,
) (sent tally, err error) {
	log := pipeline.Logger()
	orders, err := openStore(ctx, slogx.Named(log, "db"))
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, orders.close()) }()

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return tally{}, err
	}
	server := &http.Server{
		Handler:           newHandler(pipeline, orders, os.Getenv("DEMO_ADMIN_TOKEN")),
		ErrorLog:          slog.NewLogLogger(slogx.Named(log, "http").Handler(), slog.LevelWarn),
		ReadHeaderTimeout: grace,
	}
	url := "http://" + listener.Addr().String()
	fmt.Fprintf(stdout, "an order service, listening on %s, logging through:\n%v\n\n", url, pipeline)
	log.InfoContext(ctx, "started", "url", url)

	serving, cancel := context.WithCancel(ctx)
	failed := make(chan error, 1)
	var stock sync.WaitGroup
	defer stock.Wait()
	defer cancel()
	stock.Go(func() { watchStock(serving, slogx.Named(log, "stock")) })
	go func() {
		failed <- server.Serve(listener)
		cancel()
	}()
	sent = send(serving, url, sendFor)
	if keep {
		<-serving.Done()
	}
	log.InfoContext(ctx, "stopping", "requests", sent.total())
	ctx, cancelShutdown := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancelShutdown()
	err = server.Shutdown(ctx)
	if serveErr := <-failed; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	return sent, err
}

// watchStock says over and over that all is well, which nobody wants to read: sampling thins it out.
func watchStock(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			log.InfoContext(ctx, "stock checked", "shelves", 12)
		}
	}
}
