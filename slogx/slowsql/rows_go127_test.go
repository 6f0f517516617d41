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

type scanningConn struct{ fullConn }

func (c scanningConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return slowsql.NarrowScanner(scanningRows{fullRows{c.fake, &cursor{}}}, c.rows), nil
}

type scanningConnector struct{ fakeConnector }

func (c scanningConnector) Connect(context.Context) (driver.Conn, error) {
	return scanningConn{fullConn{c.fake}}, nil
}

func TestRowsThatScanThemselves(t *testing.T) {
	for set := range slowsql.RowsSets {
		f := &fake{rows: set}
		check(t, "scanning rows", set, rowsMembers, func(f *fake) any {
			return slowsql.NarrowScanner(scanningRows{fullRows{f, &cursor{}}}, set)
		})
		db, rec := openConnector(t, scanningConnector{fakeConnector{f}}, nil)
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
			t.Errorf("set %b: rows (-want +got):\n%s", set, diff)
		}
		wantAttr(t, rec.Records()[0], "db.response.returned_rows", int64(2))
	}
}
