package slowsql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// A fake is a database. Its connections, statements and rows have the optional interfaces of a set; what a
// statement does stands in its text. It writes down what its driver is asked.
type fake struct {
	conns, stmts, rows int // sets

	mu    sync.Mutex
	calls []string
	bad   int    // how many of the next statements meet a bad connection
	work  func() // what a statement does; nil for nothing
	more  func() // what reading a row does
	start func() // what preparing and beginning do
}

const (
	allConns, allStmts, allRows = 1<<10 - 1, 1<<4 - 1, 1<<6 - 1

	connChecker = 1 << 4      // the member NamedValueChecker
	connReset   = 1<<5 | 1<<6 // SessionResetter and Validator
	connContext = 1<<0 | 1<<2 // ExecerContext and QueryerContext
)

// full returns a fake that has everything.
func full() *fake { return &fake{conns: allConns, stmts: allStmts, rows: allRows} }

var errFake = errors.New("no such table")

func (f *fake) notef(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
}

// said returns what the driver was asked since the last time.
func (f *fake) said() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

func (f *fake) setBad(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bad = n
}

// run does what the text of a statement says.
func (f *fake) run(query string) error {
	if f.work != nil {
		f.work()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bad > 0 {
		f.bad--
		return driver.ErrBadConn
	}
	if strings.Contains(query, "missing") {
		return errFake
	}
	return nil
}

func (f *fake) open() driver.Conn { return narrowConn[f.conns](fullConn{f}) }

type fakeConnector struct{ *fake }

func (c fakeConnector) Connect(context.Context) (driver.Conn, error) {
	c.notef("Connect")
	return c.open(), nil
}
func (c fakeConnector) Driver() driver.Driver { return fakeDriver(c) }

// A oneConnector has one connection only.
type oneConnector struct {
	fakeConnector
	conn driver.Conn
}

func (c oneConnector) Connect(context.Context) (driver.Conn, error) { return c.conn, nil }

type closingConnector struct{ fakeConnector }

func (c closingConnector) Close() error {
	c.notef("Connector.Close")
	return nil
}

type fakeDriver struct{ *fake }

func (d fakeDriver) Open(name string) (driver.Conn, error) {
	d.notef("Driver.Open %s", name)
	return d.open(), nil
}

type contextDriver struct{ fakeDriver }

func (d contextDriver) OpenConnector(name string) (driver.Connector, error) {
	d.notef("Driver.OpenConnector %s", name)
	return ownConnector{fakeConnector{d.fake}, d}, nil
}

// An ownConnector knows its driver.
type ownConnector struct {
	fakeConnector
	own driver.Driver
}

func (c ownConnector) Driver() driver.Driver { return c.own }

// A fullConn is a connection with all optional interfaces.
type fullConn struct{ *fake }

func (c fullConn) Prepare(query string) (driver.Stmt, error) {
	c.notef("Prepare %s", query)
	return c.prepare(query)
}

func (c fullConn) PrepareContext(_ context.Context, query string) (driver.Stmt, error) {
	c.notef("PrepareContext %s", query)
	return c.prepare(query)
}

func (c fullConn) prepare(query string) (driver.Stmt, error) {
	if c.start != nil {
		c.start()
	}
	if strings.Contains(query, "unprepared") {
		return nil, errFake
	}
	return narrowStmt[c.stmts](fullStmt{c.fake, query}), nil
}

func (c fullConn) Close() error {
	c.notef("Conn.Close")
	return nil
}

func (c fullConn) Begin() (driver.Tx, error) {
	c.notef("Begin")
	return c.begin()
}

func (c fullConn) BeginTx(_ context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.notef("BeginTx %+v", opts)
	return c.begin()
}

func (c fullConn) begin() (driver.Tx, error) {
	if c.start != nil {
		c.start()
	}
	return fakeTx(c), c.run("")
}

func (c fullConn) Ping(context.Context) error {
	c.notef("Ping")
	return nil
}

func (c fullConn) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.notef("Conn.ExecContext %s %v", query, args)
	if strings.Contains(query, "skip") {
		return nil, driver.ErrSkip
	}
	return fakeResult{}, c.run(query)
}

func (c fullConn) Exec(query string, args []driver.Value) (driver.Result, error) {
	c.notef("Conn.Exec %s %v", query, args)
	if strings.Contains(query, "skip") {
		return nil, driver.ErrSkip
	}
	return fakeResult{}, c.run(query)
}

func (c fullConn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.notef("Conn.QueryContext %s %v", query, args)
	return c.query(query)
}

func (c fullConn) Query(query string, args []driver.Value) (driver.Rows, error) {
	c.notef("Conn.Query %s %v", query, args)
	return c.query(query)
}

