package slowsql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// What a driver checks its arguments with is found as on the bare driver: XSAM/otelsql#117, ngrok/sqlmw#3.
func TestArgumentsThatOnlyTheConnectionTakes(t *testing.T) {
	for _, conns := range []int{allConns, allConns &^ connChecker} {
		f := full()
		f.conns, f.stmts = conns, 0b0011 // no checker, no converter
		db, _ := open(t, f, nil)
		_, direct := db.ExecContext(t.Context(), "q", uint64(math.MaxUint64))
		stmt, err := db.PrepareContext(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		defer stmt.Close()
		_, prepared := stmt.ExecContext(t.Context(), uint64(math.MaxUint64))
		for name, err := range map[string]error{"direct": direct, "prepared": prepared} {
			const want = "sql: converting argument $1 type: uint64 values with high bit set are not supported"
			switch {
			case conns == allConns && err != nil:
				t.Errorf("%s, with a checker: %v", name, err)
			case conns != allConns && (err == nil || err.Error() != want):
				t.Errorf("%s, without a checker: got %v, want %s", name, err, want)
			}
		}
	}
}

// A connection that does not execute without preparing executes one statement: luna-duclos/instrumentedsql#17.
func TestSkippedFastPathIsOneStatement(t *testing.T) {
	for name, threshold := range map[string]time.Duration{"DEBUG statement": 0, "WARN slow statement": 1} {
		for _, conns := range []int{allConns, allConns &^ connContext} { // with the newer interfaces, and the older alone
			f := full()
			f.conns = conns
			db, rec := open(t, f, &slowsql.Options{Threshold: threshold})
			if _, err := db.ExecContext(t.Context(), "update skip", 1); err != nil {
				t.Error(err)
			}
			rows, err := db.QueryContext(t.Context(), "select skip", 1)
			query(t, rows, err)
			if diff := cmp.Diff([]string{name + ": update skip", name + ": select"}, summaries(rec)); diff != "" {
				t.Errorf("%b (-want +got):\n%s", conns, diff)
			}
			for _, r := range rec.Records() {
				if text := fmt.Sprint(r.Map()); strings.Contains(text, driver.ErrSkip.Error()) || strings.Contains(text, "error") {
					t.Errorf("the record tells about the skipped fast path: %s", text)
				}
			}
			asked := strings.Join(f.said(), "\n")
			if n := strings.Count(asked, "Conn.Exec"); n != 1 || strings.Count(asked, "PrepareContext update") != 1 {
				t.Errorf("the driver was asked\n%s\nwant one Exec of the connection, one Prepare", asked)
			}
		}
	}
}

func TestBadConnections(t *testing.T) {
	exec := func(db *sql.DB) error {
		_, err := db.ExecContext(context.Background(), "update t")
		return err
	}
	prepared := func(db *sql.DB) error {
		stmt, err := db.PrepareContext(context.Background(), "update t")
		if err != nil {
			return err
		}
		defer stmt.Close()
		_, err = stmt.ExecContext(context.Background())
		return err
	}
	begin := func(db *sql.DB) error {
		tx, err := db.BeginTx(context.Background(), nil)
		if err != nil {
			return err
		}
		return tx.Rollback()
	}
	const bad, good = "ERROR statement failed: ", "WARN slow statement: "
	for name, tt := range map[string]struct {
		bad  int
		do   func(*sql.DB) error
		want []string
	}{
		"another connection is better":      {1, exec, []string{good + "update t"}},
		"the last connection is better":     {2, exec, []string{good + "update t"}},
		"none is better":                    {3, exec, []string{bad + "update t"}},
		"prepared, the last is better":      {2, prepared, []string{good + "update t"}},
		"prepared, none is better":          {3, prepared, []string{bad + "update t"}},
		"transaction, the last is better":   {2, begin, []string{good + "BEGIN", good + "ROLLBACK"}},
		"transaction, no connection better": {3, begin, []string{bad + "BEGIN"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			db, rec := open(t, f, nil)
			f.setBad(tt.bad)
			err := tt.do(db)
			if failed := strings.HasPrefix(tt.want[0], bad); failed != errors.Is(err, driver.ErrBadConn) {
				t.Errorf("the caller got %v", err)
			}
			if diff := cmp.Diff(tt.want, summaries(rec)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadConnectionThatIsNotTriedAgain(t *testing.T) {
	f := full()
	db, rec := open(t, f, nil)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.setBad(1)
	_, onConn := conn.ExecContext(t.Context(), "update t")
	conn.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	f.setBad(1)
	_, inTx := tx.ExecContext(t.Context(), "update t")
	_ = tx.Rollback()
	if onConn == nil || inTx == nil {
		t.Errorf("got %v and %v, want errors", onConn, inTx)
	}
	want := []string{
		"ERROR statement failed: update t", "WARN slow statement: BEGIN", "ERROR statement failed: update t", "WARN slow statement: ROLLBACK",
	}
	if diff := cmp.Diff(want, summaries(rec)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// Each caller that gets the error has a record of it, however many there are at a time.
func TestBadConnectionsOfManyCallers(t *testing.T) {
	f := full()
	db, rec := open(t, f, &slowsql.Options{Threshold: -1})
	f.setBad(301)
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed int
	)
	for range 8 {
		wg.Go(func() {
			for range 50 {
				_, err := db.ExecContext(context.Background(), "update t")
				mu.Lock()
				if err != nil {
					failed++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	recorded := 0
	for _, r := range rec.Records() {
		if r.Level == slog.LevelError {
			recorded++
		}
	}
	if n := len(rec.Records()); failed == 0 || recorded != failed || n != 400 {
		t.Errorf("%d records, %d of errors, want 400 and %d: what the callers got", n, recorded, failed)
	}
}
