// Package integration tests slogx-loki against real servers: Loki, VictoriaLogs, and a receiver of our own, all in
// processes that are stopped, killed and started again; see package servers.
package integration
