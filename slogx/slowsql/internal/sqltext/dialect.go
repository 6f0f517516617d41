package sqltext

// A dialect is how a database reads what they read differently.
type dialect struct {
	strings   backslash // in '…'
	bytes     backslash // in b'…'
	names     backslash // in names in quotes
	quotes    quotes    // what "…" is
	comments  nesting
	brackets  bool   // […] is a name
	dollars   bool   // $tag$ … $tag$ is a string
	numbered  string // what begins a parameter that has a number
	hash      bool   // # begins a comment
	hashNames bool   // a name may contain #
	dashSpace bool   // -- begins a comment only before white space
	code      bool   // /*! … */ is executed
	delimited bool   // q'[…]' is a string
}

// unknown reports whether nobody knows how the database reads. Then what means different things to
// different databases ends the text: the rest of it is taken for a literal.
func (d *dialect) unknown() bool { return d.strings == backslashUnknown }

type backslash uint8

const (
	backslashPlain   backslash = iota // stands for itself
	backslashEscape                   // escapes what follows
	backslashUnknown                  // nobody knows
)

type quotes uint8

const (
	quotesName    quotes = iota // a name
	quotesString                // a string
	quotesByPlace               // a name only where a table stands or beside a dot
)

// nesting is what /* means inside of a comment.
type nesting uint8

const (
	nestingNone    nesting = iota // nothing
	nestingYes                    // another comment
	nestingUnknown                // nobody knows
)

func dialectOf(system string) dialect {
	switch system {
	case "postgresql":
		return dialect{dollars: true, numbered: "$", comments: nestingYes}
	case "cockroachdb":
		return dialect{dollars: true, numbered: "$", comments: nestingYes, bytes: backslashEscape}
	case "mysql", "mariadb":
		return dialect{strings: backslashEscape, bytes: backslashEscape, quotes: quotesString, hash: true, dashSpace: true, code: true}
	case "sqlite":
		return dialect{quotes: quotesByPlace, brackets: true, numbered: "$?:@"}
	case "microsoft.sql_server":
		return dialect{brackets: true, hashNames: true, comments: nestingYes}
	case "oracle.db":
		return dialect{delimited: true, hashNames: true, numbered: ":"}
	case "firebirdsql":
		return dialect{delimited: true}
	case "ibm.db2", "sap.hana":
		return dialect{comments: nestingUnknown}
	case "trino":
		return dialect{}
	case "clickhouse":
		return dialect{
			strings: backslashEscape, bytes: backslashEscape, names: backslashEscape, dollars: true, hash: true, comments: nestingUnknown,
		}
	default:
		return dialect{
			strings: backslashUnknown, bytes: backslashUnknown, names: backslashUnknown,
			quotes: quotesByPlace, dollars: true, comments: nestingUnknown,
		}
	}
}
