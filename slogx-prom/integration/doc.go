// Package integration tests slogx-prom against a real Prometheus, and what docs/ has for Prometheus and Grafana.
// It needs prometheus and promtool in the path: on Debian, apt-get install prometheus.
package integration
