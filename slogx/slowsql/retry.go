package slowsql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"runtime"
	"strings"
	"sync"
)

const sqlPrefix = "database/sql."

// retried reports whether package sql tries again, on another connection, what has just met
// [driver.ErrBadConn] on this goroutine. It does so twice, and not at all in a transaction or on a [sql.Conn].
// Which try this is only the stack knows: the last is called from a line of its own.
func retried() bool {
	line := tryLine()
	return line != 0 && line != lastTryLine()
}

// tryLine returns the line on which package sql has called the current try, or 0.
func tryLine() int {
	var pcs [maxDepth]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for inside := false; ; {
		f, more := frames.Next()
		switch in := strings.HasPrefix(f.Function, sqlPrefix); {
		case f.Function == sqlPrefix+"(*DB).retry":
			return f.Line
		case inside && !in, !more:
			return 0
		default:
			inside = in
		}
	}
}

// lastTryLine returns the line of the last try: that on which package sql gives up a database that it cannot
// connect to.
var lastTryLine = sync.OnceValue(func() int {
	var last unreachable
	db := sql.OpenDB(&last)
	_ = db.PingContext(context.Background())
	_ = db.Close()
	return last.line
})

// unreachable is a database whose connections are all bad. It keeps the line of the last try.
type unreachable struct{ line int }

func (u *unreachable) Connect(context.Context) (driver.Conn, error) {
	u.line = tryLine()
	return nil, driver.ErrBadConn
}

func (u *unreachable) Driver() driver.Driver { return nil }
