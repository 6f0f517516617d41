package slowsql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

type (
	mysqlDriver struct{}
	pgxDriver   struct{}
)

func TestGuessSystem(t *testing.T) {
	for _, tt := range []struct {
		values []any
		want   string
	}{
		{[]any{mysqlDriver{}}, "mysql"},
		{[]any{&pgxDriver{}, mysqlDriver{}}, "postgresql"},
		{[]any{t, &mysqlDriver{}}, "mysql"},
		{[]any{t, nil, 1, "x"}, otherSystem},
		{nil, otherSystem},
	} {
		if got := guessSystem(tt.values...); got != tt.want {
			t.Errorf("%T is taken for %s, want %s", tt.values, got, tt.want)
		}
	}
}

type (
	stateError  struct{ error }
	numberError struct{ error }
	codeError   struct{ error }
	mysqlError  struct {
		Number  uint16
		Message string
	}
	sqliteError struct {
		ExtendedCode int
		error
	}
	codelessError struct{ Number string }
)

func (stateError) SQLState() string       { return "42P01" }
func (numberError) SQLErrorNumber() int32 { return 208 }
func (codeError) Code() int               { return 1555 }
func (e *mysqlError) Error() string       { return e.Message }
func (codelessError) Error() string       { return "" }

func TestErrors(t *testing.T) {
	plain := errors.New("plain")
	for _, tt := range []struct {
		err        error
		code, kind string
	}{
		{plain, "", "_OTHER"},
		{fmt.Errorf("wrapped: %w", plain), "", "_OTHER"},
		{errors.Join(plain, plain), "", "_OTHER"},
		{stateError{plain}, "42P01", "42P01"},
		{fmt.Errorf("wrapped: %w", stateError{plain}), "42P01", "42P01"},
		{errors.Join(plain, stateError{plain}), "42P01", "42P01"},
		{numberError{plain}, "208", "208"},
		{codeError{plain}, "1555", "1555"},
		{&mysqlError{Number: 1146}, "1146", "1146"},
		{fmt.Errorf("wrapped: %w", &mysqlError{Number: 1146}), "1146", "1146"},
		{(*mysqlError)(nil), "", "*slowsql.mysqlError"},
		{&mysqlError{}, "", "*slowsql.mysqlError"},
		{sqliteError{ExtendedCode: 787, error: plain}, "787", "787"},
		{codelessError{"x"}, "", "slowsql.codelessError"},
		{context.Canceled, "", "context.Canceled"},
		{fmt.Errorf("wrapped: %w", context.DeadlineExceeded), "", "context.DeadlineExceeded"},
		{driver.ErrBadConn, "", "driver.ErrBadConn"},
		{io.ErrUnexpectedEOF, "", "_OTHER"},
	} {
		code := statusCode(tt.err)
		if kind := errorType(tt.err, code); code != tt.code || kind != tt.kind {
			t.Errorf("%T: code %q, type %q, want %q, %q", tt.err, code, kind, tt.code, tt.kind)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, o := range []*Options{nil, {}, {Threshold: -1, Cache: -1, SkipPackages: []string{"a/b"}, MaxText: 1, System: "x"}} {
		if err := o.Validate(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	const want = "validate slowsql options: MaxText is -1, want 0 or more\n" +
		"validate slowsql options: SkipPackages[1] is empty, want the path of a package"
	wrong := &Options{MaxText: -1, SkipPackages: []string{"a", ""}}
	if err := wrong.Validate(); err == nil || err.Error() != want {
		t.Errorf("got %v, want\n%s", err, want)
	}
	l := newLog(wrong)
	if n := len(l.texts.Get(strings.Repeat("x", 2*DefaultMaxText)).Text); n < DefaultMaxText || n > DefaultMaxText+len("…") || len(l.skip) != 2 {
		t.Errorf("%d bytes of text, %q skipped, want the default and what is not empty", n, l.skip)
	}
	if l := newLog(nil); l.threshold != DefaultThreshold || 200*time.Millisecond != DefaultThreshold {
		t.Errorf("a nil *Options is %+v", l)
	}
}
