package slowsql

import (
	"log/slog"
	"reflect"
	"runtime"
	"strings"

	"github.com/slogx-go/slogx/slogx/internal/source"
)

const maxDepth = 64

// own is the path of this package.
var own = reflect.TypeFor[Options]().PkgPath()

// skipped returns how the names of the functions begin that are not the caller of a statement: of each
// package what is before the dot, or before the slash of packages below it.
func skipped(more []string) []string {
	list := []string{own + ".", "database/sql."}
	for _, path := range more {
		if path != "" {
			list = append(list, path+".", path+"/")
		}
	}
	return list
}

// caller returns the program counter of the statement's caller, or 0 if it has none: package sql closes
// the rows and the transaction of a context that ended on a goroutine of its own.
func (l *queryLog) caller() uintptr {
	var pcs [maxDepth]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.goexit" {
			return 0
		}
		if !l.skips(f.Function) {
			return f.PC + 1 // a record holds what runtime.Callers returns
		}
		if !more {
			return 0
		}
	}
}

func (l *queryLog) skips(function string) bool {
	for _, prefix := range l.skip {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}

var sources source.Cache[[3]slog.Attr]

// appendSource appends the place of a program counter, if it has one.
func appendSource(attrs []slog.Attr, pc uintptr) []slog.Attr {
	if pc == 0 {
		return attrs
	}
	place := sources.Get(pc, func(f runtime.Frame) [3]slog.Attr {
		return [...]slog.Attr{
			slog.String("code.function.name", f.Function),
			slog.String("code.file.path", f.File),
			slog.Int("code.line.number", f.Line),
		}
	})
	return append(attrs, place[:]...)
}
