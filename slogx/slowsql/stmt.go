package slowsql

import (
	"context"
	"database/sql/driver"
	"time"
)

// stmt is a prepared statement of the driver, with the methods of all optional interfaces, as conn.
type stmt struct {
	bare  driver.Stmt
	conn  *conn
	query string

	preparing time.Duration // how long it took to prepare; 0 from the first execution on
}

// prepared returns the statement that preparing, since begin, gave. There is a record only of an error:
// the time counts as part of the first execution, since a driver without [driver.ExecerContext] prepares
// each statement, and that is one statement still.
func (c *conn) prepared(ctx context.Context, query string, s driver.Stmt, begin time.Duration, err error) (driver.Stmt, error) {
	took := now() - begin
	if err != nil {
		if level, ok := c.log.wants(ctx, took, err); ok {
			c.log.write(&event{ctx: ctx, level: level, query: query, preparing: took, took: took, err: err})
		}
		return s, err
	}
	if s == nil {
		return nil, nil //nolint:nilnil // as the driver does
	}
	w := &stmt{bare: s, conn: c, query: query, preparing: took}
	return withStmt[set(
		is[driver.StmtExecContext](s),
		is[driver.StmtQueryContext](s),
		is[driver.NamedValueChecker](s),
		is[driver.ColumnConverter](s), //nolint:staticcheck // there are drivers that have nothing newer
	)](w), nil
}

func (s *stmt) Close() error  { return s.bare.Close() }
func (s *stmt) NumInput() int { return s.bare.NumInput() }

func (s *stmt) Exec(args []driver.Value) (driver.Result, error) {
	begin := now()
	res, err := s.bare.Exec(args) //nolint:staticcheck // the caller decides for it
	return s.executed(context.Background(), s.conn.log.named(args), res, begin, err)
}

func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	begin := now()
	rs, err := s.bare.Query(args) //nolint:staticcheck // as Exec
	return s.queried(context.Background(), s.conn.log.named(args), rs, begin, err)
}

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	begin := now()
	res, err := s.bare.(driver.StmtExecContext).ExecContext(ctx, args) //nolint:forcetypeassert // withStmt has chosen by it; so below
	return s.executed(ctx, args, res, begin, err)
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	begin := now()
	rs, err := s.bare.(driver.StmtQueryContext).QueryContext(ctx, args) //nolint:forcetypeassert // as above
	return s.queried(ctx, args, rs, begin, err)
}

func (s *stmt) CheckNamedValue(v *driver.NamedValue) error {
	return s.bare.(driver.NamedValueChecker).CheckNamedValue(v) //nolint:forcetypeassert // as above
}

func (s *stmt) ColumnConverter(i int) driver.ValueConverter {
	return s.bare.(driver.ColumnConverter).ColumnConverter(i) //nolint:staticcheck,forcetypeassert // as above
}

func (s *stmt) executed(
	ctx context.Context, args []driver.NamedValue, res driver.Result, begin time.Duration, err error,
) (driver.Result, error) {
	preparing := s.preparing
	s.preparing = 0
	took := now() - begin + preparing
	if level, ok := s.conn.log.wants(ctx, took, err); ok {
		s.conn.log.write(&event{
			ctx: ctx, level: level, query: s.query, args: args, preparing: preparing, took: took, result: res, err: err,
		})
	}
	return res, err
}

func (s *stmt) queried(
	ctx context.Context, args []driver.NamedValue, rs driver.Rows, begin time.Duration, err error,
) (driver.Rows, error) {
	preparing := s.preparing
	s.preparing = 0
	return s.conn.queried(ctx, s.query, args, preparing, rs, begin, err)
}
