module github.com/slogx-go/slogx/slogx-prom

go 1.26

require (
	github.com/slogx-go/slogx/slogx v0.1.0
)

replace github.com/slogx-go/slogx/slogx => ../slogx
