//go:build !go1.27

package slowsql

import "database/sql/driver"

// wrapRows returns the func that wraps rows like rs.
func wrapRows(rs driver.Rows) func(*rows) driver.Rows {
	return withRows[set(is[driver.RowsNextResultSet](rs))]
}
