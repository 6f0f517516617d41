// Package integration tests slogx-otel with the SDK of OpenTelemetry, which stays out of the go.mod of its users.
package integration
