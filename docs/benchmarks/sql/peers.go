package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"log/slog"
	"os"
	"time"

	"github.com/XSAM/otelsql"
	"github.com/ngrok/sqlmw"
	sqldblogger "github.com/simukti/sqldb-logger"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// A peer opens a database of the driver still.
type peer struct {
	name string
	open func() (*sql.DB, error)
}

const bare, ours = 0, 1

var peers = []peer{
	bare: {"bare", func() (*sql.DB, error) { return sql.OpenDB(still{}), nil }},
	ours: {"slogx", func() (*sql.DB, error) {
		return sql.OpenDB(slowsql.WrapConnector(still{}, &slowsql.Options{Logger: quiet(), Threshold: threshold})), nil
	}},
	{"sqlmw with a timer", func() (*sql.DB, error) {
		return sql.OpenDB(nameless{sqlmw.Driver(still{}, timer{log: quiet()})}), nil
	}},
	{"sqlmw, rows timed too", func() (*sql.DB, error) {
		return sql.OpenDB(nameless{sqlmw.Driver(still{}, rowsTimer{timer{log: quiet()}})}), nil
	}},
	{"sqldb-logger", func() (*sql.DB, error) {
		return sqldblogger.OpenDriver("", still{}, nothing{}, sqldblogger.WithMinimumLevel(sqldblogger.LevelError)), nil
	}},
	{"otelsql", func() (*sql.DB, error) {
		provider := trace.NewTracerProvider(trace.WithSpanProcessor(trace.NewSimpleSpanProcessor(nothing{})))
		return otelsql.OpenDB(still{}, otelsql.WithTracerProvider(provider)), nil
	}},
}

const threshold = 200 * time.Millisecond

// quiet is a logger of a program in production: it has no DEBUG records.
func quiet() *slog.Logger { return slog.New(slog.NewJSONHandler(os.Stderr, nil)) }

// nameless is the connector of a driver whose databases have no names.
type nameless struct{ driver driver.Driver }

func (n nameless) Connect(context.Context) (driver.Conn, error) { return n.driver.Open("") }
func (n nameless) Driver() driver.Driver                        { return n.driver }

// nothing is a logger and an exporter that do nothing.
type nothing struct{}

func (nothing) Log(context.Context, sqldblogger.Level, string, map[string]any) {}
func (nothing) ExportSpans(context.Context, []trace.ReadOnlySpan) error        { return nil }
func (nothing) Shutdown(context.Context) error                                 { return nil }

// timer logs slow statements, as the documentation of sqlmw shows.
type timer struct {
	sqlmw.NullInterceptor
	log *slog.Logger
}

func (t timer) done(ctx context.Context, query string, begin time.Time, err error) {
	if took := time.Since(begin); took >= threshold || err != nil {
		t.log.WarnContext(ctx, "slow statement", "query", query, "took", took, "error", err)
	}
}

func (t timer) ConnExecContext(
	ctx context.Context, conn driver.ExecerContext, query string, args []driver.NamedValue,
) (driver.Result, error) {
	begin := time.Now()
	res, err := conn.ExecContext(ctx, query, args)
	t.done(ctx, query, begin, err)
	return res, err
}

func (t timer) ConnQueryContext(
	ctx context.Context, conn driver.QueryerContext, query string, args []driver.NamedValue,
) (context.Context, driver.Rows, error) {
	begin := time.Now()
	rows, err := conn.QueryContext(ctx, query, args)
	t.done(ctx, query, begin, err)
	return ctx, rows, err
}

func (t timer) StmtExecContext(
	ctx context.Context, stmt driver.StmtExecContext, query string, args []driver.NamedValue,
) (driver.Result, error) {
	begin := time.Now()
	res, err := stmt.ExecContext(ctx, args)
	t.done(ctx, query, begin, err)
	return res, err
}

// rowsTimer is a timer that takes the time until the rows are closed.
type rowsTimer struct{ timer }

type beginKey struct{}

func (t rowsTimer) ConnQueryContext(
	ctx context.Context, conn driver.QueryerContext, query string, args []driver.NamedValue,
) (context.Context, driver.Rows, error) {
	ctx = context.WithValue(ctx, beginKey{}, time.Now())
	rows, err := conn.QueryContext(ctx, query, args)
	return ctx, rows, err
}

func (t rowsTimer) RowsClose(ctx context.Context, rows driver.Rows) error {
	err := rows.Close()
	if begin, ok := ctx.Value(beginKey{}).(time.Time); ok {
		t.done(ctx, "", begin, err) // what the query was is one more thing to carry
	}
	return err
}

// A work is a statement, executed again and again.
type work struct {
	name string
	do   func(db *sql.DB) (func() error, error)
}

var works = []work{
	{"exec", func(db *sql.DB) (func() error, error) {
		return func() error {
			_, err := db.ExecContext(context.Background(), "UPDATE users SET name = ? WHERE id = ?")
			return err
		}, nil
	}},
	{"query", func(db *sql.DB) (func() error, error) {
		return func() error {
			rows, err := db.QueryContext(context.Background(), "SELECT id, name FROM users WHERE id = ?")
			if err != nil {
				return err
			}
			for rows.Next() {
				continue
			}
			return rows.Err()
		}, nil
	}},
	{"prepared exec", func(db *sql.DB) (func() error, error) {
		stmt, err := db.PrepareContext(context.Background(), "UPDATE users SET name = ? WHERE id = ?")
		if err != nil {
			return nil, err
		}
		return func() error {
			_, err := stmt.ExecContext(context.Background())
			return err
		}, nil
	}},
}
