// Command loki measures what sending records to Loki costs: slogxloki, with and without a spool, beside
// samber/slog-loki over grafana/loki-client-go, and beside that client with the same JSON lines as ours.
//
//	go -C docs/benchmarks/loki run . [-rate 20000] [-time 5s] [-records 300000] [-outage 10s] [-unique]
//
// The server is a process of its own that writes each request to a file before it answers. What is lost is
// counted from that file.
package main
