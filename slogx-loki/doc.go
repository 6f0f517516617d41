// Package slogxloki sends records to Grafana Loki, and to servers with its push endpoint, and knows of each
// record whether it arrived.
//
//	h, err := slogxloki.NewHandler(&slogxloki.Options{URL: "http://loki:3100", Service: "shop"})
//	logger := slog.New(h)
//	defer h.Shutdown(ctx)
//
// In a pipeline of package slogx it is one option, [Sink], or, with this package imported, variables:
// SLOGX_SINKS=loki SLOGX_LOKI_URL=http://loki:3100. The handler queues by itself: no queue belongs before it.
//
// # Streams, metadata, lines
//
// Labels stand for streams, of which a server wants few: service_name, environment and instance if they are
// known, those of [Options].Labels, and level, one of trace, debug, info, warn, error and fatal. Nothing of
// a record becomes a label. Ids (see [DefaultMetadata]) are sent as structured metadata; all else is the
// line, JSON as package jsonlog writes it.
//
// The records of a stream are sent in the order in which they were taken, with times that never go back. A
// record that is older than the one before it, and one from the future, gets that one's time, or the present
// one; an identical line at an identical time is a nanosecond later, since a server keeps one only. The line
// has the record's own time.
//
// # Delivery
//
// A record counts as delivered when the server has answered its request with a success. The caller encodes
// it and leaves it in the queue; one goroutine sends batches, one after the other. Lost connections, 429 and
// 5xx are tried again, the same bytes, after a random part of a time that doubles from 500 ms to 5 min, or
// when Retry-After says so. A batch that is too large (413) is halved. Other answers are final: a 400 costs
// the entries that it is about, which a server may not number exactly, and of a batch that may have arrived
// before, 'out of order' means that it did. 401, 403 and redirects, which are not followed, cost the
// batch, unless there is a spool: then it is tried again every 1 to 5 minutes.
//
// # A full queue
//
// By default no caller waits: the oldest records below [Options].Keep are given up, and if there are none the
// oldest. [Options].Overflow offers the other ways of package async. Stats counts all losses, by reason.
//
// # The spool
//
// With [Options].SpoolDir there is no queue in memory: Handle returns when the record is in a file, and the
// file is removed when the server has taken what is in it. So records survive the process, however it ends,
// and are sent after the next start, before newer ones. Of a batch that was on its way in a crash nobody
// knows whether it arrived: it is sent again, the same bytes, which Loki recognizes. A crash of the machine
// costs what was written since the last sync: see [Options].SpoolSync. What is damaged is skipped, set aside
// and counted. A disk that is full costs the records that it has no room for; Handle returns an error then,
// so that a fallback can have them.
//
// # The end
//
// Shutdown delivers what is left. At its deadline it returns an error that says how many records are lost,
// or wait in the spool.
package slogxloki
