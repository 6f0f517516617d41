package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// settings configure the pipeline: the variable of the environment if it is set, otherwise the default
// in the map.
type settings map[string]string

func newSettings() (settings, error) {
	s := settings{
		"SLOGX_SERVICE": "orders",
		"SLOGX_SINKS":   "console,file",
		"SLOGX_ASYNC":   "true",
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
