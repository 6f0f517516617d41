package slowsql_test

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"strings"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// newText writes lines without what is different each time, so that the output of the example is the same.
func newText() slog.Handler {
	return slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || strings.HasSuffix(a.Key, ".duration") || strings.HasPrefix(a.Key, "code.") {
			return slog.Attr{}
		}
		return a
	}})
}

func ExampleWrapConnector() {
	connector := fakeConnector{full()} // of a driver: pgx's stdlib.GetConnector, mysql.NewConnector, …

	db := sql.OpenDB(slowsql.WrapConnector(connector, &slowsql.Options{
		Logger:    slog.New(newText()),
		Threshold: 1, // all are slow
		System:    "postgresql",
		Namespace: "shop",
	}))
	defer db.Close()

	_, _ = db.ExecContext(context.Background(), "UPDATE users SET name = 'Ann' WHERE id IN (7, 8, 9)")
	// Output: level=WARN msg="slow statement" db.system.name=postgresql db.namespace=shop db.collection.name=users db.operation.name=UPDATE db.query.summary="UPDATE users" db.query.text="UPDATE users SET name = ? WHERE id IN (?)" db.response.affected_rows=3
}
