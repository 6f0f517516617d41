package slowsql

import (
	"context"
	"database/sql/driver"
	"time"
)

// tx is a transaction of the driver. Each of its ends is a statement of its own.
type tx struct {
	bare  driver.Tx
	log   *queryLog
	ctx   context.Context //nolint:containedctx // the ends of a transaction are given none
	begin time.Duration
}

// begun returns the transaction that beginning one, since begin, gave.
func (c *conn) begun(ctx context.Context, t driver.Tx, begin time.Duration, err error) (driver.Tx, error) {
	took := now() - begin
	if level, ok := c.log.wants(ctx, took, err); ok {
		c.log.write(&event{ctx: ctx, level: level, operation: "BEGIN", took: took, err: err})
	}
	if err != nil || t == nil {
		return t, err
	}
	return &tx{t, c.log, ctx, begin}, nil
}

func (t *tx) Commit() error {
	begin := now()
	return t.ended("COMMIT", begin, t.bare.Commit())
}

func (t *tx) Rollback() error {
	begin := now()
	return t.ended("ROLLBACK", begin, t.bare.Rollback())
}

func (t *tx) ended(operation string, begin time.Duration, err error) error {
	end := now()
	if level, ok := t.log.wants(t.ctx, end-begin, err); ok {
		t.log.write(&event{
			ctx: t.ctx, level: level, operation: operation, took: end - begin, transaction: end - t.begin, err: err,
		})
	}
	return err
}