func (c fullConn) query(query string) (driver.Rows, error) {
	if strings.Contains(query, "skip") {
		return nil, driver.ErrSkip
	}
	return c.answer(query)
}

func (f *fake) answer(query string) (driver.Rows, error) {
	if err := f.run(query); err != nil {
		return nil, err
	}
	return narrowRows[f.rows](fullRows{f, &cursor{broken: strings.Contains(query, "broken")}}), nil
}

func (c fullConn) ResetSession(context.Context) error {
	c.notef("ResetSession")
	return nil
}

func (c fullConn) IsValid() bool {
	c.notef("IsValid")
	return true
}

func (c fullConn) CheckNamedValue(v *driver.NamedValue) error { return c.check("Conn", v) }

func (f *fake) check(who string, v *driver.NamedValue) error {
	f.notef("%s.CheckNamedValue %v", who, v.Value)
	switch v.Value {
	case "skip":
		return driver.ErrSkip
	case "remove":
		return driver.ErrRemoveArgument
	case "refuse":
		return errors.New("refused")
	default:
		return nil
	}
}

type fakeTx struct{ *fake }

func (t fakeTx) Commit() error {
	t.notef("Commit")
	return nil
}

func (t fakeTx) Rollback() error {
	t.notef("Rollback")
	return nil
}

type fakeResult struct{}

func (fakeResult) LastInsertId() (int64, error) { return 17, nil }
func (fakeResult) RowsAffected() (int64, error) { return 3, nil }

// A fullStmt is a statement with all optional interfaces.
type fullStmt struct {
	*fake
	query string
}

func (s fullStmt) Close() error {
	s.notef("Stmt.Close")
	return nil
}

func (s fullStmt) NumInput() int { return -1 }

func (s fullStmt) Exec(args []driver.Value) (driver.Result, error) {
	s.notef("Stmt.Exec %v", args)
	return fakeResult{}, s.run(s.query)
}

func (s fullStmt) Query(args []driver.Value) (driver.Rows, error) {
	s.notef("Stmt.Query %v", args)
	return s.answer(s.query)
}

func (s fullStmt) ExecContext(_ context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.notef("Stmt.ExecContext %v", args)
	return fakeResult{}, s.run(s.query)
}

func (s fullStmt) QueryContext(_ context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.notef("Stmt.QueryContext %v", args)
	return s.answer(s.query)
}

func (s fullStmt) CheckNamedValue(v *driver.NamedValue) error { return s.check("Stmt", v) }

func (s fullStmt) ColumnConverter(i int) driver.ValueConverter {
	s.notef("ColumnConverter %d", i)
	return driver.DefaultParameterConverter
}

// A fullRows is rows with all optional interfaces: two sets of two rows.
type fullRows struct {
	*fake
	*cursor
}

type cursor struct {
	read, sets int
	broken     bool
}

func (r fullRows) Columns() []string { return []string{"id"} }

func (r fullRows) Close() error {
	r.notef("Rows.Close")
	return nil
}

func (r fullRows) Next(dest []driver.Value) error {
	if r.more != nil {
		r.more()
	}
	switch {
	case r.read < 2:
		dest[0] = int64(r.read)
		r.read++
		return nil
	case r.broken:
		return errFake
	default:
		return io.EOF
	}
}

func (r fullRows) HasNextResultSet() bool {
	r.notef("HasNextResultSet")
	return r.sets == 0
}

func (r fullRows) NextResultSet() error {
	r.notef("NextResultSet")
	if r.sets > 0 {
		return io.EOF
	}
	r.sets, r.read = 1, 0
	return nil
}

func (r fullRows) ColumnTypeScanType(int) reflect.Type {
	r.notef("ColumnTypeScanType")
	return reflect.TypeFor[int32]()
}

func (r fullRows) ColumnTypeDatabaseTypeName(int) string {
	r.notef("ColumnTypeDatabaseTypeName")
	return "INT4"
}

func (r fullRows) ColumnTypeLength(int) (int64, bool) {
	r.notef("ColumnTypeLength")
	return 12, true
}

func (r fullRows) ColumnTypeNullable(int) (bool, bool) {
	r.notef("ColumnTypeNullable")
	return true, true
}

func (r fullRows) ColumnTypePrecisionScale(int) (int64, int64, bool) {
	r.notef("ColumnTypePrecisionScale")
	return 9, 2, true
}

// openDB returns a database that is closed when the test ends.
func openDB(tb testing.TB, c driver.Connector) *sql.DB {
	tb.Helper()
	db := sql.OpenDB(c)
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the database: %v", err)
		}
	})
	return db
}

// A member is an optional interface of package driver.
type member struct {
	name    string
	call    func(v any) bool // calls it, and reports whether v has it
	want    []string         // what a driver is asked then
	always  bool             // a wrapper has it even where the driver has not
	instead []string         // what such a driver is asked
}

