//go:build unix

package integration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/slowsql"
)

// A database is one of those that package slowsql is tested with, and what is different there.
type database struct {
	driver, system string
	start          func(*testing.T) (dsn string)

	param      func(n int) string
	missing    string // the code of the error for a table that is not there
	duplicate  string // that for a key that is there
	sleep      string // takes 0.2 s
	forever    string // takes longer than the test
	literals   []func(string) string
	driverConn string // the type of the driver's own connection
}

var databases = []database{
	{
		driver: "sqlite", system: "sqlite",
		start:   func(t *testing.T) string { t.Helper(); return "file:" + t.TempDir() + "/test.db" },
		param:   func(int) string { return "?" },
		missing: "1", duplicate: "1555",
		sleep:      "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 500000) SELECT count(*) FROM r",
		forever:    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
		literals:   []func(string) string{quote("'", "'", "''")},
		driverConn: "*sqlite.conn",
	},
	{
		driver: "pgx", system: "postgresql",
		start:   startPostgres,
		param:   func(n int) string { return fmt.Sprint("$", n) },
		missing: "42P01", duplicate: "23505",
		sleep:   "SELECT count(*) FROM pg_sleep(0.2)",
		forever: "SELECT count(*) FROM pg_sleep(600)",
		literals: []func(string) string{
			quote("'", "'", "''"), quote("E'", `'`, `\'`, `\`, `\\`), quote("E'x'\n '", `'`, `\'`, `\`, `\\`),
			func(s string) string { return "$q$" + s + "$q$" }, quote("U&'", "'", "''", `\`, `\\`), quote("N'", "'", "''"),
		},
		driverConn: "*stdlib.Conn",
	},
	{
		driver: "mysql", system: "mysql",
		start:   startMariaDB,
		param:   func(int) string { return "?" },
		missing: "1146", duplicate: "1062",
		sleep:   "SELECT SLEEP(0.2)",
		forever: "SELECT SLEEP(600)",
		literals: []func(string) string{
			quote("'", "'", "''", `\`, `\\`), quote("'", "'", `\'`, `\`, `\\`), quote(`"`, `"`, `""`, `\`, `\\`), quote(`"`, `"`, `\"`, `\`, `\\`),
			quote("N'", "'", "''", `\`, `\\`), quote("_utf8'", "'", "''", `\`, `\\`),
		},
		driverConn: "*mysql.mysqlConn",
	},
}

// quote returns how a literal is written that begins with open and ends with end, which is written as doubled
// inside of it.
func quote(open, end, doubled string, more ...string) func(string) string {
	r := strings.NewReplacer(append([]string{end, doubled}, more...)...)
	return func(s string) string { return open + r.Replace(s) + end }
}

func TestDatabases(t *testing.T) {
	for _, d := range databases {
		t.Run(d.driver, func(t *testing.T) {
			dsn := d.start(t)
			t.Run("statements", func(t *testing.T) { testStatements(t, d, dsn) })
			t.Run("same as bare", func(t *testing.T) { testSameAsBare(t, d, dsn) })
			t.Run("slow", func(t *testing.T) { testSlow(t, d, dsn) })
			t.Run("literals", func(t *testing.T) { testLiterals(t, d, dsn) })
			t.Run("driver's connection", func(t *testing.T) { testDriverConn(t, d, dsn) })
		})
	}
}

func open(t *testing.T, d database, dsn string, opts *slowsql.Options) (*sql.DB, *slogxtest.Recorder) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	opts.Logger = rec.Logger()
	db, err := slowsql.Open(d.driver, dsn, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, rec
}

// last returns the attributes of the last record without those that differ from run to run.
func last(t *testing.T, rec *slogxtest.Recorder) map[string]any {
	t.Helper()
	records := rec.Records()
	if len(records) != 1 {
		t.Fatalf("%d records, want 1: %v", len(records), records)
	}
	rec.Reset()
	m := records[0].Map()
	maps.DeleteFunc(m, func(key string, _ any) bool {
		return key == "time" || key == "error" || strings.HasPrefix(key, "code.") || strings.HasSuffix(key, ".duration")
	})
	return m
}

func testStatements(t *testing.T, d database, dsn string) {
	t.Helper()
	ctx := t.Context()
	db, rec := open(t, d, dsn, &slowsql.Options{Threshold: 1})
	exec := func(query string, args ...any) func() error {
		return func() error {
			_, err := db.ExecContext(ctx, query, args...)
			return err
		}
	}
	base := func(level slog.Level, msg, op, table, text string, more map[string]any) map[string]any {
		m := map[string]any{
			"level": level, "msg": msg, "db.system.name": d.system, "db.operation.name": op, "db.query.summary": op + " " + table,
			"db.collection.name": table, "db.query.text": text,
		}
		maps.Copy(m, more)
		return m
	}
	slow := func(op, text string, more map[string]any) map[string]any {
		return base(slog.LevelWarn, "slow statement", op, "fruit", text, more)
	}
	failed := func(op, table, text, code string) map[string]any {
		return base(slog.LevelError, "statement failed", op, table, text, map[string]any{"db.response.status_code": code, "error.type": code})
	}
	insert := fmt.Sprintf("INSERT INTO fruit (id, name) VALUES (%s, %s)", d.param(1), d.param(2))
	for _, step := range []struct {
		name string
		do   func() error
		want map[string]any
	}{
		{"create", exec("CREATE TABLE fruit (id INTEGER PRIMARY KEY, name VARCHAR(200) NOT NULL)"), slow("CREATE TABLE", "CREATE TABLE fruit (id INTEGER PRIMARY KEY, name VARCHAR(?) NOT NULL)", map[string]any{"db.response.affected_rows": int64(0)})},
		{"literals", exec("INSERT INTO fruit (id, name) VALUES (1, 'it''s a pear'), (2, '-- fig')"), slow("INSERT", "INSERT INTO fruit (id, name) VALUES (?, ?), (?, ?)", map[string]any{"db.response.affected_rows": int64(2)})},
		{"parameters", exec(insert, 3, "plum"), slow("INSERT", insert, map[string]any{"db.response.affected_rows": int64(1)})},
		{"duplicate", exec("INSERT INTO fruit (id, name) VALUES (1, 'kiwi')"), failed("INSERT", "fruit", "INSERT INTO fruit (id, name) VALUES (?, ?)", d.duplicate)},
		{"missing", exec("DELETE FROM vegetables WHERE id = 1"), failed("DELETE", "vegetables", "DELETE FROM vegetables WHERE id = ?", d.missing)},
		{"query", func() error {
			rows, err := db.QueryContext(ctx, "SELECT name FROM fruit WHERE id IN (1, 2, 3) ORDER BY id")
			return read(rows, err)
		}, slow("SELECT", "SELECT name FROM fruit WHERE id IN (?) ORDER BY id", map[string]any{"db.response.returned_rows": int64(3)})},
		{"row", func() error {
			return db.QueryRowContext(ctx, "SELECT name FROM fruit WHERE id = "+d.param(1), 2).Scan(new(string))
		}, slow("SELECT", "SELECT name FROM fruit WHERE id = "+d.param(1), map[string]any{"db.response.returned_rows": int64(1)})},
		{"prepared", func() error {
			stmt, err := db.PrepareContext(ctx, "UPDATE fruit SET name = "+d.param(1))
			if err != nil {
				return err
			}
			_, err = stmt.ExecContext(ctx, "apple")
			return errors.Join(err, stmt.Close()) //nolint:sqlclosecheck // its error counts
		}, slow("UPDATE", "UPDATE fruit SET name = "+d.param(1), map[string]any{"db.response.affected_rows": int64(3)})},
	} {
		err := step.do()
		if fails := step.want["level"] == slog.LevelError; fails != (err != nil) {
			t.Fatalf("%s: got %v", step.name, err)
		}
		if diff := cmp.Diff(step.want, last(t, rec)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	testTransaction(t, db, rec)
}

func read(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := rows.Scan(new(string)); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

func testTransaction(t *testing.T, db *sql.DB, rec *slogxtest.Recorder) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "DELETE FROM fruit"); err != nil {
		t.Error(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
	var got []any
	for _, r := range rec.Records() {
		v, _ := r.Attr("db.query.summary")
		got = append(got, v.Any())
		if r.Source == nil || !strings.HasSuffix(r.Source.File, "database_test.go") {
			t.Errorf("the source of %v is %+v, want this file", v, r.Source)
		}
	}
	if diff := cmp.Diff([]any{"BEGIN", "DELETE fruit", "ROLLBACK"}, got); diff != "" {
		t.Errorf("transaction (-want +got):\n%s", diff)
	}
	rec.Reset()
}

// testSameAsBare compares what package sql sees of the driver bare and wrapped.
func testSameAsBare(t *testing.T, d database, dsn string) {
	t.Helper()
	bare, err := sql.Open(d.driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	wrapped, _ := open(t, d, dsn, &slowsql.Options{Args: true})
	if diff := cmp.Diff(see(t, d, bare), see(t, d, wrapped)); diff != "" {
		t.Errorf("-bare +wrapped:\n%s", diff)
	}
}

func see(t *testing.T, d database, db *sql.DB) (seen []string) {
	t.Helper()
	ctx := t.Context()
	add := func(values ...any) { seen = append(seen, fmt.Sprintln(values...)) }
	for _, arg := range []any{1, int8(2), uint64(3), uint64(1 << 63), "4", []byte("5"), nil, true, 1.5, time.Unix(0, 0).UTC(), []string{"a"}, struct{}{}} {
		var name string
		err := db.QueryRowContext(ctx, "SELECT name FROM fruit WHERE id = "+d.param(1), arg).Scan(&name)
		add(arg, name, err)
	}
	rows, err := db.QueryContext(ctx, "SELECT id, name, id + 0.5 FROM fruit ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	types, err := rows.ColumnTypes()
	add(err)
	for _, ct := range types {
		size, sized := ct.Length()
		null, nulls := ct.Nullable()
		precision, scale, decimal := ct.DecimalSize()
		add(ct.Name(), ct.DatabaseTypeName(), ct.ScanType(), size, sized, null, nulls, precision, scale, decimal)
	}
	for rows.Next() {
		var id int
		var name string
		var half float64
		err := rows.Scan(&id, &name, &half)
		add(id, name, half, err)
	}
	add(rows.Err(), rows.NextResultSet(), rows.Close()) //nolint:sqlclosecheck // its error is what is looked at
	for _, opts := range []*sql.TxOptions{{Isolation: sql.LevelSerializable}, {ReadOnly: true}, {Isolation: sql.LevelLinearizable}} {
		tx, err := db.BeginTx(ctx, opts)
		add(opts, err)
		if err == nil {
			add(tx.Rollback())
		}
	}
	return seen
}

func testSlow(t *testing.T, d database, dsn string) {
	t.Helper()
	db, rec := open(t, d, dsn, &slowsql.Options{Threshold: time.Millisecond})
	if err := read(db.QueryContext(t.Context(), d.sleep)); err != nil {
		t.Fatal(err)
	}
	if got := last(t, rec); got["level"] != slog.LevelWarn {
		t.Errorf("got %v, want level WARN", got)
	}
	for timeout := 100 * time.Millisecond; ; timeout *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		err := read(db.QueryContext(ctx, d.forever))
		cancel()
		if err == nil {
			t.Fatal("a statement went on after its context had ended")
		}
		if len(rec.Records()) > 0 {
			break
		} // else this machine is so busy that the time was over before the driver was asked
	}
	if got := last(t, rec); got["level"] != slog.LevelError || got["error.type"] == "" {
		t.Errorf("got %v, want level ERROR and the type of the error", got)
	}
}

// testLiterals asks the database where a literal ends: it must be where package slowsql says.
func testLiterals(t *testing.T, d database, dsn string) {
	t.Helper()
	db, rec := open(t, d, dsn, &slowsql.Options{Threshold: 1})
	for _, content := range []string{
		"", "a", "it's", `say "it"`, `\`, `a\`, `\'`, `'\`, "''", `"\"`, "-- a", "/* a", "*/", "# a", "$", "$b", ";", "?", "`", "[", "]", "a\nb", "é", "☃'",
	} {
		for _, literal := range d.literals {
			query := "SELECT " + literal(content) + " AS a, 1 AS b"
			var a string
			var b int
			if err := db.QueryRowContext(t.Context(), query).Scan(&a, &b); err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			if strings.TrimPrefix(a, "x") != content || b != 1 {
				t.Errorf("%s: the database reads %q, %d", query, a, b)
			}
			got := last(t, rec)["db.query.text"].(string)
			if want := []string{"SELECT ? AS a, ? AS b", "SELECT _utf8? AS a, ? AS b"}; !slices.Contains(want, got) {
				t.Errorf("%s: the text is %s", query, got)
			}
		}
	}
}

func testDriverConn(t *testing.T, d database, dsn string) {
	t.Helper()
	db, _ := open(t, d, dsn, &slowsql.Options{})
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Raw(func(raw any) error {
		if got := fmt.Sprintf("%T", slowsql.Unwrap(raw)); got != d.driverConn {
			t.Errorf("Unwrap gives a %s, want the driver's own %s", got, d.driverConn)
		}
		if c, ok := slowsql.Unwrap(raw).(*stdlib.Conn); ok && c.Conn().IsClosed() {
			t.Error("the connection is closed")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestLostConnection has the server end a connection in the pool: package sql takes another one, and the
// program has no error to hear of.
func TestLostConnection(t *testing.T) {
	dsn := startPostgres(t)
	db, rec := open(t, database{driver: "pgx"}, dsn, &slowsql.Options{Threshold: -1})
	ctx := t.Context()
	var pid int
	if err := db.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(ctx, "SELECT pg_terminate_backend($1, 60000)", pid); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "SELECT 1"); err != nil {
		t.Errorf("after the connection was lost: %v", err)
	}
	rec.AssertBelow(slog.LevelWarn)
}
