module github.com/slogx-go/slogx/docs/benchmarks

go 1.26

require (
	github.com/DeRuina/timberjack v1.4.9
	github.com/google/go-cmp v0.7.0
	github.com/lmittmann/tint v1.2.1
	github.com/phuslu/log v1.0.121
	github.com/rs/zerolog v1.35.1
	github.com/slogx-go/slogx/slogx v0.1.0
	go.uber.org/zap v1.28.0
	go.uber.org/zap/exp v0.3.0
	gopkg.in/natefinch/lumberjack.v2 v2.2.1
)

require (
	github.com/klauspost/compress v1.18.7 // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/sethvargo/go-envconfig v1.4.3 // indirect
	github.com/slogx-go/slogx/slogx-redact v0.1.0
	go.uber.org/multierr v1.10.0 // indirect
	golang.org/x/sys v0.29.0 // indirect
)

replace github.com/slogx-go/slogx/slogx => ../../slogx

replace github.com/slogx-go/slogx/slogx-redact => ../../slogx-redact
