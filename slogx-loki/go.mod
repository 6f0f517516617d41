module github.com/slogx-go/slogx/slogx-loki

go 1.26

require (
	github.com/google/go-cmp v0.7.0
	github.com/klauspost/compress v1.20.4
	github.com/slogx-go/slogx/slogx v0.1.0
	google.golang.org/protobuf v1.36.12
)

require github.com/sethvargo/go-envconfig v1.4.3 // indirect

replace github.com/slogx-go/slogx/slogx => ../slogx
