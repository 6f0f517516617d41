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

// skippedPrefixes returns how the names of the functions of packages begin: with what is before the dot, or
// before the slash of packages below.
func skippedPrefixes(paths []string) []string {
	var list []string
	for _, path := range paths {
		if path != "" {
			list = append(list, path+".", path+"/")
		}
	}
	return list
}

// caller returns the program counter of the statement's caller, the first frame behind those of package sql,
// or 0 if there is none: package sql closes the rows and ends the transaction of a context that ended on a
// goroutine of its own.
func (l *queryLog) caller() uintptr {
	var pcs [maxDepth]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	direct := uintptr(0) // of who calls the driver, as long as it is not package sql
	for inside := false; ; {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, sqlPrefix):
			inside, direct = true, 0
		case f.Function == "runtime.goexit", l.skips(f.Function):
		case inside:
			return f.PC + 1 // a record holds what runtime.Callers returns
		case direct == 0:
			direct = f.PC + 1
		}
		if !more {
			return direct
		}
	}
}

func (l *queryLog) skips(function string) bool {
	if strings.HasPrefix(function, own) && strings.HasPrefix(function[len(own):], ".") {
		return true
	}
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
