package slogxredact

import (
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestConformance(t *testing.T) {
	slogxtest.Run(t, func(next slog.Handler) slog.Handler { return NewHandler(next, nil) })
}

// With every part in use that looks at paths, nothing of the handler's duties may change.
func TestConformanceWithPaths(t *testing.T) {
	opts := &Options{
		Presets: Presets(), Paths: []string{"never.**.here"},
		Func:   func(string, slog.Value) bool { return false },
		Custom: []Detector{{Name: "mine", Find: func(dst [][2]int, _ string) [][2]int { return dst }}},
	}
	slogxtest.Run(t, Wrap(opts))
}
