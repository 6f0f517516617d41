package enrich

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/slogx-go/slogx/slogx/internal/report"
)

var registry = struct {
	sync.RWMutex
	byName map[string]func() Enricher
}{byName: map[string]func() Enricher{
	"build":      BuildInfo,
	"context":    ContextAttrs,
	"host":       Host,
	"kubernetes": Kubernetes,
	"process":    Process,
	"runtime":    func() Enricher { return Runtime(0) },
	"trace":      Trace,
}}

// Register gives an enricher the name by which configuration refers to it (SLOGX_ENRICH). The func is
// called once for each pipeline that wants the enricher. Packages call Register in an init func.
//
// Of two with the same name the later one counts, so that a program can put one of its own in the place
// of one of ours. An empty name or a nil func is reported on standard error, and not registered.
func Register(name string, newEnricher func() Enricher) {
	switch {
	case name == "":
		report.New(nil).Report(errors.New("register an enricher: its name is empty"))
		return
	case newEnricher == nil:
		report.New(nil).Report(fmt.Errorf("register enricher %q: its func is nil", name))
		return
	}
	registry.Lock()
	defer registry.Unlock()
	registry.byName[name] = newEnricher
}

// Lookup returns the func that was registered under name.
func Lookup(name string) (newEnricher func() Enricher, ok bool) {
	registry.RLock()
	defer registry.RUnlock()
	newEnricher, ok = registry.byName[name]
	return newEnricher, ok
}

// Names returns the names that are registered, sorted.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	return slices.Sorted(maps.Keys(registry.byName))
}
