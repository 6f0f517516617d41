package slowsql

import (
	"context"
	"database/sql/driver"
	"io"
	"reflect"
	"time"
)

// rows are the rows of a statement, whose record is written when they are closed. It has the methods of all
// optional interfaces, as conn has.
type rows struct {
	bare      driver.Rows
	log       *queryLog
	ctx       context.Context //nolint:containedctx // the record is written with the context of the statement
	query     string
	preparing time.Duration
	begin     time.Duration // when the statement began
	answered  time.Duration // when the driver returned the rows
	read      int64
	end       error // what Next or NextResultSet ended with
	early     *early
	closed    bool
}

// early is what a record needs and what is gone when the rows are closed.
type early struct {
	args []driver.NamedValue
	pc   uintptr
}

// queried returns the rows that a query, since begin, gave.
func (c *conn) queried(
	ctx context.Context, query string, args []driver.NamedValue, preparing time.Duration, rs driver.Rows, begin time.Duration, err error,
) (driver.Rows, error) {
	answered := now()
	took := answered - begin + preparing
	if err != nil {
		if level, ok := c.log.wants(ctx, took, err); ok {
			c.log.write(&event{ctx: ctx, level: level, query: query, args: args, preparing: preparing, took: took, err: err})
		}
		return rs, err
	}
	if rs == nil {
		return nil, nil //nolint:nilnil // as the driver does
	}
	w := &rows{bare: rs, log: c.log, ctx: ctx, query: query, preparing: preparing, begin: begin, answered: answered}
	if slow := c.log.slow(took); slow || c.log.args && len(args) > 0 {
		w.early = &early{args: c.log.keep(args)}
		if slow { // there will be a record, and this is the better place
			w.early.pc = c.log.caller()
		}
	}
	if t := reflect.TypeOf(rs); t != c.rowsType { // a driver has one type of rows, rarely two
		c.rowsType, c.withRows = t, wrapRows(rs)
	}
	return c.withRows(w), nil
}

func (r *rows) Columns() []string { return r.bare.Columns() }

func (r *rows) Next(dest []driver.Value) error { return r.next(r.bare.Next(dest)) }

// next counts a row, or keeps what the rows ended with.
func (r *rows) next(err error) error {
	if err == nil {
		r.read++
	} else {
		r.end = err
	}
	return err
}

// Close closes the rows and writes the record. The statement took until then: the connection is busy with
// it, and some drivers do the work row by row.
func (r *rows) Close() error {
	err := r.bare.Close()
	if r.closed {
		return err
	}
	r.closed = true
	end := now()
	took := end - r.begin + r.preparing
	failure := r.failure(err)
	level, ok := r.log.wants(r.ctx, took, failure)
	if !ok {
		return err
	}
	e := event{
		ctx: r.ctx, level: level, query: r.query, preparing: r.preparing, took: took,
		isQuery: true, reading: end - r.answered, read: r.read, err: failure,
	}
	if r.early != nil {
		e.args, e.pc = r.early.args, r.early.pc
	}
	r.log.write(&e)
	return err
}

// failure returns the error that the rows, closed with err, have for their reader, or nil.
func (r *rows) failure(err error) error {
	switch {
	case r.end != nil && r.end != io.EOF: //nolint:errorlint // as package sql compares it
		return r.end
	case err == nil && r.end == nil && r.ctx.Err() != nil && r.log.caller() == 0:
		return r.ctx.Err() // for which package sql has closed them
	default:
		return err
	}
}

func (r *rows) HasNextResultSet() bool {
	return r.bare.(driver.RowsNextResultSet).HasNextResultSet() //nolint:forcetypeassert // withRows has chosen by it; so below
}

func (r *rows) NextResultSet() error {
	r.end = r.bare.(driver.RowsNextResultSet).NextResultSet() //nolint:forcetypeassert // as above
	return r.end
}

// ColumnTypeScanType returns without the driver's what package sql assumes then; so do the methods below.
func (r *rows) ColumnTypeScanType(i int) reflect.Type {
	if t, ok := r.bare.(driver.RowsColumnTypeScanType); ok {
		return t.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}

func (r *rows) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := r.bare.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return t.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

func (r *rows) ColumnTypeLength(i int) (length int64, ok bool) {
	if t, ok := r.bare.(driver.RowsColumnTypeLength); ok {
		return t.ColumnTypeLength(i)
	}
	return 0, false
}

func (r *rows) ColumnTypeNullable(i int) (nullable, ok bool) {
	if t, ok := r.bare.(driver.RowsColumnTypeNullable); ok {
		return t.ColumnTypeNullable(i)
	}
	return false, false
}

func (r *rows) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	if t, ok := r.bare.(driver.RowsColumnTypePrecisionScale); ok {
		return t.ColumnTypePrecisionScale(i)
	}
	return 0, 0, false
}
