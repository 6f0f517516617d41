package jsonlog

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Options are the options of [NewHandler]. The first three are those of [slog.HandlerOptions]. A nil
// *Options means the defaults, which are the zero values.
type Options struct {
	// AddSource adds the function, file and line of the log statement.
	AddSource bool

	// Level is the lowest level that Enabled lets through. It is asked for each record, so a
	// [slog.LevelVar] changes it at run time. Nil means slog.LevelInfo.
	Level slog.Leveler

	// ReplaceAttr is called as [slog.JSONHandler] calls it, and sees the keys that slog uses
	// ("time", "level", "msg", "source") under every schema. A key that it leaves alone is then
	// written as the schema spells it. With ReplaceAttr set the handler is slower.
	ReplaceAttr func(groups []string, a slog.Attr) slog.Attr

	// Schema names the keys and the layout. Empty means SchemaSlog.
	Schema Schema

	// GCPProject is the Google Cloud project that owns the traces. SchemaGCP then writes trace ids as
	// projects/<GCPProject>/traces/<id>, which Cloud Logging links. Other schemas ignore it.
	GCPProject string

	// Duplicates says what happens to keys that an object has twice. Empty means KeepAll.
	Duplicates Duplicates

	// MaxRecordBytes bounds a line, its newline included. A longer record keeps time, level, source,
	// message and ids; the attributes that do not fit are cut or left out, and "truncated_bytes" says
	// how many bytes of the line are missing. Zero or less means no bound; values below 512 mean 512.
	MaxRecordBytes int
}

// Schema is a set of names for what a record holds. See the package comment for what each does.
type Schema string

// The schemas.
const (
	SchemaSlog Schema = "slog" // the keys and the layout of slog.JSONHandler
	SchemaOTel Schema = "otel" // OpenTelemetry's log data model
	SchemaECS  Schema = "ecs"  // Elastic Common Schema
	SchemaGCP  Schema = "gcp"  // Google Cloud Logging's structured logs
)

// Duplicates says what happens to keys that an object has twice, which log/slog writes twice.
type Duplicates string

// The ways with duplicate keys.
const (
	KeepAll  Duplicates = "all"  // write them all, as log/slog does; costs nothing
	KeepLast Duplicates = "last" // write the last of each object only: what most parsers would show
)

// minRecordBytes is the least MaxRecordBytes: room for the fields that are always kept.
const minRecordBytes = 512

// Validate returns an error that names each option that [NewHandler] does not understand.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	if _, ok := schemas[o.Schema]; !ok && o.Schema != "" {
		errs = append(errs, fmt.Errorf("jsonlog: Schema %q: want %s, %s, %s or %s",
			string(o.Schema), SchemaSlog, SchemaOTel, SchemaECS, SchemaGCP))
	}
	switch o.Duplicates {
	case "", KeepAll, KeepLast:
	default:
		errs = append(errs, fmt.Errorf("jsonlog: Duplicates %q: want %s or %s", string(o.Duplicates), KeepAll, KeepLast))
	}
	if strings.ContainsAny(o.GCPProject, "/ ") {
		errs = append(errs, fmt.Errorf("jsonlog: GCPProject %q: want a project id such as my-project", o.GCPProject))
	}
	return errors.Join(errs...)
}
