module github.com/slogx-go/slogx/slogx-loki

go 1.26

require github.com/slogx-go/slogx/slogx v0.1.0

require (
	github.com/grafana/loki-client-go v0.0.0-20240913122146-e119d400c3a5 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/sethvargo/go-envconfig v1.4.3 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/slogx-go/slogx/slogx => ../slogx
