// Tests of slogx-loki against real servers. Not in go.work: what they need stays out of the others.
module github.com/slogx-go/slogx/slogx-loki/integration

go 1.26.0

require (
	github.com/gogo/protobuf v1.3.2
	github.com/golang/snappy v1.0.0
	github.com/google/go-cmp v0.7.0
	github.com/grafana/loki/pkg/push v0.0.0-20250630054201-94c0ba7b0952
)

require (
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/sethvargo/go-envconfig v1.4.3 // indirect
)

require (
	github.com/slogx-go/slogx/slogx v0.1.0
	github.com/slogx-go/slogx/slogx-loki v0.1.0
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
