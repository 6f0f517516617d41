// Package slogxprom counts what becomes of log records, for Prometheus.
//
//	p, err := slogx.Build(slogxprom.Metrics(nil)) // or SLOGX_USE=prom with the import alone
//	…
//	http.Handle("GET /metrics", promhttp.Handler())
//
// [Metrics] is for a pipeline of package slogx. [NewHandler] is for handlers that are stacked by hand: it counts
// records, and finds the books and the measurements of the handlers behind it.
//
// # The metrics
//
// Counters, unless it says otherwise:
//
//	slogx_records_total{level}                       that the level let through, also those sampled away;
//	                                                 level is trace, debug, info, warn, error or fatal
//	slogx_sampled_records_total                      that sampling dropped, before any sink
//	slogx_redactions_total{rule}                     values that a rule of slogx-redact masked
//
//	slogx_sink_accepted_records_total{sink}          that the sink was given
//	slogx_sink_sent_records_total{sink}              that it wrote, or that its server acknowledged
//	slogx_dropped_records_total{sink,reason}         that it lost; the reasons are those of chain.Stats
//	slogx_queue_records{sink}                        gauge: in memory, those being written among them
//	slogx_queue_bytes{sink}                          gauge: what they take
//	slogx_queue_capacity_records{sink}               gauge: what the queue has room for;
//	slogx_queue_capacity_bytes{sink}                 gauge: a queue has one bound of these, or both
//	slogx_spool_records{sink}                        gauge: on disk, waiting for delivery
//	slogx_spool_bytes{sink}                          gauge: what they take
//	slogx_spool_oldest_record_age_seconds{sink}      gauge: 0 if there is none
//	slogx_spool_corrupt_records_total{sink}          found damaged, which are also among those dropped
//
//	slogx_sink_sent_bytes_total{sink}                that the sink wrote or sent
//	slogx_sink_retries_total{sink}                   requests that were sent again
//	slogx_sink_request_duration_seconds{sink,code}   histogram: of a write, a record or a request; code is ok or
//	                                                 error, and of servers 2xx, 4xx, 429, 5xx
//	slogx_rotations_total{sink,reason,result}        of the log file, by the reasons of package rotate; result is
//	                                                 ok or error
//
// In each scrape the books of a sink add up:
//
//	accepted = sent + dropped + queue_records + spool_records
//
// Where a record goes to two sinks, both accept it. What was rejected by the level is in none of these numbers,
// and what a buffer of package tail holds back is counted when it is released, or never.
//
// # Few series
//
// All levels, and the reasons for which a sink may lose records, stand at 0 from the start, so that an alert sees
// the first one. Other series begin with what they count. Two sinks and the default rules of redaction make at
// most 100 series, whatever happens. For that, the histogram has few buckets; one that is scraped as a native
// histogram has all of them.
//
// # Exemplars
//
// slogx_records_total carries the trace_id and span_id of a record of each level, where its span is sampled: those
// of others lead nowhere. They are sent where they are asked for, in the OpenMetrics format:
//
//	promhttp.HandlerFor(prometheus.DefaultGatherer, promhttp.HandlerOpts{EnableOpenMetrics: true})
//
// # Several pipelines
//
// Metrics of two pipelines in one registry need a label that tells them apart, and that both have:
//
//	audit := prometheus.WrapRegistererWith(prometheus.Labels{"pipeline": "audit"}, prometheus.DefaultRegisterer)
//
// or SLOGX_PROM_LABELS=pipeline=audit. Without one, Build says that the metrics are registered already. A pipeline
// that was shut down keeps its metrics, for a last scrape, until another one registers the same.
//
// # Sinks of your own
//
// A sink keeps its own books if it has a method Stats() chain.Stats; those of others are kept for it. It says how
// full its queue is by Usage() async.Usage, and its spool by Spool() (bytes int64, oldest time.Time). One with a
// method SetObserver(chain.Observer) may measure slogx_sink_sent_bytes_total, slogx_sink_retries_total and
// slogx_sink_request_duration_seconds itself: see package chain. Measurements of other names are left out. The
// observer is that of the pipeline: one that is set later, by Pipeline.SetObserver, takes its place.
//
// A record costs about 30 ns and no allocation.
package slogxprom
