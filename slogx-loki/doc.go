// Package slogxloki sends records to Grafana Loki, and to servers with its push endpoint, and knows of each
// record whether it arrived.
package slogxloki
