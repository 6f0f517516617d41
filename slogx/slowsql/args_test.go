package slowsql_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

func TestArguments(t *testing.T) {
	text, many := []byte("bytes"), make([]any, 150)
	for i := range many {
		many[i] = i
	}
	for name, tt := range map[string]struct {
		args []any
		want map[string]any
	}{
		"none":     {nil, map[string]any{}},
		"position": {[]any{"a", 7, nil}, map[string]any{"0": "a", "1": int64(7), "2": nil}},
		"named":    {[]any{sql.Named("id", 7), text}, map[string]any{"id": int64(7), "1": text}},
	} {
		for _, on := range []bool{false, true} {
			t.Run(fmt.Sprint(name, on), func(t *testing.T) {
				db, rec := open(t, full(), &slowsql.Options{Args: on})
				stmt, err := db.PrepareContext(t.Context(), "update t")
				if err != nil {
					t.Fatal(err)
				}
				defer stmt.Close()
				_, _ = db.ExecContext(t.Context(), "update t", tt.args...)
				_, _ = stmt.ExecContext(t.Context(), tt.args...)
				rows, err := db.QueryContext(t.Context(), "select t", tt.args...)
				query(t, rows, err)
				for _, r := range rec.Records() {
					got := map[string]any{}
					for key, v := range r.Map() {
						if key, ok := strings.CutPrefix(key, "db.query.parameter."); ok {
							if n, ok := v.(int); ok { // the checker of the fake leaves an int an int
								v = int64(n)
							}
							got[key] = v
						}
					}
					want := tt.want
					if !on {
						want = map[string]any{}
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("-want +got:\n%s", diff)
					}
				}
			})
		}
	}
	db, rec := open(t, full(), &slowsql.Options{Args: true})
	_, _ = db.ExecContext(t.Context(), "update t", many...)
	if _, ok := rec.Records()[0].Attr("db.query.parameter.99"); !ok {
		t.Error("the argument number 99 is missing")
	}
	if _, ok := rec.Records()[0].Attr("db.query.parameter.100"); ok {
		t.Error("more than 100 arguments")
	}
}

// The caller may use the array of an argument again while it reads the rows.
func TestArgumentsAreThoseOfTheCall(t *testing.T) {
	db, rec := open(t, full(), &slowsql.Options{Args: true})
	arg := []byte("before")
	rows, err := db.QueryContext(t.Context(), "select t", arg)
	copy(arg, "after!")
	query(t, rows, err)
	wantAttr(t, rec.Records()[0], "db.query.parameter.0", []byte("before"))
}
