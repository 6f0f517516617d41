// Package console writes log records for a person at a terminal.
//
//	log := slog.New(console.NewHandler(os.Stderr, nil))
//	log.Info("order placed", "id", 7, slog.Group("cart", "items", 3), "took", 1250*time.Millisecond)
//
//	15:04:05.006 INFO    order placed id=7 cart.items=3 took=1.25s
//
// # The line
//
// A record is one line: the time, the level in a column of fixed width, the source (last directory, file
// and line) where AddSource is set, the name of the logger in brackets, the message, and the attributes
// as key=value, with the names of groups and dots before the key. The name of the logger is the attribute
// "logger" where that stands at the top level and is a string; the last one counts.
//
// Text is quoted, in Go syntax, only where the line could not be read otherwise: values that are empty or
// have a space, '=' or '"' in them, or begin like a struct, map, slice or pointer; keys that are empty or
// have one of the three; messages with '=', or that begin with '"' or '[', or
// begin or end with a space. An unquoted message has no '=', and in a quoted message or key it is written
// \x3d, so that the first '=' of a line always ends a key.
//
// Durations read 1.25s, times are RFC 3339 with at most milliseconds. A []byte is shown as the text that it
// is, or in hexadecimal. Values with a text of their own (error, [encoding.TextMarshaler], [fmt.Formatter],
// [fmt.Stringer], [json.Marshaler], asked for in this order) show that. Structs, maps and slices read
// {ID:7 Name:"x y"}, {a:1 b:2} and [1 2]; fields that are not exported, or that have the tag `json:"-"`,
// are not shown. Depth, number of elements and bytes of such a value are bounded, and what is cut is marked
// by an ellipsis; a value that contains itself shows <cycle>. Bounded, too, are groups that LogValue
// methods make without end.
//
// A method of a value that panics costs that value, which shows !PANIC: and what it panicked with; a nil
// pointer shows <nil>.
//
// # Below the line
//
// A text, also that of an error or a []byte, of at least two lines is shown below the line, indented behind
// a bar. So are the errors that an error wraps together, as a list:
//
//	15:04:05.006 ERROR   request failed status=500
//	    │ err:
//	    │   save
//	    │   - disk full
//	    │   - retry: timeout
//	    │ stack:
//	    │   main.main()
//	    │       /src/main.go:17
//
// This is for clean text only, that is text without control characters other than newline and tab (which
// is shown as four spaces). Any other stays on the line, quoted, and so do all messages and keys.
// Options.SingleLine puts everything on the line.
//
// # Safety
//
// Nothing in a record can move the cursor, colour the terminal or forge a line. Control characters (C0,
// DEL, C1), line and paragraph separators, marks that change the direction of text, whatever else is not
// printable, and invalid UTF-8 are escaped wherever they stand. The only control character in the output is
// the newline that ends a line; with colours, the handler's own SGR sequences come to it. A line that
// continues a record begins with four spaces and a bar; no record does.
//
// # Colour
//
// [Auto] uses colours on a terminal, and obeys NO_COLOR, FORCE_COLOR and TERM=dumb. [Always] and [Never]
// do not look at the environment.
//
// # Writers
//
// Each record is one Write. Writes are serialized, but for [os.File], which has a lock of its own. A write
// that is short without an error is [io.ErrShortWrite]. The writer is never closed.
package console
