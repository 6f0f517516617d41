// Package slowsql is a slow-query log for database/sql: it wraps a driver, and writes a record of each
// statement that takes long or fails.
//
//	db, err := slowsql.Open("pgx", dsn, &slowsql.Options{Logger: logger, Threshold: 100 * time.Millisecond})
//
// [WrapConnector] wraps a connector for [sql.OpenDB], [WrapDriver] a driver for [sql.Register].
//
// # What is written
//
// A statement that took [Options].Threshold or longer is a record "slow statement" of level WARN; one that
// failed is "statement failed", ERROR; every other is "statement", DEBUG, if the logger is enabled for it.
// The record is logged with the context of the statement, so that it has the trace and all else that
// handlers take from there, and its source is the caller outside of database/sql. The attributes are those
// of OpenTelemetry's conventions for databases, and some that these do not have:
//
//	db.system.name                   the database, such as "postgresql"
//	db.namespace                     Options.Namespace
//	db.collection.name               the table, if there is only one
//	db.operation.name                the operation, such as SELECT
//	db.query.summary                 operations and tables: "SELECT users orders"
//	db.query.text                    the text, without literals and comments
//	db.query.parameter.<key>         an argument, by name or position, with Options.Args
//	db.client.operation.duration     seconds until the database was done
//	db.client.prepare.duration       seconds of it that preparing took, if it did
//	db.client.rows.duration          seconds of it from the answer until the rows were closed
//	db.client.transaction.duration   seconds since its begin, at the end of a transaction
//	db.response.returned_rows        rows that were read
//	db.response.affected_rows        rows that were changed, if the driver says
//	db.response.status_code          the database's code of an error
//	error.type, error                the code or type of an error, and the error; see Options.OmitError
//	code.function.name, code.file.path, code.line.number   the caller
//
// A query ends when its rows are closed: until then the connection is busy with it, and many databases work
// row by row. So a program that takes its time between two rows has a slow query; db.client.rows.duration
// tells these apart. A prepared statement is a record each time that it is executed; the first execution
// includes the preparing. BEGIN, COMMIT and ROLLBACK are statements.
//
// The source of a query that ended because its context did is not known if package sql closed the rows: it
// does so on a goroutine of its own.
//
// # What counts as a failure
//
// What the caller of package sql gets. A connection that answers [driver.ErrSkip] has package sql prepare
// the statement: that is one statement. After [driver.ErrBadConn] package sql tries twice more on other
// connections: only an error that is left after the last try is one. Rows that end with an error other than
// [io.EOF] have failed, and so have those that package sql closes because their context ended. An error to
// connect is no statement's. A transaction's own context, and [sql.ErrNoRows], belong to package sql.
//
// # The text of a statement
//
// The text is read by a tokenizer, which knows strings of all kinds (plain, E, N, X, B and U& ones, q'[…]',
// $tag$…$tag$), names in quotes and brackets, numbers, parameters and comments, as the database reads them.
// A literal becomes ?, a comment and its white space one space, a list after IN one ?; parameters, names and
// NULL stay. Options.System says which database it is, or else the type of the driver:
//
//	postgresql            jackc/pgx, lib/pq
//	cockroachdb           only by Options.System
//	mysql, mariadb        go-sql-driver/mysql is mysql
//	sqlite                modernc.org/sqlite, mattn/go-sqlite3 and others
//	microsoft.sql_server  microsoft/go-mssqldb
//	oracle.db             sijms/go-ora, godror/godror
//	clickhouse            ClickHouse/clickhouse-go
//	firebirdsql, ibm.db2, sap.hana, trino
//
// What these read differently, above all a backslash in a string, is read as each of them does with its
// default settings; a server of MySQL with ANSI_QUOTES or NO_BACKSLASH_ESCAPES, or of PostgreSQL without
// standard_conforming_strings, wants "other_sql". That is the name of a database that is not known. Where
// databases do not agree about what follows, the rest of its text is taken for a literal, and a name in
// double quotes is kept only where a table stands or beside a dot. Nothing else of the text is guessed, and
// what is not closed is taken for a literal to the end.
//
// Texts are kept by statement, [Options].Cache of them, so that a program that builds its statements with
// parameters reads each only once.
//
// # Secrets
//
// A text has no literals, and arguments are left out unless Options.Args is set. Then they are attributes of
// their own, which a redaction handler knows by key or content. The error is the database's text and may
// quote a value ("Duplicate entry 'x'"): let a redaction handler see to it, or set Options.OmitError. The
// code is there all the same: what a method SQLState, SQLErrorNumber or Code of the error says, or else its
// field Number, ExtendedCode or Code.
//
// # The driver's own connection
//
// A wrapper has all optional interfaces of package driver that what it wraps has. It has no others of those
// whose absence package sql notices; where the driver lacks one of the rest, the wrapper does what package sql
// does then. So package sql treats both alike. [sql.Conn.Raw] gives its func the wrapper; [Unwrap] gives the
// driver's own, with what that has and no more:
//
//	err := conn.Raw(func(driverConn any) error {
//		c := slowsql.Unwrap(driverConn).(*stdlib.Conn)
//		…
//	})
//
// What is done with that is not in the log.
//
// # Cost
//
// A statement that is not written costs two looks at the clock and the question whether DEBUG is enabled;
// rows and prepared statements allocate once. See the folder docs/benchmarks/sql of the repository. The
// logger is called on the goroutine of the statement, which waits for it, with its connection still in use:
// a sink that writes to the same database needs a connection of its own, and a [sql.DB] that is not wrapped.
package slowsql
