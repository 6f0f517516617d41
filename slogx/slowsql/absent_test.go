package slowsql_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// TestContextsThatEndWhileTheDriverWorks ends the context of the caller in the middle of preparing and of
// beginning, and that of a transaction: what package sql does then depends on what the driver has.
func TestContextsThatEndWhileTheDriverWorks(t *testing.T) {
	for _, set := range sets(narrowConn[:]) {
		var want, got []string
		synctest.Test(t, func(t *testing.T) {
			f := &fake{conns: set}
			want = endContexts(t, f, sql.OpenDB(fakeConnector{f}))
		})
		synctest.Test(t, func(t *testing.T) {
			f := &fake{conns: set}
			got = endContexts(t, f, sql.OpenDB(slowsql.WrapConnector(fakeConnector{f}, everyStatement)))
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("conn %b (-bare +wrapped):\n%s", set, diff)
		}
		if kept := !slices.Contains(got, "Conn.Close"); kept != (set&connReset == connReset) {
			t.Errorf("conn %b: kept after a transaction whose context ended: %t", set, kept)
		}
	}
}

// endContexts returns what db, in a bubble, and its driver do. Only the context of a transaction can have it
// close a connection.
func endContexts(t *testing.T, f *fake, db *sql.DB) []string {
	t.Helper()
	o := observer{f: f}
	ended := func() context.Context {
		ctx, cancel := context.WithCancel(t.Context())
		f.start = cancel
		return ctx
	}
	stmt, err := db.PrepareContext(ended(), "update")
	o.add("prepare", err)
	if err == nil {
		o.add("close", stmt.Close()) //nolint:sqlclosecheck // its error is what is looked at
	}
	o.exec("exec", func() (sql.Result, error) { return db.ExecContext(ended(), "update skip") })
	_, err = db.BeginTx(ended(), nil)
	synctest.Wait() // for the rollback
	o.add("begin", err)

	f.start = nil
	ctx, cancel := context.WithCancel(t.Context())
	_, err = db.BeginTx(ctx, nil)
	o.add("begin", err)
	cancel()
	synctest.Wait()
	o.add("ended")
	o.add("ping", db.PingContext(t.Context()))
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	return o.seen
}

// TestRecordsForADriverWithoutContexts shows that what the driver is asked for has the context of its caller in
// the record, and that there is no record of what it is not asked for.
func TestRecordsForADriverWithoutContexts(t *testing.T) {
	type key struct{}
	db, rec := open(t, &fake{}, nil)
	in := func(name string) context.Context { return context.WithValue(t.Context(), key{}, name) }

	if err := db.PingContext(in("ping")); err != nil {
		t.Error(err)
	}
	for want, opts := range map[string]*sql.TxOptions{
		"sql: driver does not support non-default isolation level": {Isolation: sql.LevelSerializable},
		"sql: driver does not support read-only transactions":      {ReadOnly: true},
	} {
		if _, err := db.BeginTx(in("refused"), opts); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := db.ExecContext(in("prepare"), "unprepared"); !errors.Is(err, errFake) { // which this driver prepares
		t.Errorf("got %v, want the driver's error", err)
	}
	tx, err := db.BeginTx(in("transaction"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	var got []any
	for _, r := range rec.Records() {
		got = append(got, r.Context.Value(key{}))
	}
	if diff := cmp.Diff([]any{"prepare", "transaction", "transaction"}, got); diff != "" {
		t.Errorf("the contexts of the records (-want +got):\n%s", diff)
	}
}

// TestUnwrap shows that the driver's own connection is reached whatever the driver has.
func TestUnwrap(t *testing.T) {
	for _, set := range sets(narrowConn[:]) {
		f := &fake{conns: set}
		bare := f.open()
		db := openDB(t, slowsql.WrapConnector(oneConnector{fakeConnector{f}, bare}, nil))
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = conn.Raw(func(raw any) error {
			if raw == any(bare) || slowsql.Unwrap(raw) != any(bare) {
				t.Errorf("Unwrap(%T) is a %T, want the driver's own %T", raw, slowsql.Unwrap(raw), bare)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := slowsql.Unwrap(17); got != 17 {
		t.Errorf("Unwrap(17) is %v, want what it was given", got)
	}
}
