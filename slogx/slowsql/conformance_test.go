package slowsql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

// everyStatement writes all statements, to nowhere.
var everyStatement = &slowsql.Options{Logger: slog.New(deaf{slog.DiscardHandler}), Threshold: 1, Args: true}

// deaf is a handler that wants everything and keeps nothing.
type deaf struct{ slog.Handler }

func (deaf) Enabled(context.Context, slog.Level) bool { return true }

// TestWrappersHaveTheInterfacesOfTheirSet shows for fakes with a set of optional interfaces that a wrapper loses
// none, that it adds only those whose absence package sql does not notice, and what each asks the driver.
func TestWrappersHaveTheInterfacesOfTheirSet(t *testing.T) {
	for _, set := range sets(narrowConn[:]) {
		check(t, "conn", set, connMembers, func(f *fake) any {
			f.conns = set
			return wrappedConn(t, f)
		})
	}
	for _, set := range sets(narrowStmt[:]) {
		check(t, "stmt", set, stmtMembers, func(f *fake) any {
			f.stmts = set
			return wrappedStmt(t, f)
		})
	}
	for _, set := range sets(narrowRows[:]) {
		check(t, "rows", set, rowsMembers, func(f *fake) any {
			f.rows = set
			rows, err := wrappedStmt(t, f).Query(nil) //nolint:staticcheck // all drivers have it
			if err != nil {
				t.Fatal(err)
			}
			return rows
		})
	}
}

