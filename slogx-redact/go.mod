module github.com/slogx-go/slogx/slogx-redact

go 1.26.0

require github.com/slogx-go/slogx/slogx v0.1.0

replace github.com/slogx-go/slogx/slogx => ../slogx
