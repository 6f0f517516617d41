package slowsql

import (
	"reflect"
	"strings"
)

const otherSystem = "other_sql"

// systems are words in the path or the type of a driver, and the names that OpenTelemetry has for the
// databases; the first that fits counts.
var systems = [...]struct{ word, name string }{
	{"pgx", "postgresql"},
	{"/pq.", "postgresql"},
	{"postgres", "postgresql"},
	{"cockroach", "cockroachdb"},
	{"mariadb", "mariadb"},
	{"mysql", "mysql"},
	{"sqlite", "sqlite"},
	{"mssql", "microsoft.sql_server"},
	{"sqlserver", "microsoft.sql_server"},
	{"godror", "oracle.db"},
	{"go-ora", "oracle.db"},
	{"oracle", "oracle.db"},
	{"oci8", "oracle.db"},
	{"clickhouse", "clickhouse"},
	{"spanner", "gcp.spanner"},
	{"firebird", "firebirdsql"},
	{"trino", "trino"},
	{"go-hdb", "sap.hana"},
	{"go_ibm_db", "ibm.db2"},
}

// guessSystem returns the name of the database that the types of values are for.
func guessSystem(values ...any) string {
	for _, v := range values {
		t := reflect.TypeOf(v)
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t == nil {
			continue
		}
		name := strings.ToLower(t.PkgPath() + "." + t.Name())
		for _, s := range systems {
			if strings.Contains(name, s.word) {
				return s.name
			}
		}
	}
	return otherSystem
}
