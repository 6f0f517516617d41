module github.com/slogx-go/slogx/docs/demo

go 1.26.0

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/google/go-cmp v0.7.0
	github.com/prometheus/client_golang v1.25.0
	github.com/slogx-go/slogx/slogx v0.1.0
	go.opentelemetry.io/otel v1.47.0
	go.opentelemetry.io/otel/sdk v1.47.0
	modernc.org/sqlite v1.62.0
)

require (
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/otel/log v1.47.0 // indirect
	go.opentelemetry.io/otel/metric v1.47.0 // indirect
	go.opentelemetry.io/otel/trace v1.47.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

require (
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/sethvargo/go-envconfig v1.4.3 // indirect
	github.com/slogx-go/slogx/slogx-http v0.1.0
	github.com/slogx-go/slogx/slogx-loki v0.1.0
	github.com/slogx-go/slogx/slogx-otel v0.1.0
	github.com/slogx-go/slogx/slogx-prom v0.1.0
	github.com/slogx-go/slogx/slogx-redact v0.1.0
	golang.org/x/sys v0.49.0 // indirect
	modernc.org/libc v1.80.1 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)

replace github.com/slogx-go/slogx/slogx => ../../slogx

replace github.com/slogx-go/slogx/slogx-http => ../../slogx-http

replace github.com/slogx-go/slogx/slogx-otel => ../../slogx-otel

replace github.com/slogx-go/slogx/slogx-prom => ../../slogx-prom

replace github.com/slogx-go/slogx/slogx-redact => ../../slogx-redact

replace github.com/slogx-go/slogx/slogx-loki => ../../slogx-loki
