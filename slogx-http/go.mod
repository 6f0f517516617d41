module github.com/slogx-go/slogx/slogx-http

go 1.26

require (
	github.com/google/go-cmp v0.7.0
	github.com/slogx-go/slogx/slogx v0.1.0
)

replace github.com/slogx-go/slogx/slogx => ../slogx
