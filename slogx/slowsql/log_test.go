package slowsql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/slowsql"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// open returns a database of f whose statements are recorded. A nil opts means that all are slow.
func open(t *testing.T, f *fake, opts *slowsql.Options) (*sql.DB, *slogxtest.Recorder) {
	t.Helper()
	return openConnector(t, fakeConnector{f}, opts)
}

func openConnector(t *testing.T, c driver.Connector, opts *slowsql.Options) (*sql.DB, *slogxtest.Recorder) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	all := slowsql.Options{Threshold: 1}
	if opts != nil {
		all = *opts
	}
	all.Logger = rec.Logger()
	return openDB(t, slowsql.WrapConnector(c, &all)), rec
}

// summaries returns of each record its level, its message, and what the statement did.
func summaries(rec *slogxtest.Recorder) []string {
	var list []string
	for _, r := range rec.Records() {
		what, _ := r.Attr("db.query.summary")
		list = append(list, fmt.Sprintf("%v %s: %v", r.Level, r.Message, what))
	}
	return list
}

// attrs returns the attributes of a record without those that differ from run to run.
func attrs(r slogxtest.Record) map[string]any {
	m := r.Map()
	maps.DeleteFunc(m, func(key string, _ any) bool {
		return slices.Contains([]string{"level", "msg", "time"}, key) || strings.HasSuffix(key, ".duration") || strings.HasPrefix(key, "code.")
	})
	return m
}

func query(t *testing.T, rows *sql.Rows, err error) (n int) {
	t.Helper()
	if err != nil {
		t.Error(err)
		return 0
	}
	for rows.Next() {
		n++
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Error(err)
	}
	return n
}

