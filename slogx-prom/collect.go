package slogxprom

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// metric is one whose value is asked for at each scrape.
type metric struct {
	*prometheus.Desc

	kind prometheus.ValueType
}

func newMetric(kind prometheus.ValueType, name, help string, labels ...string) metric {
	return metric{prometheus.NewDesc(name, help, labels, nil), kind}
}

// send sends one series of m. Labels are valid, and so it does not fail.
func (m metric) send(ch chan<- prometheus.Metric, value float64, labels ...string) {
	if pm, err := prometheus.NewConstMetric(m.Desc, m.kind, value, labels...); err == nil {
		ch <- pm
	}
}

// The metrics that are asked for.
var (
	recordsTotal = newMetric(prometheus.CounterValue, "slogx_records_total",
		"Records that the level let through, also those sampled away.", "level")
	sampledTotal = newMetric(prometheus.CounterValue, "slogx_sampled_records_total",
		"Records that sampling dropped before any sink.")
	redactionsTotal = newMetric(prometheus.CounterValue, "slogx_redactions_total",
		"Values that a rule masked.", "rule")

	acceptedTotal = newMetric(prometheus.CounterValue, "slogx_sink_accepted_records_total",
		"Records that a sink was given: those sent, dropped, queued and spooled.", "sink")
	sentTotal = newMetric(prometheus.CounterValue, "slogx_sink_sent_records_total",
		"Records that a sink wrote, or that its server acknowledged.", "sink")
	droppedTotal = newMetric(prometheus.CounterValue, "slogx_dropped_records_total",
		"Records that a sink was given and lost.", "sink", "reason")

	queueRecords = newMetric(prometheus.GaugeValue, "slogx_queue_records",
		"Records of a sink in memory, those being written among them.", "sink")
	queueBytes = newMetric(prometheus.GaugeValue, "slogx_queue_bytes",
		"Bytes that the records in a queue take.", "sink")
	queueCapacityRecords = newMetric(prometheus.GaugeValue, "slogx_queue_capacity_records",
		"Records that a queue has room for.", "sink")
	queueCapacityBytes = newMetric(prometheus.GaugeValue, "slogx_queue_capacity_bytes",
		"Bytes that a queue has room for.", "sink")

	spoolRecords = newMetric(prometheus.GaugeValue, "slogx_spool_records",
		"Records of a sink on disk that wait for delivery.", "sink")
	spoolBytes = newMetric(prometheus.GaugeValue, "slogx_spool_bytes",
		"Bytes that the records in a spool take on disk.", "sink")
	spoolAge = newMetric(prometheus.GaugeValue, "slogx_spool_oldest_record_age_seconds",
		"Age of the oldest record in a spool, 0 if there is none.", "sink")
	spoolCorruptTotal = newMetric(prometheus.CounterValue, "slogx_spool_corrupt_records_total",
		"Records that were found damaged in a spool.", "sink")
)

// Describe implements [prometheus.Collector].
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range []metric{
		recordsTotal, sampledTotal, redactionsTotal, acceptedTotal, sentTotal, droppedTotal,
		queueRecords, queueBytes, queueCapacityRecords, queueCapacityBytes,
		spoolRecords, spoolBytes, spoolAge, spoolCorruptTotal,
	} {
		ch <- m.Desc
	}
	c.instruments.describe(ch)
}

// Collect implements [prometheus.Collector].
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	for i := range c.records {
		l := &c.records[i]
		l.sendWith(ch, prometheus.MustNewConstMetric(recordsTotal.Desc, recordsTotal.kind, float64(l.n.Load()), levelNames[i]))
	}
	c.collectRedactions(ch)
	stats := c.books.stats()
	queues := c.books.queues()
	sampledTotal.send(ch, float64(stats.Sampled))
	for name, st := range stats.Sinks {
		usage, queued := queues[name]
		spool := c.books.spools[name]
		c.collectSink(ch, label(name), st, reasonsOf(queued, spool != nil))
		if queued {
			collectQueue(ch, label(name), usage)
		}
		if spool != nil {
			collectSpool(ch, label(name), st, spool)
		}
	}
	c.instruments.collect(ch)
}

func (c *collector) collectRedactions(ch chan<- prometheus.Metric) {
	hits := make(map[string]uint64)
	for _, r := range c.redacted {
		for rule, n := range r.Stats() {
			hits[label(rule)] += n
		}
	}
	for rule, n := range hits {
		redactionsTotal.send(ch, float64(n), rule)
	}
}

// collectSink sends the books of a sink. reasons stand at 0 until one of them loses a record.
func (c *collector) collectSink(ch chan<- prometheus.Metric, sink string, st chain.Stats, reasons []string) {
	acceptedTotal.send(ch, float64(st.Accepted), sink)
	sentTotal.send(ch, float64(st.Delivered), sink)
	queueRecords.send(ch, float64(st.Queued), sink)
	for _, reason := range reasons {
		if st.Dropped[reason] == 0 {
			droppedTotal.send(ch, 0, sink, reason)
		}
	}
	for reason, n := range st.Dropped {
		if n > 0 {
			droppedTotal.send(ch, float64(n), sink, label(reason))
		}
	}
}

func collectQueue(ch chan<- prometheus.Metric, sink string, u async.Usage) {
	queueBytes.send(ch, float64(u.Bytes), sink)
	if u.RecordsCapacity > 0 {
		queueCapacityRecords.send(ch, float64(u.RecordsCapacity), sink)
	}
	if u.BytesCapacity > 0 {
		queueCapacityBytes.send(ch, float64(u.BytesCapacity), sink)
	}
}

func collectSpool(ch chan<- prometheus.Metric, sink string, st chain.Stats, s spool) {
	bytes, oldest := s.Spool()
	var age time.Duration
	if !oldest.IsZero() {
		age = max(0, time.Since(oldest))
	}
	spoolRecords.send(ch, float64(st.Spooled), sink)
	spoolBytes.send(ch, float64(bytes), sink)
	spoolAge.send(ch, age.Seconds(), sink)
	spoolCorruptTotal.send(ch, float64(st.Dropped[chain.ReasonCorrupt]), sink)
}

// reasonsOf returns the reasons for which a sink may lose records: an alert can only see a counter rise that
// was there before.
func reasonsOf(queued, spooled bool) []string {
	reasons := []string{chain.ReasonError, chain.ReasonPanic, chain.ReasonClosed}
	if queued {
		reasons = append(reasons, chain.ReasonQueueFull, chain.ReasonKeepTimeout, chain.ReasonCanceled,
			chain.ReasonShutdown, chain.ReasonTooLarge)
	}
	if spooled {
		reasons = append(reasons, chain.ReasonRejected, chain.ReasonRetryExhausted, chain.ReasonSpoolFull, chain.ReasonCorrupt)
	}
	return reasons
}
