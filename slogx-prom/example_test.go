package slogxprom_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx"
	slogxprom "github.com/slogx-go/slogx/slogx-prom"
	"github.com/slogx-go/slogx/slogx/fanout"
)

func ExampleMetrics() {
	reg := prometheus.NewRegistry() // or nil, and promhttp.Handler() has them
	p, err := slogx.Build(slogxprom.Metrics(reg), slogx.WithOutput(io.Discard))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = p.Shutdown(context.Background()) }()

	p.Logger().Info("served")
	p.Logger().Info("served")
	p.Logger().Error("failed")
	show(reg, "slogx_records_total", "slogx_sink_sent_records_total")
	// Output:
	// slogx_records_total{level="debug"} 0
	// slogx_records_total{level="error"} 1
	// slogx_records_total{level="fatal"} 0
	// slogx_records_total{level="info"} 2
	// slogx_records_total{level="trace"} 0
	// slogx_records_total{level="warn"} 0
	// slogx_sink_sent_records_total{sink="stdout"} 3
}

func ExampleNewHandler() {
	reg := prometheus.NewRegistry()
	h := fanout.NewHandler(
		fanout.Sink{Name: "file", Handler: slog.NewJSONHandler(io.Discard, nil)},
		fanout.Sink{Name: "net", Handler: broken{}, OnError: func(error) {}},
	)
	log := slog.New(slogxprom.NewHandler(h, &slogxprom.Options{Registerer: reg}))

	log.Info("served")
	show(reg, "slogx_sink_accepted_records_total", "slogx_dropped_records_total")
	// Output:
	// slogx_dropped_records_total{reason="closed",sink="file"} 0
	// slogx_dropped_records_total{reason="closed",sink="net"} 0
	// slogx_dropped_records_total{reason="error",sink="file"} 0
	// slogx_dropped_records_total{reason="error",sink="net"} 1
	// slogx_dropped_records_total{reason="panic",sink="file"} 0
	// slogx_dropped_records_total{reason="panic",sink="net"} 0
	// slogx_sink_accepted_records_total{sink="file"} 1
	// slogx_sink_accepted_records_total{sink="net"} 1
}

// broken is a sink that fails.
type broken struct{ slog.Handler }

func (broken) Enabled(context.Context, slog.Level) bool  { return true }
func (broken) Handle(context.Context, slog.Record) error { return errors.New("no route") }
func (b broken) WithAttrs([]slog.Attr) slog.Handler      { return b }
func (b broken) WithGroup(string) slog.Handler           { return b }

// show prints the series of some metrics.
func show(g prometheus.Gatherer, names ...string) {
	families, err := g.Gather()
	if err != nil {
		fmt.Println(err)
	}
	for _, family := range families {
		for _, name := range names {
			if family.GetName() != name {
				continue
			}
			for _, m := range family.GetMetric() {
				labels := ""
				for i, l := range m.GetLabel() {
					if i > 0 {
						labels += ","
					}
					labels += fmt.Sprintf("%s=%q", l.GetName(), l.GetValue())
				}
				fmt.Printf("%s{%s} %v\n", name, labels, m.GetCounter().GetValue())
			}
		}
	}
}