func has[T any](call func(T)) func(any) bool {
	return func(v any) bool {
		t, ok := v.(T)
		if ok {
			call(t)
		}
		return ok
	}
}

// sets returns the sets that a table of fakes has.
func sets[From, To any](table []func(From) To) (list []int) {
	for set, narrow := range table {
		if narrow != nil {
			list = append(list, set)
		}
	}
	return list
}

// The members of each kind, in the order of the sets.
var (
	ctx         = context.Background()
	connMembers = []member{
		{name: "ExecerContext", want: []string{"Conn.ExecContext q []"}, call: has(func(c driver.ExecerContext) { _, _ = c.ExecContext(ctx, "q", nil) })},
		{name: "Execer", want: []string{"Conn.Exec q []"}, call: has(func(c driver.Execer) { _, _ = c.Exec("q", nil) })}, //nolint:staticcheck // there are drivers that have nothing newer
		{name: "QueryerContext", want: []string{"Conn.QueryContext q []"}, call: has(func(c driver.QueryerContext) { _, _ = c.QueryContext(ctx, "q", nil) })},
		{name: "Queryer", want: []string{"Conn.Query q []"}, call: has(func(c driver.Queryer) { _, _ = c.Query("q", nil) })}, //nolint:staticcheck // as Execer
		{name: "NamedValueChecker", want: []string{"Conn.CheckNamedValue 1"}, call: has(func(c driver.NamedValueChecker) { _ = c.CheckNamedValue(&driver.NamedValue{Value: 1}) })},
		{name: "SessionResetter", want: []string{"ResetSession"}, call: has(func(c driver.SessionResetter) { _ = c.ResetSession(ctx) })},
		{name: "Validator", want: []string{"IsValid"}, call: has(func(c driver.Validator) { c.IsValid() })},
		{name: "Pinger", want: []string{"Ping"}, always: true, call: has(func(c driver.Pinger) { _ = c.Ping(ctx) })},
		{
			name: "ConnPrepareContext", want: []string{"PrepareContext q"}, always: true, instead: []string{"Prepare q"},
			call: has(func(c driver.ConnPrepareContext) { _, _ = c.PrepareContext(ctx, "q") }),
		},
		{
			name: "ConnBeginTx", want: []string{"BeginTx {Isolation:0 ReadOnly:false}"}, always: true, instead: []string{"Begin"},
			call: has(func(c driver.ConnBeginTx) { _, _ = c.BeginTx(ctx, driver.TxOptions{}) }),
		},
	}
	stmtMembers = []member{
		{name: "StmtExecContext", want: []string{"Stmt.ExecContext []"}, call: has(func(s driver.StmtExecContext) { _, _ = s.ExecContext(ctx, nil) })},
		{name: "StmtQueryContext", want: []string{"Stmt.QueryContext []"}, call: has(func(s driver.StmtQueryContext) { _, _ = s.QueryContext(ctx, nil) })},
		{name: "NamedValueChecker", want: []string{"Stmt.CheckNamedValue 1"}, call: has(func(s driver.NamedValueChecker) { _ = s.CheckNamedValue(&driver.NamedValue{Value: 1}) })},
		{name: "ColumnConverter", want: []string{"ColumnConverter 3"}, call: has(func(s driver.ColumnConverter) { s.ColumnConverter(3) })}, //nolint:staticcheck // as Execer
	}
	rowsMembers = []member{
		{name: "RowsNextResultSet", want: []string{"HasNextResultSet", "NextResultSet"}, call: has(func(r driver.RowsNextResultSet) {
			if r.HasNextResultSet() {
				_ = r.NextResultSet()
			}
		})},
		{name: "RowsColumnTypeScanType", want: []string{"ColumnTypeScanType"}, always: true, call: has(func(r driver.RowsColumnTypeScanType) { r.ColumnTypeScanType(0) })},
		{
			name: "RowsColumnTypeDatabaseTypeName", want: []string{"ColumnTypeDatabaseTypeName"}, always: true,
			call: has(func(r driver.RowsColumnTypeDatabaseTypeName) { r.ColumnTypeDatabaseTypeName(0) }),
		},
		{name: "RowsColumnTypeLength", want: []string{"ColumnTypeLength"}, always: true, call: has(func(r driver.RowsColumnTypeLength) { r.ColumnTypeLength(0) })},
		{name: "RowsColumnTypeNullable", want: []string{"ColumnTypeNullable"}, always: true, call: has(func(r driver.RowsColumnTypeNullable) { r.ColumnTypeNullable(0) })},
		{
			name: "RowsColumnTypePrecisionScale", want: []string{"ColumnTypePrecisionScale"}, always: true,
			call: has(func(r driver.RowsColumnTypePrecisionScale) { r.ColumnTypePrecisionScale(0) }),
		},
	}
)