func wrappedConn(t *testing.T, f *fake) driver.Conn {
	t.Helper()
	c, err := slowsql.WrapConnector(fakeConnector{f}, everyStatement).Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wrappedStmt(t *testing.T, f *fake) driver.Stmt {
	t.Helper()
	s, err := wrappedConn(t, f).Prepare("q")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func check(t *testing.T, kind string, set int, members []member, wrap func(*fake) any) {
	t.Helper()
	for i, m := range members {
		f := full()
		v := wrap(f)
		f.said()
		driverHas := set&(1<<i) != 0
		if has, want := m.call(v), driverHas || m.always; has != want {
			t.Errorf("%s %b: is a %s: %t, want %t", kind, set, m.name, has, want)
		}
		want := m.instead
		if driverHas {
			want = m.want
		}
		if asked := f.said(); !slices.Equal(asked, want) {
			t.Errorf("%s %b: %s asked the driver %q, want %q", kind, set, m.name, asked, want)
		}
	}
}

// TestEveryCombinationOfOptionalInterfaces runs the public interface of package sql over drivers with sets of
// optional interfaces, bare and wrapped, and compares all that package sql and the driver see. Among the sets
// are all that package sql tells apart.
func TestEveryCombinationOfOptionalInterfaces(t *testing.T) {
	rowsSets := sets(narrowRows[:])
	for i, conns := range sets(narrowConn[:]) {
		compare(t, func() *fake {
			return &fake{conns: conns, stmts: (conns ^ conns>>4) & allStmts, rows: rowsSets[i%len(rowsSets)]}
		})
	}
	for i, stmts := range sets(narrowStmt[:]) { // where all statements are prepared, and checkers are on both sides or not
		for _, conns := range []int{0, connChecker} {
			compare(t, func() *fake { return &fake{conns: conns, stmts: stmts, rows: rowsSets[i%len(rowsSets)]} })
		}
	}
	for _, rows := range rowsSets {
		compare(t, func() *fake { return &fake{conns: allConns, stmts: allStmts, rows: rows} })
	}
}

func compare(t *testing.T, open func() *fake) {
	t.Helper()
	bare, wrapped := open(), open()
	want := observe(t, sql.OpenDB(fakeConnector{bare}), bare)
	got := observe(t, sql.OpenDB(slowsql.WrapConnector(fakeConnector{wrapped}, everyStatement)), wrapped)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("conn %b, stmt %b, rows %b (-bare +wrapped):\n%s", bare.conns, bare.stmts, bare.rows, diff)
	}
}

// observe uses all of db, and returns what it sees and what the driver saw.
func observe(t *testing.T, db *sql.DB, f *fake) []string {
	t.Helper()
	o := &observer{f: f}
	ctx := t.Context()
	o.add("ping", db.PingContext(ctx))
	for _, args := range [][]any{nil, {7, "x"}, {uint64(math.MaxUint64)}, {"skip", "remove", int8(1)}, {"refuse"}, {sql.Named("n", true)}} {
		for _, query := range []string{"insert", "insert skip"} {
			o.exec(query, func() (sql.Result, error) { return db.ExecContext(ctx, query, args...) })
			o.query(query, func() (*sql.Rows, error) { return db.QueryContext(ctx, query, args...) })
		}
	}
	for _, query := range []string{"insert missing", "insert unprepared skip"} {
		o.exec(query, func() (sql.Result, error) { return db.ExecContext(ctx, query) })
		o.query(query, func() (*sql.Rows, error) { return db.QueryContext(ctx, query) })
	}
	o.query("broken", func() (*sql.Rows, error) { return db.QueryContext(ctx, "select broken") })
	for bad := 1; bad <= 4; bad++ {
		f.setBad(bad)
		o.exec(fmt.Sprint("bad ", bad), func() (sql.Result, error) { return db.ExecContext(ctx, "update") })
	}
	f.setBad(0)
	o.prepared(ctx, db)
	o.transactions(ctx, db)
	o.connection(ctx, db)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	o.exec("canceled", func() (sql.Result, error) { return db.ExecContext(gone, "update") })
	o.add("close", db.Close())
	return o.seen
}

type observer struct {
	f    *fake
	seen []string
}

func (o *observer) add(what string, values ...any) {
	o.seen = append(append(o.seen, fmt.Sprint(what, ": ", fmt.Sprint(values...))), o.f.said()...)
}

func (o *observer) exec(what string, exec func() (sql.Result, error)) {
	res, err := exec()
	if err != nil {
		o.add(what, err)
		return
	}
	id, _ := res.LastInsertId()
	n, _ := res.RowsAffected()
	o.add(what, id, n)
}

func (o *observer) query(what string, query func() (*sql.Rows, error)) {
	rows, err := query()
	if err != nil {
		o.add(what, err)
		return
	}
	for {
		types, err := rows.ColumnTypes()
		for _, ct := range types {
			size, sized := ct.Length()
			null, nulls := ct.Nullable()
			precision, scale, decimal := ct.DecimalSize()
			o.add("column", ct.Name(), ct.DatabaseTypeName(), ct.ScanType(), size, sized, null, nulls, precision, scale, decimal, err)
		}
		for rows.Next() {
			var id int
			err := rows.Scan(&id)
			o.add("row", id, err)
		}
		if !rows.NextResultSet() {
			break
		}
	}
	o.add(what, rows.Err(), rows.Close()) //nolint:sqlclosecheck // its error is what is looked at
}

// optional returns the names of the optional interfaces of a connection.
func optional(conn any) (names []string) {
	for _, m := range connMembers {
		if m.call(conn) {
			names = append(names, m.name)
		}
	}
	return names
}

func (o *observer) prepared(ctx context.Context, db *sql.DB) {
	for _, query := range []string{"update", "update unprepared", "update missing"} {
		stmt, err := db.PrepareContext(ctx, query)
		o.add("prepare", err)
		if err != nil {
			continue
		}
		for _, arg := range []any{1, uint64(math.MaxUint64), "skip", "refuse"} {
			o.exec("prepared", func() (sql.Result, error) { return stmt.ExecContext(ctx, arg) })
			o.query("prepared", func() (*sql.Rows, error) { return stmt.QueryContext(ctx, arg) })
		}
		o.add("prepared", stmt.Close())
	}
}

func (o *observer) transactions(ctx context.Context, db *sql.DB) {
	for _, opts := range []*sql.TxOptions{nil, {Isolation: sql.LevelSerializable}, {ReadOnly: true}} {
		for _, bad := range []int{0, 1, 3} {
			o.f.setBad(bad)
			tx, err := db.BeginTx(ctx, opts)
			o.f.setBad(0)
			o.add("begin", err)
			if err != nil {
				continue
			}
			o.f.setBad(bad)
			o.exec("in transaction", func() (sql.Result, error) { return tx.ExecContext(ctx, "update") })
			o.f.setBad(0)
			o.query("in transaction", func() (*sql.Rows, error) { return tx.QueryContext(ctx, "select") })
			if bad == 0 {
				o.add("commit", tx.Commit())
			} else {
				o.add("rollback", tx.Rollback())
			}
		}
	}
}

func (o *observer) connection(ctx context.Context, db *sql.DB) {
	conn, err := db.Conn(ctx)
	o.add("conn", err)
	if err != nil {
		return
	}
	o.exec("on conn", func() (sql.Result, error) { return conn.ExecContext(ctx, "update") })
	err = conn.Raw(func(raw any) error {
		o.add("raw", optional(slowsql.Unwrap(raw)))
		return nil
	})
	o.add("raw", err, conn.Close())
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

func TestDriversAndConnectors(t *testing.T) {
	for name, open := range map[string]func(f *fake) any{
		"connector":         func(f *fake) any { return fakeConnector{f} },
		"closing connector": func(f *fake) any { return closingConnector{fakeConnector{f}} },
		"driver":            func(f *fake) any { return fakeDriver{f} },
		"context driver":    func(f *fake) any { return contextDriver{fakeDriver{f}} },
	} {
		t.Run(name, func(t *testing.T) {
			see := func(wrap bool) []string {
				f := full()
				v := open(f)
				if c, ok := v.(driver.Connector); ok {
					if wrap {
						c = slowsql.WrapConnector(c, everyStatement)
					}
					return append(observe(t, sql.OpenDB(c), f), fmt.Sprint("closer: ", is[io.Closer](c)))
				}
				d := v.(driver.Driver)
				if wrap {
					d = slowsql.WrapDriver(d, everyStatement)
				}
				db, err := sql.Open(register(d), "dsn")
				if err != nil {
					t.Fatal(err)
				}
				if db.Driver() != d {
					t.Errorf("the driver of the database is %v, want the one that was registered", db.Driver())
				}
				return append(observe(t, db, f), fmt.Sprint("context: ", is[driver.DriverContext](d)))
			}
			if diff := cmp.Diff(see(false), see(true)); diff != "" {
				t.Errorf("-bare +wrapped:\n%s", diff)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	old, newer := full(), full()
	for f, d := range map[*fake]driver.Driver{old: fakeDriver{old}, newer: contextDriver{fakeDriver{newer}}} {
		name := register(d)
		db, err := slowsql.Open(name, "the dsn", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.PingContext(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if db.Driver() != d {
			t.Errorf("%s: the driver of the database is a %T, want the driver's own %T", name, db.Driver(), d)
		}
		if calls := f.said(); !slices.ContainsFunc(calls, func(s string) bool { return s == "Driver.Open the dsn" || s == "Driver.OpenConnector the dsn" }) {
			t.Errorf("%s: the driver was asked %q, want its dsn among it", name, calls)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if db, err := slowsql.Open("no such driver", "", nil); err == nil || db != nil {
		t.Errorf("a driver that was not registered: got %v, %v", db, err)
	}
}

var registered atomic.Int64

// register registers a driver by a name that is new, and returns that: package sql forgets none.
func register(d driver.Driver) string {
	name := fmt.Sprint("test driver ", registered.Add(1))
	sql.Register(name, d)
	return name
}

type brokenDriver struct{ fakeDriver }

func (brokenDriver) OpenConnector(string) (driver.Connector, error) { return nil, errFake }

type deadConnector struct{ fakeConnector }

func (deadConnector) Connect(context.Context) (driver.Conn, error) { return nil, errFake }

func TestErrorsOnTheWayToAConnection(t *testing.T) {
	if c, err := slowsql.WrapDriver(brokenDriver{fakeDriver{full()}}, nil).(driver.DriverContext).OpenConnector(""); c != nil || !errors.Is(err, errFake) {
		t.Errorf("OpenConnector: got %v, %v, want nil and the driver's error", c, err)
	}
	c, err := slowsql.WrapConnector(deadConnector{fakeConnector{full()}}, nil).Connect(t.Context())
	if c != nil || !errors.Is(err, errFake) {
		t.Errorf("Connect: got %v, %v, want nil and the driver's error", c, err)
	}
}

// TestNoInterfaceOfPackageDriverIsUnknown fails when Go adds an interface that a wrapper may have to have.
func TestNoInterfaceOfPackageDriverIsUnknown(t *testing.T) {
	known := []string{
		"Driver", "DriverContext", "Connector", "Conn", "Stmt", "Tx", "Result", "Rows", "Valuer", "ValueConverter",
		"Pinger", "ExecerContext", "Execer", "QueryerContext", "Queryer", "ConnPrepareContext", "ConnBeginTx", "SessionResetter",
		"Validator", "NamedValueChecker", "StmtExecContext", "StmtQueryContext", "ColumnConverter", "RowsNextResultSet",
		"RowsColumnTypeScanType", "RowsColumnTypeDatabaseTypeName", "RowsColumnTypeLength", "RowsColumnTypeNullable",
		"RowsColumnTypePrecisionScale", "RowsColumnScanner",
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "database/sql/driver").Output()
	if err != nil {
		t.Fatalf("find the source of package driver: %v", err)
	}
	dir := filepath.Clean(string(slices.DeleteFunc(out, func(b byte) bool { return b == '\n' || b == '\r' })))
	for _, name := range []string{"driver.go", "types.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if _, ok := spec.Type.(*ast.InterfaceType); ok && spec.Name.IsExported() && !slices.Contains(known, spec.Name.Name) {
				t.Errorf("%s has driver.%s, which no wrapper knows", runtime.Version(), spec.Name.Name)
			}
			return true
		})
	}
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "run", "gen.go", "-dir", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"combine.go", "combine_go127.go", "combine_test.go"} {
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s is not what gen.go writes: run go generate", name)
		}
	}
}
