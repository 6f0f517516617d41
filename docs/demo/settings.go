package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx/sample"
)

// settings configure the pipeline: the variable of the environment if it is set, otherwise the default
// in the map.
type settings map[string]string

// newSettings returns the demo's own. Loki is a sink if there is a URL for it.
func newSettings(loki string) (settings, error) {
	s := settings{
		"SLOGX_SERVICE":          "orders",
		"SLOGX_SINKS":            "console,file",
		"SLOGX_ASYNC":            "true",
		"SLOGX_USE":              "redact,prom,otel",
		"SLOGX_REDACT_PRESETS":   "credentials,pci",
		"SLOGX_REDACT_DETECTORS": "email",
		"SLOGX_TAIL_LEVEL":       "debug", // the statements of a request that fails are written, too
	}
	if loki != "" {
		s["SLOGX_LOKI_URL"] = loki
	}
	if _, ok := s.Lookup("SLOGX_LOKI_URL"); ok {
		s["SLOGX_SINKS"] += ",loki"
	}
	if _, ok := s.Lookup("SLOGX_FILE_PATH"); !ok {
		dir, err := os.MkdirTemp("", "slogx-demo-")
		if err != nil {
			return nil, fmt.Errorf("make a directory for the log file: %w", err)
		}
		s["SLOGX_FILE_PATH"] = filepath.Join(dir, "orders.jsonl")
	}
	return s, nil
}

// sampling thins out what the stock keeps saying, unless the environment says what to sample.
func (s settings) sampling() *sample.Options {
	for _, name := range s.Keys() {
		if _, set := s.Lookup(name); set && strings.HasPrefix(name, "SLOGX_SAMPLE_") {
			return nil
		}
	}
	return &sample.Options{
		Rules:  []sample.Rule{{Logger: "stock", First: 1, Thereafter: 50, Interval: time.Minute}},
		Weight: true,
	}
}

// Lookup returns the value of a variable. An empty one counts as not set.
func (s settings) Lookup(name string) (string, bool) {
	if v := os.Getenv(name); v != "" {
		return v, true
	}
	v, ok := s[name]
	return v, ok
}

// Keys returns the names of all variables, so that slogx finds those that are misspelt.
func (s settings) Keys() []string {
	names := slices.Collect(maps.Keys(s))
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	return names
}
