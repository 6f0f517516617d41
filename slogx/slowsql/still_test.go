package slowsql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// still is a driver that does nothing, and allocates nothing: what is measured with it is package sql and
// the wrapper.
type still struct{}

func (still) Connect(context.Context) (driver.Conn, error) { return still{}, nil }
func (still) Driver() driver.Driver                        { return still{} }
func (still) Open(string) (driver.Conn, error)             { return still{}, nil }
func (still) Prepare(string) (driver.Stmt, error)          { return still{}, nil }
func (still) Close() error                                 { return nil }
func (still) Begin() (driver.Tx, error)                    { return still{}, nil }
func (still) Commit() error                                { return nil }
func (still) Rollback() error                              { return nil }
func (still) NumInput() int                                { return -1 }
func (still) Exec([]driver.Value) (driver.Result, error)   { return still{}, nil }
func (still) Query([]driver.Value) (driver.Rows, error)    { return still{}, nil }
func (still) LastInsertId() (int64, error)                 { return 0, nil }
func (still) RowsAffected() (int64, error)                 { return 1, nil }
func (still) Columns() []string                            { return nil }
func (still) Next([]driver.Value) error                    { return io.EOF }

// stillConn is a connection of still, which executes directly.
type stillConn struct{ still }

func (stillConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return still{}, nil
}

func (stillConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return still{}, nil
}

type stillConnector struct{ still }

func (stillConnector) Connect(context.Context) (driver.Conn, error) { return stillConn{}, nil }

var stillOptions = &slowsql.Options{Logger: slog.New(slog.DiscardHandler)}

// stillWork is what is measured. Each returns what its database needs for it.
var stillWork = []struct {
	name string
	more float64 // allocations beside those of the bare driver; -1: they depend on the goroutines of package sql
	do   func(tb testing.TB, db *sql.DB) func()
}{
	{"exec", 0, func(tb testing.TB, db *sql.DB) func() {
		tb.Helper()
		ctx := context.Background()
		return func() {
			if _, err := db.ExecContext(ctx, "UPDATE t SET a = 1"); err != nil {
				tb.Error(err)
			}
		}
	}},
	{"query", 1, func(tb testing.TB, db *sql.DB) func() {
		tb.Helper()
		ctx := context.Background() // for one that may end, package sql starts a goroutine
		return func() {
			rows, err := db.QueryContext(ctx, "SELECT a FROM t")
			if err != nil {
				tb.Error(err)
				return
			}
			_ = rows.Close()
		}
	}},
	{"prepared exec", 0, func(tb testing.TB, db *sql.DB) func() {
		tb.Helper()
		ctx := context.Background()
		stmt, err := db.PrepareContext(ctx, "UPDATE t SET a = 1")
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = stmt.Close() })
		return func() {
			if _, err := stmt.ExecContext(ctx); err != nil {
				tb.Error(err)
			}
		}
	}},
	{"transaction", -1, func(tb testing.TB, db *sql.DB) func() {
		tb.Helper()
		ctx := context.Background()
		return func() {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				tb.Error(err)
				return
			}
			_ = tx.Commit()
		}
	}},
}

func BenchmarkStatement(b *testing.B) {
	for _, w := range stillWork {
		for name, c := range map[string]driver.Connector{
			"bare":  stillConnector{},
			"slogx": slowsql.WrapConnector(stillConnector{}, stillOptions),
		} {
			b.Run(w.name+"/"+name, func(b *testing.B) {
				do := w.do(b, openDB(b, c))
				b.ReportAllocs()
				for b.Loop() {
					do()
				}
			})
		}
	}
}

// BenchmarkRecord is what a statement costs that is written.
func BenchmarkRecord(b *testing.B) {
	l := slog.New(slog.NewJSONHandler(io.Discard, nil))
	db := openDB(b, slowsql.WrapConnector(stillConnector{}, &slowsql.Options{Logger: l, Threshold: 1}))
	do := stillWork[0].do(b, db)
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}
