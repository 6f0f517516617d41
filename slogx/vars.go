package slogx

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// Var describes an environment variable.
type Var struct {
	Name    string // whole, as in SLOGX_LEVEL
	Default string // as one would write it; empty: none
	Usage   string // one line
}

// RegisterVars tells which variables a package reads, so that they are known and listed. owner is what
// SLOGX_USE or SLOGX_SINKS calls the package. Packages call it in an init func. A variable that was
// registered before keeps its place.
func RegisterVars(owner string, vars ...Var) {
	registry.Lock()
	defer registry.Unlock()
	for _, v := range vars {
		known := slices.ContainsFunc(registry.vars, func(r registeredVar) bool { return r.Name == v.Name })
		if v.Name != "" && !known {
			registry.vars = append(registry.vars, registeredVar{owner, v})
		}
	}
}

type registeredVar struct {
	owner string
	Var
}

// registry is what linked packages registered.
var registry struct {
	sync.RWMutex
	vars       []registeredVar
	sinks      map[string]openSink
	extensions map[string]openExtension
}

// coreVars returns the variables that the core reads.
func coreVars() []Var {
	var vars []Var
	for f := range reflect.TypeFor[config]().Fields() {
		if name := f.Tag.Get("env"); name != "" {
			vars = append(vars, Var{prefix + name, f.Tag.Get("default"), f.Tag.Get("usage")})
		}
	}
	return vars
}

// allVars returns the variables of all that is linked, the core's first.
func allVars() []registeredVar {
	var all []registeredVar
	for _, v := range coreVars() {
		all = append(all, registeredVar{"core", v})
	}
	registry.RLock()
	defer registry.RUnlock()
	return append(all, registry.vars...)
}

// WriteEnv writes a table of the environment variables that the core and the packages linked into the
// program read, with their defaults. It returns the error of w.
func WriteEnv(w io.Writer) error {
	table := []byte("VARIABLE\tOF\tDEFAULT\tUSAGE\n")
	for _, v := range allVars() {
		table = fmt.Appendf(table, "%s\t%s\t%s\t%s\n", v.Name, v.owner, v.Default, v.Usage)
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	if _, err := tw.Write(table); err != nil {
		return err //nolint:wrapcheck // the error of w, as promised
	}
	return tw.Flush() //nolint:wrapcheck // as above
}

// satellites are our packages that are linked by import, by the word that begins their variables.
var satellites = map[string]struct{ folder, role string }{
	"LOKI":   {"slogx-loki", "sink"},
	"REDACT": {"slogx-redact", "extension"},
	"OTEL":   {"slogx-otel", "extension"},
	"PROM":   {"slogx-prom", "extension"},
}

// importOf returns the import path of a satellite, which stands beside the core's.
func importOf(name string) (string, bool) {
	sat, ok := satellites[strings.ToUpper(name)]
	if !ok {
		return "", false
	}
	core := reflect.TypeFor[Pipeline]().PkgPath()
	return core[:strings.LastIndexByte(core, '/')+1] + sat.folder, true
}

// checkNames returns an error for each variable that begins like ours, is set, and is read by nobody.
func checkNames(l Lookuper) []error {
	keyed, ok := l.(interface{ Keys() []string })
	if !ok {
		return nil
	}
	var known []string
	for _, v := range allVars() {
		known = append(known, v.Name)
	}
	var errs []error
	for _, key := range keyed.Keys() {
		if !strings.HasPrefix(key, prefix) || slices.Contains(known, key) {
			continue
		}
		if _, set := (filled{l}).Lookup(key); !set {
			continue
		}
		errs = append(errs, unknownVar(key, known))
	}
	return errs
}

func unknownVar(key string, known []string) error {
	owner, _, _ := strings.Cut(strings.TrimPrefix(key, prefix), "_")
	if path, ok := importOf(owner); ok && !linked(owner) {
		return fmt.Errorf("%s is set, but nothing reads it: import _ %q", key, path)
	}
	if near := nearest(key, known); near != "" {
		return fmt.Errorf("%s is set, but nothing reads it: did you mean %s?", key, near)
	}
	return fmt.Errorf("%s is set, but nothing reads it: slogx env lists the variables", key)
}

// linked reports whether a package registered variables that begin with SLOGX_ and word.
func linked(word string) bool {
	registry.RLock()
	defer registry.RUnlock()
	return slices.ContainsFunc(registry.vars, func(v registeredVar) bool {
		return strings.HasPrefix(v.Name, prefix+word+"_")
	})
}

// nearest returns the one of names that is fewest edits from name, or "" if none is near.
func nearest(name string, names []string) string {
	best, least := "", 4
	for _, n := range names {
		if d := distance(name, n); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is the Levenshtein distance of a and b in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
