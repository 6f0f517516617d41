package slowsql

import (
	"context"
	"database/sql/driver"
	"log/slog"
)

// The numbers of sets of optional interfaces.
const (
	ConnSets = len(withConn)
	StmtSets = len(withStmt)
	RowsSets = len(withRows)
)

var silent = newLog(&Options{Logger: slog.New(slog.DiscardHandler)})

// NarrowConn returns c, which has all optional interfaces, with those of a set.
func NarrowConn(c driver.Conn, set int) driver.Conn { return withConn[set](newConn(c, silent)) }

// NarrowStmt returns s, which has all optional interfaces, with those of a set.
func NarrowStmt(s driver.Stmt, set int) driver.Stmt {
	return withStmt[set](&stmt{bare: s, conn: newConn(nil, silent)})
}

// NarrowRows returns r, which has all optional interfaces, with those of a set.
func NarrowRows(r driver.Rows, set int) driver.Rows {
	return withRows[set](&rows{bare: r, ctx: context.Background(), log: silent})
}
