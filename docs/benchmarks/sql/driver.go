package main

import (
	"context"
	"database/sql/driver"
	"io"
)

// still is a driver that does nothing and allocates nothing. It is every kind of value of a driver.
type still struct{}

func (still) Open(string) (driver.Conn, error) { return stillConn{}, nil }

func (still) Connect(context.Context) (driver.Conn, error) { return stillConn{}, nil }
func (still) Driver() driver.Driver                        { return still{} }

func (still) Close() error                               { return nil }
func (still) NumInput() int                              { return -1 }
func (still) Exec([]driver.Value) (driver.Result, error) { return driver.RowsAffected(1), nil }
func (still) Query([]driver.Value) (driver.Rows, error)  { return still{}, nil }
func (still) ExecContext(context.Context, []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), nil
}

func (still) QueryContext(context.Context, []driver.NamedValue) (driver.Rows, error) {
	return still{}, nil
}

func (still) Columns() []string         { return nil }
func (still) Next([]driver.Value) error { return io.EOF }

// stillConn is a connection of still, with all that peers ask for.
type stillConn struct{}

func (stillConn) Close() error                             { return nil }
func (stillConn) Prepare(string) (driver.Stmt, error)      { return still{}, nil }
func (stillConn) Begin() (driver.Tx, error)                { return stillTx{}, nil }
func (stillConn) ResetSession(context.Context) error       { return nil }
func (stillConn) CheckNamedValue(*driver.NamedValue) error { return nil }
func (stillConn) PrepareContext(context.Context, string) (driver.Stmt, error) {
	return still{}, nil
}

func (stillConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return stillTx{}, nil
}

func (stillConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), nil
}

func (stillConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return still{}, nil
}

type stillTx struct{}

func (stillTx) Commit() error   { return nil }
func (stillTx) Rollback() error { return nil }