func TestRecordOfAStatement(t *testing.T) {
	ctx := t.Context()
	for name, tt := range map[string]struct {
		do   func(*sql.DB)
		want map[string]any
	}{
		"exec": {
			func(db *sql.DB) { _, _ = db.ExecContext(ctx, "UPDATE users SET name = 'Ann' WHERE id = ?", 7) },
			map[string]any{
				"db.system.name": "other_sql", "db.namespace": "shop", "db.operation.name": "UPDATE", "db.collection.name": "users",
				"db.query.summary": "UPDATE users", "db.query.text": "UPDATE users SET name = ? WHERE id = ?", "db.response.affected_rows": int64(3),
			},
		},
		"query": {
			func(db *sql.DB) {
				rows, err := db.QueryContext(ctx, "SELECT id FROM users /* all */")
				query(t, rows, err)
			},
			map[string]any{
				"db.system.name": "other_sql", "db.namespace": "shop", "db.operation.name": "SELECT", "db.collection.name": "users",
				"db.query.summary": "SELECT users", "db.query.text": "SELECT id FROM users", "db.response.returned_rows": int64(2),
			},
		},
		"error": {
			func(db *sql.DB) { _, _ = db.ExecContext(ctx, "delete from missing") },
			map[string]any{
				"db.system.name": "other_sql", "db.namespace": "shop", "db.operation.name": "delete", "db.collection.name": "missing",
				"db.query.summary": "delete missing", "db.query.text": "delete from missing", "error.type": "_OTHER", "error": errFake,
			},
		},
		"error while reading": {
			func(db *sql.DB) {
				rows, err := db.QueryContext(ctx, "select broken")
				if err != nil {
					t.Fatal(err)
				}
				defer rows.Close()
				for rows.Next() {
					continue
				}
				if !errors.Is(rows.Err(), errFake) {
					t.Errorf("reading ended with %v, want %v", rows.Err(), errFake)
				}
			},
			map[string]any{
				"db.system.name": "other_sql", "db.namespace": "shop", "db.operation.name": "select", "db.query.summary": "select",
				"db.query.text": "select broken", "db.response.returned_rows": int64(2), "error.type": "_OTHER", "error": errFake,
			},
		},
		"statement that is not prepared": {
			func(db *sql.DB) {
				if stmt, err := db.PrepareContext(ctx, "select unprepared"); err == nil {
					defer stmt.Close()
					t.Error("the driver prepared the statement")
				}
			},
			map[string]any{
				"db.system.name": "other_sql", "db.namespace": "shop", "db.operation.name": "select", "db.query.summary": "select",
				"db.query.text": "select unprepared", "error.type": "_OTHER", "error": errFake,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			f.rows = 0
			db, rec := open(t, f, &slowsql.Options{Threshold: 1, Namespace: "shop"})
			tt.do(db)
			if n := len(rec.Records()); n != 1 {
				t.Fatalf("%d records, want 1: %q", n, summaries(rec))
			}
			if diff := cmp.Diff(tt.want, attrs(rec.Records()[0]), cmp.Comparer(errors.Is)); diff != "" {
				t.Errorf("attributes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPreparedStatements(t *testing.T) {
	db, rec := open(t, full(), nil)
	stmt, err := db.PrepareContext(t.Context(), "insert into t values (?)")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	for range 2 {
		if _, err := stmt.ExecContext(t.Context(), 1); err != nil {
			t.Error(err)
		}
	}
	rows, err := stmt.QueryContext(t.Context(), 1)
	query(t, rows, err)
	want := []string{"WARN slow statement: insert t", "WARN slow statement: insert t", "WARN slow statement: insert t"}
	if diff := cmp.Diff(want, summaries(rec)); diff != "" {
		t.Fatalf("records (-want +got):\n%s", diff)
	}
	for i, r := range rec.Records() {
		if _, has := r.Attr("db.client.prepare.duration"); has != (i == 0) {
			t.Errorf("execution %d: has the time of preparing: %t, want it with the first only", i, has)
		}
	}
}

func TestTransactions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := full()
		db, rec := open(t, f, nil)
		for _, end := range []func(*sql.Tx) error{(*sql.Tx).Commit, (*sql.Tx).Rollback} {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(t.Context(), "update t set a = 1"); err != nil {
				t.Error(err)
			}
			<-time.After(time.Second)
			if err := end(tx); err != nil {
				t.Error(err)
			}
		}
		want := []string{
			"WARN slow statement: BEGIN", "WARN slow statement: update t", "WARN slow statement: COMMIT",
			"WARN slow statement: BEGIN", "WARN slow statement: update t", "WARN slow statement: ROLLBACK",
		}
		if diff := cmp.Diff(want, summaries(rec)); diff != "" {
			t.Fatalf("records (-want +got):\n%s", diff)
		}
		for _, i := range []int{2, 5} {
			wantAttr(t, rec.Records()[i], "db.client.transaction.duration", 1.0)
			wantAttr(t, rec.Records()[i], "db.client.operation.duration", 0.0)
		}
	})
}

func wantAttr(t *testing.T, r slogxtest.Record, key string, want any) {
	t.Helper()
	got, ok := r.Attr(key)
	if diff := cmp.Diff(want, got.Any()); !ok || diff != "" {
		t.Errorf("%s: %s (-want +got):\n%s", r.Message, key, diff)
	}
}

func TestThreshold(t *testing.T) {
	for name, tt := range map[string]struct {
		threshold, took time.Duration
		want            slog.Level
	}{
		"zero is the default, below":  {0, slowsql.DefaultThreshold - 1, slog.LevelDebug},
		"zero is the default, at":     {0, slowsql.DefaultThreshold, slog.LevelWarn},
		"below":                       {time.Second, time.Second - 1, slog.LevelDebug},
		"at":                          {time.Second, time.Second, slog.LevelWarn},
		"less than zero is never":     {-1, time.Hour, slog.LevelDebug},
		"one is always, without time": {1, 0, slog.LevelWarn},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := full()
				f.work = func() { <-time.After(tt.took) }
				db, rec := open(t, f, &slowsql.Options{Threshold: tt.threshold})
				if _, err := db.ExecContext(t.Context(), "update t"); err != nil {
					t.Error(err)
				}
				r := rec.Records()[0]
				if r.Level != tt.want {
					t.Errorf("level %v, want %v", r.Level, tt.want)
				}
				wantAttr(t, r, "db.client.operation.duration", tt.took.Seconds())
			})
		})
	}
}

func TestReadingOfRowsCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := full()
		f.work = func() { <-time.After(100 * time.Millisecond) }
		f.more = func() { <-time.After(time.Second) }
		f.rows = 0
		db, rec := open(t, f, &slowsql.Options{Threshold: 2 * time.Second})
		rows, err := db.QueryContext(t.Context(), "select a from t")
		if n := query(t, rows, err); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		r := rec.Records()[0]
		if r.Level != slog.LevelWarn {
			t.Errorf("level %v, want WARN", r.Level)
		}
		wantAttr(t, r, "db.client.operation.duration", 3.1)
		wantAttr(t, r, "db.client.rows.duration", 3.0)
	})
}

func TestOnlyWhatTheLoggerWants(t *testing.T) {
	f := full()
	db, rec := open(t, f, &slowsql.Options{Threshold: -1})
	rec.SetLevel(slog.LevelInfo)
	_, _ = db.ExecContext(t.Context(), "update t")
	rows, err := db.QueryContext(t.Context(), "select 1")
	query(t, rows, err)
	_, _ = db.ExecContext(t.Context(), "update missing")
	if diff := cmp.Diff([]string{"ERROR statement failed: update missing"}, summaries(rec)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// Package sql closes the rows of a context that ended, and gives their reader its error.
func TestRowsThatEndWithTheirContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, rec := open(t, full(), nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		rows, err := db.QueryContext(ctx, "select a from t")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		rows.Next()
		<-time.After(time.Second)
		synctest.Wait()
		if rows.Next() || !errors.Is(rows.Err(), context.DeadlineExceeded) {
			t.Errorf("reading ended with %v, want %v", rows.Err(), context.DeadlineExceeded)
		}
		if diff := cmp.Diff([]string{"ERROR statement failed: select t"}, summaries(rec)); diff != "" {
			t.Errorf("records (-want +got):\n%s", diff)
		}
		wantAttr(t, rec.Records()[0], "error.type", "context.DeadlineExceeded")
	})
}

