module github.com/slogx-go/slogx/slogx-redact

go 1.26

require (
	github.com/google/go-cmp v0.7.0
	github.com/slogx-go/slogx/slogx v0.1.0
)

require github.com/sethvargo/go-envconfig v1.4.3 // indirect

replace github.com/slogx-go/slogx/slogx => ../slogx
