// Package lokiclient sends records through a client of github.com/grafana/loki-client-go, for programs that
// have one. Others want package slogxloki, which needs no client.
//
//	cfg, err := loki.NewDefaultConfig("http://loki:3100/loki/api/v1/push")
//	client, err := loki.New(cfg)
//	h := lokiclient.NewHandler(client, &lokiclient.Options{Service: "shop"})
//	defer client.Stop()
//	defer h.Shutdown(ctx) // first
//
// # Limits
//
// They are the client's. Its Handle method blocks while it retries a batch, for minutes if the server is
// down: the queue of package async keeps that from callers, and gives records up when it is full. The client
// does not say what became of a record: Stats counts as delivered what the client took, also if it is lost
// afterwards, which it is after ten tries, at a status such as 400 (with the whole batch), and when the
// process ends. It does not heed Retry-After. Its Stop waits until it has sent or given up what it holds,
// without a deadline. Used after Stop it blocks for ever: shut the handler down first. It registers metrics
// of its own in Prometheus' default registry, and adds about 16 MB to a program.
package lokiclient
