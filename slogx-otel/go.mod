module github.com/slogx-go/slogx/slogx-otel

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/slogx-go/slogx/slogx v0.1.0
	go.opentelemetry.io/otel v1.47.0
	go.opentelemetry.io/otel/trace v1.47.0
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/sethvargo/go-envconfig v1.4.3 // indirect
)

replace github.com/slogx-go/slogx/slogx => ../slogx
