package slowsql_test

import (
	"database/sql/driver"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/slowsql"
)

func TestSource(t *testing.T) {
	db, rec := open(t, full(), nil)
	ctx := t.Context()
	line := func() int { _, _, n, _ := runtime.Caller(1); return n }
	var want []int
	_, _ = db.ExecContext(ctx, "update t")
	want = append(want, line()-1)
	_ = db.QueryRowContext(ctx, "select 1").Scan(new(int))
	want = append(want, line()-1)
	stmt, err := db.PrepareContext(ctx, "update t")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	_, _ = stmt.ExecContext(ctx)
	want = append(want, line()-1)
	tx, _ := db.BeginTx(ctx, nil)
	want = append(want, line()-1)
	_ = tx.Commit()
	want = append(want, line()-1)
	var got []int
	for _, r := range rec.Records() {
		if r.Source == nil || !strings.HasSuffix(r.Source.File, "caller_test.go") {
			t.Fatalf("%v: source %+v, want this file", r.Map(), r.Source)
		}
		got = append(got, r.Source.Line)
		wantAttr(t, r, "code.line.number", int64(r.Source.Line))
		wantAttr(t, r, "code.file.path", r.Source.File)
		wantAttr(t, r, "code.function.name", r.Source.Function)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestSourceWithoutPackageSQL(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	c, err := slowsql.WrapConnector(fakeConnector{full()}, &slowsql.Options{Logger: rec.Logger()}).Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.(driver.ExecerContext).ExecContext(t.Context(), "update t", nil)
	if s := rec.Records()[0].Source; s == nil || !strings.HasSuffix(s.Function, t.Name()) {
		t.Errorf("source %+v, want this function", s)
	}
}

func TestSkippedPackages(t *testing.T) {
	for name, tt := range map[string]struct {
		skip []string
		want string
	}{
		"none":                   {nil, "github.com/slogx-go/slogx/slogx/slowsql_test.TestSkippedPackages.func1"},
		"the caller's":           {[]string{"github.com/slogx-go/slogx/slogx/slowsql_test"}, "testing.tRunner"},
		"a package above":        {[]string{"github.com/slogx-go/slogx"}, "testing.tRunner"},
		"one that only looks so": {[]string{"github.com/slogx-go/slogx/slogx/slow"}, "github.com/slogx-go/slogx/slogx/slowsql_test.TestSkippedPackages.func1"},
		"all":                    {[]string{"github.com/slogx-go/slogx", "testing"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			db, rec := open(t, full(), &slowsql.Options{SkipPackages: tt.skip})
			_, _ = db.ExecContext(t.Context(), "update t")
			got := ""
			if s := rec.Records()[0].Source; s != nil {
				got = s.Function
			}
			if got != tt.want {
				t.Errorf("caller %q, want %q", got, tt.want)
			}
		})
	}
}
