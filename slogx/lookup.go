package slogx

import (
	"maps"
	"os"
	"slices"
	"strings"
)

// Lookuper finds the value of an environment variable by its whole name, as os.LookupEnv does. One that
// also has a method Keys() []string is searched for names that nobody knows.
type Lookuper interface {
	Lookup(key string) (string, bool)
}

// MapLookuper returns a Lookuper over a copy of m, for tests and for programs that embed their
// configuration. Names are whole: "SLOGX_LEVEL".
func MapLookuper(m map[string]string) Lookuper { return mapLookuper(maps.Clone(m)) }

type mapLookuper map[string]string

func (m mapLookuper) Lookup(key string) (string, bool) {
	v, ok := m[key]
	return v, ok
}

// Keys returns the names, sorted.
func (m mapLookuper) Keys() []string { return slices.Sorted(maps.Keys(m)) }

// osLookuper is the environment of the process.
type osLookuper struct{}

func (osLookuper) Lookup(key string) (string, bool) { return os.LookupEnv(key) }

func (osLookuper) Keys() []string {
	env := os.Environ()
	keys := make([]string, len(env))
	for i, kv := range env {
		keys[i], _, _ = strings.Cut(kv, "=")
	}
	return keys
}
