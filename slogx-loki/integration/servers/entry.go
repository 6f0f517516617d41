package servers

import (
	"context"
	"slices"
	"time"
)

// Entry is a record as a server gives it back.
type Entry struct {
	Time     time.Time
	Line     string
	Labels   map[string]string // of its stream; shared by the entries of one
	Metadata map[string]string // structured metadata; on VictoriaLogs with the fields of the line, if it reads these
}

// Server is what all servers here can do.
type Server interface {
	// URL returns the address that records are pushed to.
	URL() string

	// Each calls f for each entry since a time, until f fails. The order is that of the server: see there.
	Each(ctx context.Context, since time.Time, f func(Entry) error) error

	// Start starts the server, on the address and the data that it had before, and waits until it is ready.
	// A server that runs is left alone.
	Start(ctx context.Context) error

	// Stop asks the server to end, and waits until it has. When ctx is done before that, it is killed.
	Stop(ctx context.Context) error

	// Kill ends the server at once, with SIGKILL, and waits until it is gone.
	Kill() error

	// Pause makes the server hang: the system accepts connections, and nobody answers. Resume ends that.
	Pause() error
	Resume() error
}

var (
	_ Server = (*Loki)(nil)
	_ Server = (*VictoriaLogs)(nil)
	_ Server = (*Receiver)(nil)
)

// Entries returns the entries of s since a time in the order of their times.
func Entries(ctx context.Context, s Server, since time.Time) ([]Entry, error) {
	var entries []Entry
	err := s.Each(ctx, since, func(e Entry) error {
		entries = append(entries, e)
		return nil
	})
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.Time.Compare(b.Time) })
	return entries, err
}
