package slowsql

import (
	"context"
	"database/sql/driver"
	"reflect"
)

// conn is a connection of the driver. Its methods in lower case are those of the optional interfaces,
// which withConn gives the wrapper that the driver's connection has them for. One goroutine at a time
// uses it, as package driver says. The short ones are not inlined: there are a thousand wrappers.
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
		is[driver.Pinger](c),
		is[driver.ExecerContext](c),
		is[driver.Execer](c), //nolint:staticcheck // there are drivers that have nothing newer
		is[driver.QueryerContext](c),
		is[driver.Queryer](c), //nolint:staticcheck // as Execer
		is[driver.ConnPrepareContext](c),
		is[driver.ConnBeginTx](c),
		is[driver.SessionResetter](c),
		is[driver.Validator](c),
		is[driver.NamedValueChecker](c),
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

//go:noinline
func (c *conn) Close() error { return c.bare.Close() }

func (c *conn) Begin() (driver.Tx, error) {
	begin := now()
	tx, err := c.bare.Begin() //nolint:staticcheck // the caller decides for it
	return c.begun(context.Background(), tx, begin, err)
}

//go:noinline
func (c *conn) unwrap() any { return c.bare }

//go:noinline
func (c *conn) ping(ctx context.Context) error {
	return c.bare.(driver.Pinger).Ping(ctx) //nolint:forcetypeassert // withConn has chosen by it; so below
}

func (c *conn) execContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
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

func (c *conn) exec(query string, args []driver.Value) (driver.Result, error) {
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

func (c *conn) queryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	begin := now()
	rs, err := c.queryer.QueryContext(ctx, query, args)
	if skipped(err) {
		return rs, err
	}
	return c.queried(ctx, query, args, 0, rs, begin, err)
}

func (c *conn) query(query string, args []driver.Value) (driver.Rows, error) {
	begin := now()
	rs, err := c.bare.(driver.Queryer).Query(query, args) //nolint:staticcheck,forcetypeassert // as above
	if skipped(err) {
		return rs, err
	}
	return c.queried(context.Background(), query, c.log.named(args), 0, rs, begin, err)
}

func (c *conn) prepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	begin := now()
	s, err := c.bare.(driver.ConnPrepareContext).PrepareContext(ctx, query) //nolint:forcetypeassert // as above
	return c.prepared(ctx, query, s, begin, err)
}

func (c *conn) beginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	begin := now()
	tx, err := c.bare.(driver.ConnBeginTx).BeginTx(ctx, opts) //nolint:forcetypeassert // as above
	return c.begun(ctx, tx, begin, err)
}

//go:noinline
func (c *conn) resetSession(ctx context.Context) error {
	return c.bare.(driver.SessionResetter).ResetSession(ctx) //nolint:forcetypeassert // as above
}

//go:noinline
func (c *conn) isValid() bool {
	return c.bare.(driver.Validator).IsValid() //nolint:forcetypeassert // as above
}

//go:noinline
func (c *conn) checkNamedValue(v *driver.NamedValue) error {
	return c.bare.(driver.NamedValueChecker).CheckNamedValue(v) //nolint:forcetypeassert // as above
}

// skipped reports whether a connection sends package sql to a prepared statement, which then is the one
// that counts.
func skipped(err error) bool {
	return err == driver.ErrSkip //nolint:errorlint // as package sql compares it
}
