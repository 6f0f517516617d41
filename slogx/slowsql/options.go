package slowsql

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// The defaults of [Options].
const (
	DefaultThreshold = 200 * time.Millisecond
	DefaultMaxText   = 2048
	DefaultCache     = 512
)

// Options are the options of [WrapConnector], [WrapDriver] and [Open]. A nil *Options means the defaults.
type Options struct {
	// Logger gets the records. Nil means the one that [slog.Default] returns when a record is written.
	Logger *slog.Logger

	// Threshold is the time from which on a statement is slow, and gets a record of level WARN. Zero means
	// [DefaultThreshold], and less than zero that none is slow; 1, a nanosecond, that all are.
	Threshold time.Duration

	// System is the value of db.system.name, such as "postgresql": it also says how the text of a statement
	// is read. The package documentation has the systems that are known. Empty means guessed from the type
	// of the driver, and "other_sql" where that says nothing.
	System string

	// Namespace is the value of db.namespace, the name of the database. Empty means that there is none.
	Namespace string

	// Args adds the arguments of a statement as db.query.parameter.<name>, or of its position counted from
	// 0; at most the first 100. They are the values that the driver was given, in the open: a redaction
	// handler behind Logger has to know them by their key or by what they look like.
	Args bool

	// OmitError leaves out the error, whose text is the driver's and may quote the statement or a row. Its
	// type and code are written all the same.
	OmitError bool

	// StatusCode returns the code that the database gave with an error, or "" for none. Nil means what
	// the errors of the well-known drivers say; the package documentation has the rule.
	StatusCode func(error) string

	// SkipPackages are paths of packages that are not the caller of a statement, such as
	// "github.com/jmoiron/sqlx": the source of a record is the first frame outside of them, of database/sql
	// and of this package. A path covers the packages below it.
	SkipPackages []string

	// MaxText is the most bytes of db.query.text. Zero means [DefaultMaxText]. A text that is cut ends with "…", which
	// is not counted.
	MaxText int

	// Cache is the number of statements whose text is kept after it was read. Zero means [DefaultCache],
	// less than zero none. A statement of more than 8 KiB is not kept.
	Cache int

	// OnError is told about a panic of Logger or of StatusCode; it may be called by several goroutines.
	// Nil means a line on standard error, at most one in ten seconds.
	OnError func(error)
}

// Validate returns all that is wrong with the options, or nil. The functions of this package do not fail
// because of it: they take the default for what is wrong. A nil *Options is valid.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	if o.MaxText < 0 {
		errs = append(errs, fmt.Errorf("validate slowsql options: MaxText is %d, want 0 or more", o.MaxText))
	}
	for i, path := range o.SkipPackages {
		if path == "" {
			errs = append(errs, fmt.Errorf("validate slowsql options: SkipPackages[%d] is empty, want the path of a package", i))
		}
	}
	return errors.Join(errs...)
}
