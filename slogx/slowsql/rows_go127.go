//go:build go1.27

package slowsql

import "database/sql/driver"

// wrapRows returns the func that wraps rows like rs.
func wrapRows(rs driver.Rows) func(*rows) driver.Rows {
	s := set(is[driver.RowsNextResultSet](rs), is[driver.RowsColumnScanner](rs))
	if s < len(withRows) {
		return withRows[s]
	}
	return withRows127[s]
}

func (r *rows) NextRow() error {
	return r.next(r.bare.(driver.RowsColumnScanner).NextRow()) //nolint:forcetypeassert // withRows127 has chosen by it; so below
}

func (r *rows) ScanColumn(sc driver.ScanContext, i int, dest any) error {
	return r.bare.(driver.RowsColumnScanner).ScanColumn(sc, i, dest) //nolint:forcetypeassert // as above
}
