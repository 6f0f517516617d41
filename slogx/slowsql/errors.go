package slowsql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

// statusCode returns the code of the database that the error of a driver carries: what its method SQLState
// says (pgx, pq), SQLErrorNumber (SQL Server), or Code (SQLite, Oracle); or the field Number (MySQL),
// ExtendedCode or Code (the SQLite driver in C). "" if nothing in its tree has one.
func statusCode(err error) string {
	if e, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return e.SQLState()
	}
	if e, ok := errors.AsType[interface {
		error
		SQLErrorNumber() int32
	}](err); ok {
		return strconv.Itoa(int(e.SQLErrorNumber()))
	}
	if e, ok := errors.AsType[interface {
		error
		Code() int
	}](err); ok {
		return strconv.Itoa(e.Code())
	}
	return fieldCode(err)
}

// fieldCode looks for the code in the fields of the errors that err wraps one after the other.
func fieldCode(err error) string {
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		for _, name := range [...]string{"Number", "ExtendedCode", "Code"} {
			if code := number(v.FieldByName(name)); code != "" {
				return code
			}
		}
	}
	return ""
}

func number(v reflect.Value) string {
	switch {
	case !v.IsValid():
		return ""
	case v.CanInt() && v.Int() != 0:
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint() && v.Uint() != 0:
		return strconv.FormatUint(v.Uint(), 10)
	default:
		return ""
	}
}

// errorType returns the value of error.type: the code of the database, the name of an error that package
// sql and its callers know, or the type of the first error that is not a plain text.
func errorType(err error, code string) string {
	switch {
	case code != "":
		return code
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	case errors.Is(err, driver.ErrBadConn):
		return "driver.ErrBadConn"
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch name := fmt.Sprintf("%T", e); name {
		case "*errors.errorString", "*fmt.wrapError", "*fmt.wrapErrors", "*errors.joinError":
		default:
			return name
		}
	}
	return "_OTHER"
}
