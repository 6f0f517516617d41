package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"
	"github.com/phuslu/log"
	"github.com/rs/zerolog"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"

	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// A peer is a handler under test.
type peer struct {
	name string
	open func(io.Writer) slog.Handler
}

// An op is a kind of output that peers are compared in. The first peer is the floor, the second ours.
type op struct {
	name  string
	peers []peer
}

const (
	floorPeer = 0
	ourPeer   = 1
)

var ops = []op{
	{name: "JSON", peers: []peer{
		{"floor", newFloor},
		{"slogx", func(w io.Writer) slog.Handler { return jsonlog.NewHandler(w, nil) }},
		{"slog", func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }},
		{"phuslu", func(w io.Writer) slog.Handler { return log.SlogNewJSONHandler(w, nil) }},
		{"zerolog", newZerolog},
		{"zap", newZap},
	}},
	{name: "Console", peers: []peer{
		{"floor", newFloor},
		{"slogx", func(w io.Writer) slog.Handler {
			return console.NewHandler(w, &console.Options{Color: console.Never})
		}},
		{"slog text", func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }},
		{"tint", func(w io.Writer) slog.Handler { return tint.NewTextHandler(w, &tint.Options{NoColor: true}) }},
	}},
}

// zerolog is set up through globals. Its defaults would write less: times in whole seconds.
func init() { //nolint:gochecknoinits // zerolog has no other way
	zerolog.TimeFieldFormat = time.RFC3339Nano
	zerolog.DurationFieldUnit = time.Nanosecond
	zerolog.DurationFieldInteger = true
	zerolog.MessageFieldName = slog.MessageKey
	zerolog.LevelFieldMarshalFunc = func(l zerolog.Level) string {
		switch l {
		case zerolog.InfoLevel: // the only one in the workloads
			return "INFO"
		default:
			return l.String()
		}
	}
}

func newZerolog(w io.Writer) slog.Handler { return zerolog.NewSlogHandler(zerolog.New(w)) }

func newZap(w io.Writer) slog.Handler {
	// AddSync without Lock: every handler here is measured without a lock that it does not bring.
	return zapslog.NewHandler(zapcore.NewCore(zapEncoder(), zapcore.AddSync(w), zapcore.InfoLevel))
}

func zapEncoder() zapcore.Encoder { //nolint:ireturn // as zapcore has it
	return zapcore.NewJSONEncoder(zapcore.EncoderConfig{
		TimeKey:        slog.TimeKey,
		LevelKey:       slog.LevelKey,
		MessageKey:     slog.MessageKey,
		EncodeTime:     zapcore.RFC3339NanoTimeEncoder,
		EncodeLevel:    zapcore.CapitalLevelEncoder,
		EncodeDuration: zapcore.NanosDurationEncoder,
	})
}

// floor is a handler that takes every record and does nothing with it. It is a chain.Handler, so that
// handlers of ours before it hand on what they would hand to an encoder of ours.
type floor struct{}

func newFloor(io.Writer) slog.Handler { return floor{} }

func (floor) Enabled(context.Context, slog.Level) bool  { return true }
func (floor) Handle(context.Context, slog.Record) error { return nil }
func (floor) HandleTop(context.Context, []slog.Attr, slog.Record) error {
	return nil
}
func (h floor) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h floor) WithGroup(string) slog.Handler      { return h }
