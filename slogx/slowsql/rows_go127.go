//go:build go1.27

package slowsql

import "database/sql/driver"

// wrapRows returns the func that wraps rows like rs.
func wrapRows(rs driver.Rows) func(*rows) driver.Rows {
	if is[driver.RowsColumnScanner](rs) {
		return withRows127[rowsSet(rs)]
	}
	return withRows[rowsSet(rs)]
}

func (r *rows) nextRow() error {
	return r.next(r.bare.(driver.RowsColumnScanner).NextRow()) //nolint:forcetypeassert // as above
}

func (r *rows) scanColumn(sc driver.ScanContext, i int, dest any) error {
	return r.bare.(driver.RowsColumnScanner).ScanColumn(sc, i, dest) //nolint:forcetypeassert // as above
}
