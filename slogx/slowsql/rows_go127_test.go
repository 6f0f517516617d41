//go:build go1.27

package slowsql_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// scanningRows are rows that scan themselves. Package sql never calls their Next.
type scanningRows struct{ fullRows }

func (scanningRows) Next([]driver.Value) error { return errors.New("next, where there is NextRow") }
func (r scanningRows) NextRow() error          { return r.fullRows.Next(make([]driver.Value, 1)) }

func (r scanningRows) ScanColumn(_ driver.ScanContext, i int, dest any) error {
	r.notef("ScanColumn %d", i)
	*dest.(*int) = 42
	return nil
}

// oneResult has of scanningRows nothing else that is optional.
type oneResult struct{ driver.RowsColumnScanner }

type scanningConn struct {
	fullConn
	rows driver.Rows
}

func (c scanningConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return c.rows, nil
}

type scanningConnector struct {
	fakeConnector
	rows driver.Rows
}

func (c scanningConnector) Connect(context.Context) (driver.Conn, error) {
	return scanningConn{fullConn{c.fake}, c.rows}, nil
}

func TestRowsThatScanThemselves(t *testing.T) {
	all := func() scanningRows { return scanningRows{fullRows{full(), &cursor{}}} }
	for name, bare := range map[string]func() driver.Rows{
		"many results": func() driver.Rows { return all() },
		"one result":   func() driver.Rows { return oneResult{all()} },
	} {
		c, err := slowsql.WrapConnector(scanningConnector{fakeConnector{full()}, bare()}, nil).Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wrapped, err := c.(driver.QueryerContext).QueryContext(t.Context(), "select t", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := is[driver.RowsNextResultSet](wrapped), is[driver.RowsNextResultSet](bare()); got != want {
			t.Errorf("%s: is a RowsNextResultSet: %t, want %t", name, got, want)
		}
		db, rec := openConnector(t, scanningConnector{fakeConnector{full()}, bare()}, nil)
		rows, err := db.QueryContext(t.Context(), "select t")
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Error(err)
			}
			got = append(got, n)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]int{42, 42}, got); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", name, diff)
		}
		wantAttr(t, rec.Records()[0], "db.response.returned_rows", int64(2))
	}
}
