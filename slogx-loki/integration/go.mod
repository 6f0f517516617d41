// Tests of slogx-loki against real servers. Not in go.work: what they need stays out of the others.
module github.com/slogx-go/slogx/slogx-loki/integration

go 1.26.0

require (
	github.com/gogo/protobuf v1.3.2
	github.com/golang/snappy v1.0.0
	github.com/google/go-cmp v0.7.0
	github.com/grafana/loki/pkg/push v0.0.0-20250630054201-94c0ba7b0952
	github.com/prometheus/client_golang v1.25.0
	github.com/prometheus/client_model v0.6.3
)

require (
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/sethvargo/go-envconfig v1.4.3 // indirect
)

require (
	github.com/slogx-go/slogx/slogx v0.1.0
	github.com/slogx-go/slogx/slogx-loki v0.1.0
	github.com/slogx-go/slogx/slogx-prom v0.1.0
	github.com/slogx-go/slogx/slogx-redact v0.1.0
	golang.org/x/net v0.61.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/genproto v0.0.0-20230410155749-daa745c078e1 // indirect
	google.golang.org/grpc v1.73.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace (
	github.com/slogx-go/slogx/slogx => ../../slogx
	github.com/slogx-go/slogx/slogx-loki => ../
)

replace github.com/slogx-go/slogx/slogx-prom => ../../slogx-prom

replace github.com/slogx-go/slogx/slogx-redact => ../../slogx-redact
