package slowsql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
)

//go:generate go run gen.go

// Open is [sql.Open] with a slow-query log: it opens the database of a registered driver. The error is
// that of sql.Open.
func Open(driverName, dsn string, opts *Options) (*sql.DB, error) {
	db, err := sql.Open(driverName, dsn) // connects to nothing, and is the only way to a driver by its name
	if err != nil {
		return nil, err
	}
	d := db.Driver()
	if err := db.Close(); err != nil {
		return nil, fmt.Errorf("close the database that was opened for its driver: %w", err)
	}
	c, err := openConnector(d, dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(WrapConnector(c, opts)), nil
}

// WrapConnector returns a connector whose connections write to the slow-query log, for [sql.OpenDB]. It is
// an [io.Closer] if c is one. Its Driver method returns the driver of c as it is.
func WrapConnector(c driver.Connector, opts *Options) driver.Connector {
	return wrapConnector(c, newLog(opts, c.Driver(), c), nil)
}

// WrapDriver returns a driver whose connections write to the slow-query log, for [sql.Register]. It is a
// [driver.DriverContext] if d is one.
func WrapDriver(d driver.Driver, opts *Options) driver.Driver {
	w := &wrappedDriver{d, newLog(opts, d)}
	if _, ok := d.(driver.DriverContext); ok {
		return contextDriver{w}
	}
	return w
}

// Unwrap returns the driver's own connection of one that [sql.Conn.Raw] passes to its func, and anything
// else as it is.
func Unwrap(driverConn any) any {
	if w, ok := driverConn.(interface{ unwrap() any }); ok {
		return w.unwrap()
	}
	return driverConn
}

func openConnector(d driver.Driver, dsn string) (driver.Connector, error) {
	if d, ok := d.(driver.DriverContext); ok {
		return d.OpenConnector(dsn)
	}
	return nameConnector{d, dsn}, nil
}

// A nameConnector opens connections by their name, as package sql does for a driver that is no
// [driver.DriverContext].
type nameConnector struct {
	driver driver.Driver
	name   string
}

func (c nameConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.name) }
func (c nameConnector) Driver() driver.Driver                        { return c.driver }

type wrappedDriver struct {
	bare driver.Driver
	log  *queryLog
}

func (d *wrappedDriver) Open(name string) (driver.Conn, error) {
	c, err := d.bare.Open(name)
	return wrapConn(c, d.log), err
}

// A contextDriver is a wrappedDriver that is a [driver.DriverContext].
type contextDriver struct{ *wrappedDriver }

func (d contextDriver) OpenConnector(name string) (driver.Connector, error) {
	c, err := d.bare.(driver.DriverContext).OpenConnector(name) //nolint:forcetypeassert // why it is a contextDriver
	if err != nil || c == nil {
		return c, err
	}
	return wrapConnector(c, d.log, d), nil
}

type connector struct {
	bare   driver.Connector
	log    *queryLog
	driver driver.Driver // nil: that of bare
}

func wrapConnector(c driver.Connector, log *queryLog, d driver.Driver) driver.Connector {
	w := &connector{c, log, d}
	if closer, ok := c.(io.Closer); ok {
		return closingConnector{w, closer}
	}
	return w
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.bare.Connect(ctx)
	return wrapConn(conn, c.log), err
}

func (c *connector) Driver() driver.Driver {
	if c.driver != nil {
		return c.driver
	}
	return c.bare.Driver()
}

// A closingConnector is a connector that is an [io.Closer].
type closingConnector struct {
	*connector
	io.Closer
}
