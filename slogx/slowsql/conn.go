package slowsql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
)

// conn is a connection of the driver, with the methods of all optional interfaces. withConn makes of it the
// wrapper that has those which the driver's connection has, of the ones whose absence package sql notices. One
// goroutine at a time uses it, as package driver says.
type conn struct {
	bare driver.Conn
	log  *queryLog

	execer  driver.ExecerContext  // bare, or nil; here to save the type assertion
	queryer driver.QueryerContext // as execer

	rowsType reflect.Type            // of the last query
	withRows func(*rows) driver.Rows // makes the wrapper of rows of that type
}

func wrapConn(c driver.Conn, log *queryLog) driver.Conn {
	if c == nil {
		return nil
	}
	return withConn[set(
		is[driver.ExecerContext](c),
		is[driver.Execer](c), //nolint:staticcheck // there are drivers that have nothing newer
		is[driver.QueryerContext](c),
		is[driver.Queryer](c), //nolint:staticcheck // as Execer
		is[driver.NamedValueChecker](c),
		is[driver.SessionResetter](c), // package sql keeps a connection after the rollback of a context that ended
		is[driver.Validator](c),       // if it is both of these
	)](newConn(c, log))
}

func newConn(c driver.Conn, log *queryLog) *conn {
	w := &conn{bare: c, log: log}
	w.execer, _ = c.(driver.ExecerContext)
	w.queryer, _ = c.(driver.QueryerContext)
	return w
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// set returns the bits of members, the first of them the lowest.
func set(members ...bool) (bits int) {
	for i, in := range members {
		if in {
			bits |= 1 << i
		}
	}
	return bits
}

func (c *conn) Prepare(query string) (driver.Stmt, error) {
	begin := now()
	s, err := c.bare.Prepare(query)
	return c.prepared(context.Background(), query, s, begin, err)
}

// PrepareContext does without the driver's what package sql does then; so do BeginTx and Ping.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	begin := now()
	if p, ok := c.bare.(driver.ConnPrepareContext); ok {
		s, err := p.PrepareContext(ctx, query)
		return c.prepared(ctx, query, s, begin, err)
	}
	bare, err := c.bare.Prepare(query)
	s, err := c.prepared(ctx, query, bare, begin, err)
	if err == nil && ctx.Err() != nil {
		_ = s.Close()
		return nil, ctx.Err()
	}
	return s, err
}

func (c *conn) Close() error { return c.bare.Close() }

func (c *conn) Begin() (driver.Tx, error) {
	begin := now()
	tx, err := c.bare.Begin() //nolint:staticcheck // the caller decides for it
	return c.begun(context.Background(), tx, begin, err)
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	begin := now()
	if b, ok := c.bare.(driver.ConnBeginTx); ok {
		tx, err := b.BeginTx(ctx, opts)
		return c.begun(ctx, tx, begin, err)
	}
	if opts.Isolation != driver.IsolationLevel(sql.LevelDefault) {
		return nil, errors.New("sql: driver does not support non-default isolation level")
	}
	if opts.ReadOnly {
		return nil, errors.New("sql: driver does not support read-only transactions")
	}
	bare, err := c.bare.Begin() //nolint:staticcheck // there are drivers that have nothing newer
	tx, err := c.begun(ctx, bare, begin, err)
	if err == nil && ctx.Err() != nil {
		_ = tx.Rollback()
		return nil, ctx.Err()
	}
	return tx, err
}

func (c *conn) Ping(ctx context.Context) error {
	if p, ok := c.bare.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

func (c *conn) ResetSession(ctx context.Context) error {
	return c.bare.(driver.SessionResetter).ResetSession(ctx) //nolint:forcetypeassert // withConn has chosen by it; so below
}

func (c *conn) IsValid() bool {
	return c.bare.(driver.Validator).IsValid() //nolint:forcetypeassert // as above
}

func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	return c.bare.(driver.NamedValueChecker).CheckNamedValue(v) //nolint:forcetypeassert // as above
}

func (c *conn) unwrap() any { return c.bare }

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	begin := now()
	res, err := c.execer.ExecContext(ctx, query, args)
	if skipped(err) {
		return res, err
	}
	took := now() - begin
	if level, ok := c.log.wants(ctx, took, err); ok {
		c.log.write(&event{ctx: ctx, level: level, query: query, args: args, took: took, result: res, err: err})
	}
	return res, err
}

func (c *conn) Exec(query string, args []driver.Value) (driver.Result, error) {
	begin := now()
	res, err := c.bare.(driver.Execer).Exec(query, args) //nolint:staticcheck,forcetypeassert // as above
	if skipped(err) {
		return res, err
	}
	took := now() - begin
	ctx := context.Background()
	if level, ok := c.log.wants(ctx, took, err); ok {
		c.log.write(&event{ctx: ctx, level: level, query: query, args: c.log.named(args), took: took, result: res, err: err})
	}
	return res, err
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	begin := now()
	rs, err := c.queryer.QueryContext(ctx, query, args)
	if skipped(err) {
		return rs, err
	}
	return c.queried(ctx, query, args, 0, rs, begin, err)
}

func (c *conn) Query(query string, args []driver.Value) (driver.Rows, error) {
	begin := now()
	rs, err := c.bare.(driver.Queryer).Query(query, args) //nolint:staticcheck,forcetypeassert // as above
	if skipped(err) {
		return rs, err
	}
	return c.queried(context.Background(), query, c.log.named(args), 0, rs, begin, err)
}

// skipped reports whether a connection sends package sql to a prepared statement, which then is the one
// that counts.
func skipped(err error) bool {
	return err == driver.ErrSkip //nolint:errorlint // as package sql compares it
}
