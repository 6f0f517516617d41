module github.com/slogx-go/slogx/slogx-http/slogxgin

go 1.26

require (
	github.com/slogx-go/slogx/slogx v0.1.0
	github.com/slogx-go/slogx/slogx-http v0.1.0
)

replace github.com/slogx-go/slogx/slogx => ../../slogx
replace github.com/slogx-go/slogx/slogx-http => ..
