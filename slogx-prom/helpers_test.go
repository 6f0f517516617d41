package slogxprom

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/slogx-go/slogx/slogx"
)

// build builds a pipeline without an environment whose metrics are in the registry that it returns.
func build(t *testing.T, opts ...slogx.Option) (*slogx.Pipeline, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	p, err := slogx.Build(append([]slogx.Option{slogx.WithLookuper(slogx.MapLookuper(nil)), Metrics(reg)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, p) })
	return p, reg
}

func shutdown(t *testing.T, p *slogx.Pipeline) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// gather returns all series by name and labels. Of a histogram there is the count.
func gather(t *testing.T, g prometheus.Gatherer) map[string]float64 {
	t.Helper()
	series := make(map[string]float64)
	eachMetric(t, g, func(name string, m *dto.Metric) {
		series[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
	})
	return series
}

func eachMetric(t *testing.T, g prometheus.Gatherer, f func(name string, m *dto.Metric)) {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%s", l.GetName(), l.GetValue()))
			}
			name := family.GetName()
			if len(labels) > 0 {
				name += "{" + strings.Join(labels, ",") + "}"
			}
			f(name, m)
		}
	}
}

// only returns the series whose names begin with one of the prefixes.
func only(series map[string]float64, prefixes ...string) map[string]float64 {
	some := make(map[string]float64)
	for name, v := range series {
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) {
				some[name] = v
			}
		}
	}
	return some
}

// sinkFunc is a sink.
type sinkFunc func(slog.Record) error

func (sinkFunc) Enabled(context.Context, slog.Level) bool        { return true }
func (f sinkFunc) Handle(_ context.Context, r slog.Record) error { return f(r) }
func (f sinkFunc) WithAttrs([]slog.Attr) slog.Handler            { return f }
func (f sinkFunc) WithGroup(string) slog.Handler                 { return f }

func ignore(error) {}
