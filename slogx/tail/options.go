package tail

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
)

// The defaults of [Options].
const (
	DefaultRecords        = 65536
	DefaultBytes          = 64 << 20
	DefaultRequestRecords = 1024
	DefaultRequestBytes   = 1 << 20
)

// Never is above the level of every record. See [Options].Release.
const Never = slog.Level(math.MaxInt)

// Options are the options of [NewHandler]. A nil *Options means the defaults.
type Options struct {
	// Level is the lowest level that is held. Nil means slog.LevelDebug.
	Level slog.Leveler

	// Release is the lowest level of records that pass and release what their request holds. Nil means
	// slog.LevelError; [Never] leaves it to [Buffer.Release].
	Release slog.Leveler

	// RequestRecords and RequestBytes bound what one request holds. Bytes are an estimate of what the records
	// take in memory. 0 means DefaultRequestRecords and DefaultRequestBytes.
	RequestRecords, RequestBytes int

	// Records and Bytes bound what all requests hold together. 0 means DefaultRecords and DefaultBytes.
	Records, Bytes int

	// OnError is told what is wrong with the options. Nil means a line on standard error.
	OnError func(error)
}

// Validate returns what is wrong with o. [NewHandler] takes the defaults for faulty settings.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	for _, limit := range []struct {
		name  string
		value int
	}{
		{"RequestRecords", o.RequestRecords},
		{"RequestBytes", o.RequestBytes},
		{"Records", o.Records},
		{"Bytes", o.Bytes},
	} {
		if limit.value < 0 {
			errs = append(errs, fmt.Errorf("set up tail: %s is %d, want 1 or more, or 0 for the default", limit.name, limit.value))
		}
	}
	if from, release := o.levels(); from.Level() >= release.Level() {
		errs = append(errs, fmt.Errorf("set up tail: Level is %v, want less than Release, %v", from.Level(), release.Level()))
	}
	return errors.Join(errs...)
}

func (o *Options) levels() (from, release slog.Leveler) {
	from, release = o.Level, o.Release
	if from == nil {
		from = slog.LevelDebug
	}
	if release == nil {
		release = slog.LevelError
	}
	return from, release
}

func positive(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}
