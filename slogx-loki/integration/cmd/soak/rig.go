package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx"
	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	slogxprom "github.com/slogx-go/slogx/slogx-prom"
	slogxredact "github.com/slogx-go/slogx/slogx-redact"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/sample"
)

// The sinks.
const (
	fileSink  = "file"
	spoolSink = "loki" // with a spool
	queueSink = "loki-memory"
	moodySink = "moody"
)

// rig is the pipeline, with what it logs to.
type rig struct {
	pipeline *slogx.Pipeline
	registry *prometheus.Registry
	logs     string // the folder of the log file
	spool    *servers.Receiver
	queue    *servers.Receiver
	mood     *mood

	logged   atomic.Int64 // records, of any level
	faults   map[string]int
	reported atomic.Int64 // errors that the pipeline told of
	found    map[string]counted
}

func newRig(ctx context.Context, s settings) (r *rig, err error) {
	r = &rig{logs: filepath.Join(s.dir, "logs"), registry: prometheus.NewPedanticRegistry(), mood: &mood{}, faults: make(map[string]int)}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	for _, of := range []struct {
		name string
		r    **servers.Receiver
	}{{spoolSink, &r.spool}, {queueSink, &r.queue}} {
		dir := filepath.Join(s.dir, of.name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return r, err
		}
		if *of.r, err = servers.StartReceiver(ctx, dir, &servers.ReceiverOptions{Delay: time.Millisecond}); err != nil {
			return r, err
		}
	}
	report := func(error) { r.reported.Add(1) }
	loki := func(url string) slogxloki.Options {
		return slogxloki.Options{
			URL: url, Service: "soak", Level: lowest, BatchWait: 50 * time.Millisecond, BatchBytes: 256 << 10,
			MinBackoff: 50 * time.Millisecond, MaxBackoff: time.Second, Timeout: 2 * time.Second, OnError: report,
		}
	}
	spooled, queued := loki(r.spool.URL()), loki(r.queue.URL())
	spooled.SpoolDir = filepath.Join(s.dir, "spool")
	queued.QueueBytes = 1 << 20
	withSpool, err := slogxloki.NewHandler(&spooled) //nolint:contextcheck // it waits for nothing
	if err != nil {
		return r, err
	}
	withQueue, err := slogxloki.NewHandler(&queued) //nolint:contextcheck // as above
	if err != nil {
		return r, err
	}
	r.pipeline, err = slogx.Build( //nolint:contextcheck // as above
		slogx.WithLookuper(slogx.MapLookuper(map[string]string{
			"SLOGX_SINKS": fileSink, "SLOGX_FILE_PATH": filepath.Join(r.logs, "app.log"), "SLOGX_FILE_MAX_SIZE": "4MiB",
			"SLOGX_FILE_COMPRESS": "true", "SLOGX_ENRICH": "host,build,process,runtime",
		})),
		slogx.WithAsync(&async.WriterOptions{MaxWait: endWithin, KeepWait: endWithin}), // however busy the machine is
		slogx.WithSink(spoolSink, withSpool),
		slogx.WithSink(queueSink, withQueue),
		slogx.WithSink(moodySink, r.mood, slogx.Queue(&async.Options{Records: 1024, Overflow: async.DropOldest})),
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{Message: often, First: 10, Thereafter: 100, Interval: time.Second}}}),
		slogx.WithTail(nil),
		slogxredact.Redaction(nil),
		slogxprom.Metrics(r.registry),
		slogx.WithErrorHandler(report),
	)
	return r, err
}

const (
	lowest = slog.Level(-16)
	often  = "shelf counted"
	secret = "correct-horse-battery" // the value of a password: nobody may see it
)

// close ends the receivers.
func (r *rig) close() error {
	var errs []error
	for _, s := range []*servers.Receiver{r.spool, r.queue} {
		if s != nil {
			errs = append(errs, s.Kill())
		}
	}
	return errors.Join(errs...)
}

// mood is a sink of records that is well, slow, fails or panics.
type mood struct{ now atomic.Int32 }

const moods = 4

// Enabled implements [slog.Handler].
func (m *mood) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements [slog.Handler].
func (m *mood) Handle(_ context.Context, r slog.Record) error {
	switch m.now.Load() {
	case 1:
		<-time.After(rand.N(2 * time.Millisecond))
	case 2:
		return errors.New("in a bad mood")
	case 3:
		if r.Level >= slog.LevelInfo {
			panic("in a very bad mood") //nolint:forbidigo // it stands for the sinks of others
		}
	}
	return nil
}

// WithAttrs implements [slog.Handler].
func (m *mood) WithAttrs([]slog.Attr) slog.Handler { return m }

// WithGroup implements [slog.Handler].
func (m *mood) WithGroup(string) slog.Handler { return m }

// report prints what happened.
func (r *rig) report(w io.Writer) {
	fmt.Fprintf(w, "\n%d records logged, %d errors told\n\n", r.logged.Load(), r.reported.Load())
	fmt.Fprintln(w, "| fault | times |\n| --- | --- |")
	for _, name := range faultNames {
		fmt.Fprintf(w, "| %s | %d |\n", name, r.faults[name])
	}
	st := r.pipeline.Stats()
	fmt.Fprintln(w, "\n| sink | accepted | delivered | lost, by reason | found there | twice |\n| --- | --- | --- | --- | --- | --- |")
	for _, name := range []string{fileSink, spoolSink, queueSink, moodySink} {
		b, there := st.Sinks[name], r.found[name]
		fmt.Fprintf(w, "| %s | %d | %d | %v | %d | %d |\n", name, b.Accepted, b.Delivered, b.Dropped, there.distinct, there.twice)
	}
	fmt.Fprintf(w, "\nsampled %d, held and let go %d\n", st.Sampled, st.Discarded)
}