func TestRowsThatTheirReaderLeaves(t *testing.T) {
	db, rec := open(t, full(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.QueryRowContext(ctx, "select a from t").Scan(new(int)); err != nil {
		t.Error(err)
	}
	cancel()
	if diff := cmp.Diff([]string{"WARN slow statement: select t"}, summaries(rec)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	wantAttr(t, rec.Records()[0], "db.response.returned_rows", int64(1))
}

func TestTraceOfTheContext(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	opts := &slowsql.Options{Logger: slog.New(enrich.NewHandler(rec, enrich.Trace()))}
	db := openDB(t, slowsql.WrapConnector(fakeConnector{full()}, opts))
	trace := tracectx.New()
	ctx := tracectx.NewContext(t.Context(), trace)
	_, _ = db.ExecContext(ctx, "update t")
	rows, err := db.QueryContext(ctx, "select t")
	query(t, rows, err)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = tx.Commit()
	stmt, err := db.PrepareContext(t.Context(), "update t")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	_, _ = stmt.ExecContext(ctx)
	if n := len(rec.Records()); n != 5 {
		t.Errorf("%d records, want 5", n)
	}
	for _, r := range rec.Records() {
		wantAttr(t, r, "trace_id", fmt.Sprintf("%x", trace.TraceID))
	}
}

type bomb struct{ slog.Handler }

func (bomb) Enabled(context.Context, slog.Level) bool { return true }

func (bomb) Handle(context.Context, slog.Record) error { panic("in Handle") }

func (bomb) WithAttrs([]slog.Attr) slog.Handler { return bomb{} }

func (bomb) WithGroup(string) slog.Handler { return bomb{} }

type sleeper struct{ bomb }

func (sleeper) Enabled(context.Context, slog.Level) bool { panic("in Enabled") }

func TestPanicsAreNotForTheCaller(t *testing.T) {
	for name, tt := range map[string]struct {
		opts slowsql.Options
		want string
	}{
		"Handle": {
			slowsql.Options{Logger: slog.New(bomb{})},
			"write to the slow-query log: panic: in Handle",
		},
		"Enabled": {
			slowsql.Options{Logger: slog.New(sleeper{})},
			"ask the logger of the slow-query log whether it is enabled: panic: in Enabled",
		},
		"StatusCode": {
			slowsql.Options{Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), StatusCode: func(error) string { panic("in StatusCode") }},
			"ask StatusCode for the code of an error: panic: in StatusCode",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // where no time passes: one report an interval
				var reported []string
				tt.opts.OnError = func(err error) { reported = append(reported, err.Error()) }
				db := openDB(t, slowsql.WrapConnector(fakeConnector{full()}, &tt.opts))
				if _, err := db.ExecContext(t.Context(), "update missing"); !errors.Is(err, errFake) {
					t.Errorf("the caller got %v, want the driver's error", err)
				}
				rows, err := db.QueryContext(t.Context(), "select t")
				query(t, rows, err)
				tx, err := db.BeginTx(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := tx.Commit(); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff([]string{tt.want}, reported); diff != "" {
					t.Errorf("reports (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestPanickingValuesCostThemselves(t *testing.T) {
	var out strings.Builder
	opts := &slowsql.Options{Logger: slog.New(slog.NewJSONHandler(&out, nil)), Threshold: 1, Args: true, OnError: func(err error) { t.Error(err) }}
	db := openDB(t, slowsql.WrapConnector(fakeConnector{full()}, opts))
	if _, err := db.ExecContext(t.Context(), "update t", &worst{}); err != nil {
		t.Error(err)
	}
	if s := out.String(); !strings.Contains(s, `"db.query.summary":"update t"`) || !strings.Contains(s, "panic") {
		t.Errorf("got %s, want the record with the panic in the place of the value", s)
	}
}

// worst is an argument that the checker of the fake takes.
type worst struct{}

func (*worst) LogValue() slog.Value { panic("in LogValue") }

func TestDefaultLogger(t *testing.T) {
	old := slog.Default()
	defer slog.SetDefault(old)
	db := openDB(t, slowsql.WrapConnector(fakeConnector{full()}, &slowsql.Options{Threshold: 1}))
	rec := slogxtest.NewRecorder(t)
	slog.SetDefault(rec.Logger()) // later than the wrapping
	_, _ = db.ExecContext(t.Context(), "update t")
	if diff := cmp.Diff([]string{"WARN slow statement: update t"}, summaries(rec)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}
