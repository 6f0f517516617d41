// Package integration tests package slowsql with real databases: SQLite, PostgreSQL and MariaDB. It is a
// module of its own, so that their drivers stay out of go.mod files that programs import.
//
//	GOWORK=off go test ./...
//
// The tests start the servers of Debian's packages postgresql and mariadb-server themselves, as an
// unprivileged user if they run as root, with all their files in a temporary folder and a Unix socket in it
// as the only way in.
package integration
