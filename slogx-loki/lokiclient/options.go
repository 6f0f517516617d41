package lokiclient

import (
	"log/slog"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// Options are the options of [NewHandler]. A nil *Options means the defaults.
type Options struct {
	// Labels are sent with every record, beside those of the client's own settings. Names are mapped as
	// slogxloki does. "level" is set by the handler.
	Labels map[string]string

	// Service is the label service_name. Empty means unknown_service with the program's name.
	Service string

	// NoMetadata leaves ids in the line. Otherwise those of slogxloki.DefaultMetadata that stand at the top
	// level of a record, as enrichers of a slogx pipeline put them, are sent as structured metadata.
	NoMetadata bool

	// Level is the lowest level that is sent. It is asked for each record. Nil means INFO.
	Level slog.Leveler

	// AddSource, Schema and GCPProject are for the line, as in [jsonlog.Options].
	AddSource  bool
	Schema     jsonlog.Schema
	GCPProject string

	// Queue is for the queue that keeps the client's waits from callers. Nil means the defaults of package
	// async, but for Overflow: [async.DropOldest].
	Queue *async.Options
}
