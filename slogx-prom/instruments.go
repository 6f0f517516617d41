package slogxprom

import (
	"math"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx/chain"
)

// The names of what the handlers measure; see package chain.
const (
	sentBytes = "slogx_sink_sent_bytes_total"
	retries   = "slogx_sink_retries_total"
	durations = "slogx_sink_request_duration_seconds"
	rotations = "slogx_rotations_total"
)

// instruments are the metrics that the handlers feed while they work. It is the observer of a chain.
type instruments struct {
	counters  map[string]*counter
	durations *prometheus.HistogramVec
	sink      string // of what comes without a name of a sink
}

type counter struct {
	*prometheus.CounterVec

	labels []string
}

var _ chain.Observer = (*instruments)(nil)

// durationBuckets are few: with those of native histograms, which are sent where they are asked for, one
// sees more.
var durationBuckets = []float64{0.1, 1}

func newInstruments() *instruments {
	in := &instruments{counters: make(map[string]*counter), sink: DefaultSink}
	for _, c := range []struct {
		name, help string
		labels     []string
	}{
		{sentBytes, "Bytes that a sink wrote or sent.", []string{"sink"}},
		{retries, "Requests of a sink that were sent again.", []string{"sink"}},
		{rotations, "Changes of the log file for another one.", []string{"sink", "reason", "result"}},
	} {
		opts := prometheus.CounterOpts{Name: c.name, Help: c.help}
		in.counters[c.name] = &counter{prometheus.NewCounterVec(opts, c.labels), c.labels}
	}
	in.durations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    durations,
		Help:    "Time that a write, a record or a request of a sink took.",
		Buckets: durationBuckets, NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100,
	}, []string{"sink", "code"})
	return in
}

// Observe implements [chain.Observer]. What it does not know, or is told wrongly, it leaves out.
func (in *instruments) Observe(name string, value float64, labels ...string) {
	if math.IsNaN(value) || math.IsInf(value, 0) || value < 0 {
		return
	}
	if name == durations {
		if h, err := in.durations.GetMetricWithLabelValues(in.valueOf("sink", labels), class(in.valueOf("code", labels))); err == nil {
			h.Observe(value)
		}
		return
	}
	c := in.counters[name]
	if c == nil {
		return
	}
	var values [3]string
	for i, name := range c.labels {
		values[i] = in.valueOf(name, labels)
	}
	if m, err := c.GetMetricWithLabelValues(values[:len(c.labels)]...); err == nil {
		m.Add(value)
	}
}

// valueOf returns the value of a label.
func (in *instruments) valueOf(name string, labels []string) string {
	for i := 0; i+1 < len(labels); i += 2 {
		if labels[i] == name {
			return label(labels[i+1])
		}
	}
	if name == "sink" {
		return in.sink
	}
	return ""
}

// class returns one of few codes: 2xx, 4xx, 5xx and the like, 429, ok or error.
func class(code string) string {
	switch {
	case code == "ok" || code == "429":
		return code
	case len(code) == 3 && '1' <= code[0] && code[0] <= '5':
		return classes[code[0]-'1']
	default:
		return "error"
	}
}

var classes = [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}

func (in *instruments) describe(ch chan<- *prometheus.Desc) {
	for _, c := range in.counters {
		c.Describe(ch)
	}
	in.durations.Describe(ch)
}

func (in *instruments) collect(ch chan<- prometheus.Metric) {
	for _, c := range in.counters {
		c.Collect(ch)
	}
	in.durations.Collect(ch)
}

// expect has the counters of a sink that sends to a server stand at 0 before it does.
func (in *instruments) expect(sink string) {
	for _, name := range []string{sentBytes, retries} {
		_, _ = in.counters[name].GetMetricWithLabelValues(label(sink))
	}
}
