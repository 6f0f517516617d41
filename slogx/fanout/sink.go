package fanout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Sink is a handler at the end of a chain, and which records it takes.
type Sink struct {
	// Name stands in books, health and errors. Empty means "sink-1" for the first sink, and so on; a
	// name that an earlier sink has is made distinct by a number: "file", "file-2".
	Name string

	// Handler takes the records. Nil means a [slog.TextHandler] on standard error: a mistake in the
	// set-up must not lose records.
	Handler slog.Handler

	// Level is the lowest level that the sink takes. Nil means that Handler alone decides.
	Level slog.Leveler

	// MaxLevel is the highest level that the sink takes. Nil means that there is none.
	MaxLevel slog.Leveler

	// Filter says whether the sink takes a record whose level it takes. It sees the attributes of the
	// record itself, not those of the logger. It is called from many goroutines. Nil means yes.
	Filter func(context.Context, slog.Record) bool

	// NoTail keeps records from the sink that a tail buffer held and then released (see package tail). The
	// others get them even if they are below Level, or Handler is not enabled for them.
	NoTail bool

	// Stats are the books of Handler. Nil means the Stats method of Handler or of a handler below it,
	// or else books that the fan-out keeps.
	Stats func() chain.Stats

	// OnError is told of the sink's errors and panics, at most one each 10 seconds. Nil means a line
	// on standard error.
	OnError func(error)
}

// Validate returns what is wrong with sinks: one without a handler, two of one name, one that takes no
// level. [NewHandler] takes such sinks too, see [Sink].
func Validate(sinks ...Sink) error {
	var errs []error
	seen := make(map[string]bool)
	for i, s := range sinks {
		name := s.Name
		if name == "" {
			name = defaultName(i)
		}
		if seen[name] {
			errs = append(errs, fmt.Errorf("add sink %d: the name %q is taken by an earlier sink", i+1, name))
		}
		seen[name] = true
		if s.Handler == nil {
			errs = append(errs, fmt.Errorf("add sink %q: Handler is nil", name))
		}
		if s.Level != nil && s.MaxLevel != nil && s.MaxLevel.Level() < s.Level.Level() {
			errs = append(errs, fmt.Errorf("add sink %q: MaxLevel %v is below Level %v", name, s.MaxLevel.Level(), s.Level.Level()))
		}
	}
	return errors.Join(errs...)
}

func defaultName(i int) string { return "sink-" + strconv.Itoa(i+1) }

// distinctNames returns the names of sinks, each different. A name that was given wins over one that
// was made.
func distinctNames(sinks []Sink) []string {
	names := make([]string, len(sinks))
	taken := make(map[string]bool)
	for i, s := range sinks {
		if s.Name != "" && !taken[s.Name] {
			names[i], taken[s.Name] = s.Name, true
		}
	}
	for i, s := range sinks {
		if names[i] != "" {
			continue
		}
		name := s.Name
		if name == "" {
			name = defaultName(i)
		}
		base := name
		for n := 2; taken[name]; n++ {
			name = base + "-" + strconv.Itoa(n)
		}
		names[i], taken[name] = name, true
	}
	return names
}
