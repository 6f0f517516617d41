package failover

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// The defaults of [Options].
const (
	DefaultFailures = 5
	DefaultCoolDown = 10 * time.Second
)

// Options are the options of [NewHandler]. A nil *Options means the defaults.
type Options struct {
	// Name stands in errors, where a program has several of these handlers. Empty is fine.
	Name string

	// Failures is how many records in a row the primary must fail at before the breaker opens. 0 means
	// [DefaultFailures].
	Failures int

	// CoolDown is how long the primary is left alone before the next probe. 0 means [DefaultCoolDown].
	CoolDown time.Duration

	// OnError is told that the primary refused a record, that the breaker opened, and that a record was
	// lost, at most one of each every 10 seconds. Nil means a line on standard error.
	OnError func(error)

	// LastResort gets a line of JSON for a record that the fallback failed at, in one Write
	// call. It must be safe for concurrent use, as a file is. Nil means standard error.
	LastResort io.Writer
}

// Validate returns what is wrong with o. [NewHandler] takes the defaults for these settings.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	if o.Failures < 0 {
		errs = append(errs, fmt.Errorf("set up failover: Failures is %d, want at least 1, or 0 for %d", o.Failures, DefaultFailures))
	}
	if o.CoolDown < 0 {
		errs = append(errs, fmt.Errorf("set up failover: CoolDown is %v, want more than 0, or 0 for %v", o.CoolDown, DefaultCoolDown))
	}
	return errors.Join(errs...)
}
