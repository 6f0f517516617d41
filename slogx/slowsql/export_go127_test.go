//go:build go1.27

package slowsql

import (
	"context"
	"database/sql/driver"
)

// NarrowScanner is NarrowRows for rows that scan themselves.
func NarrowScanner(r driver.Rows, set int) driver.Rows {
	return withRows127[set](&rows{bare: r, ctx: context.Background(), log: silent})
}
