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
		if w, ok := v.(interface{ unwrap() any }); ok {
			v = w.unwrap()
		}
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

// A dialect is how a database reads what they read differently.
type dialect struct {
	strings   backslash // in '…'
	quotes    quotes    // what "…" is
	brackets  bool      // […] is a name
	dollars   bool      // $tag$ … $tag$ is a string
	dollarArg bool      // $1 is a parameter
	nested    bool      // comments nest
	hash      bool      // # begins a comment
	dashSpace bool      // -- begins a comment only before white space
	oracle    bool      // q'[…]' is a string, :1 a parameter
}

type backslash uint8

const (
	backslashPlain   backslash = iota // stands for itself
	backslashEscape                   // escapes what follows
	backslashUnknown                  // nobody knows: where it matters, the rest of the text is taken for a literal
)

type quotes uint8

const (
	quotesName    quotes = iota // a name
	quotesString                // a string
	quotesByPlace               // a name only where a table stands or beside a dot
)

func dialectOf(system string) dialect {
	switch system {
	case "postgresql", "cockroachdb", "aws.redshift":
		return dialect{dollars: true, dollarArg: true, nested: true}
	case "mysql", "mariadb":
		return dialect{strings: backslashEscape, quotes: quotesString, hash: true, dashSpace: true}
	case "sqlite":
		return dialect{quotes: quotesByPlace, brackets: true, dollarArg: true}
	case "microsoft.sql_server":
		return dialect{brackets: true, nested: true}
	case "oracle.db":
		return dialect{oracle: true}
	case "ibm.db2", "sap.hana", "firebirdsql", "trino":
		return dialect{}
	case "clickhouse":
		return dialect{strings: backslashEscape, dollars: true}
	default:
		return dialect{strings: backslashUnknown, quotes: quotesByPlace, dollars: true, dollarArg: true, oracle: true}
	}
}
