package slogxredact

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret holds a value that shows itself to nobody: not to fmt under any verb, not as JSON or text, not to
// log/slog with or without a redacting handler. It reads "REDACTED" instead; [Secret.Reveal] returns the
// value. The zero Secret holds the zero value of T.
//
// It decodes from JSON and text as T would. Two Secrets are equal if they are copies of one another.
type Secret[T any] struct {
	// fmt prints what unexported fields of other structs hold without asking its methods; of a pointer
	// there it prints the address.
	p *T
}

// NewSecret returns a Secret that holds v.
func NewSecret[T any](v T) Secret[T] { return Secret[T]{&v} }

// Reveal returns the value.
func (s Secret[T]) Reveal() T {
	if s.p == nil {
		var zero T
		return zero
	}
	return *s.p
}

// String returns "REDACTED".
func (Secret[T]) String() string { return masked }

// GoString returns "REDACTED".
func (Secret[T]) GoString() string { return masked }

// Format writes REDACTED, whatever the verb.
func (Secret[T]) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, masked) }

// LogValue returns "REDACTED".
func (Secret[T]) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns "REDACTED".
func (Secret[T]) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MarshalJSON returns "REDACTED" as a string.
func (Secret[T]) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// UnmarshalJSON decodes the value. Its errors do not quote it.
func (s *Secret[T]) UnmarshalJSON(b []byte) error {
	v := new(T)
	if err := unmarshal(b, v); err != nil {
		return err
	}
	s.p = v
	return nil
}

// UnmarshalText sets a Secret of a string or of bytes, and of what has an UnmarshalText method. Its
// errors do not quote it.
func (s *Secret[T]) UnmarshalText(b []byte) error {
	v := new(T)
	if err := unmarshalText(b, v); err != nil {
		return err
	}
	s.p = v
	return nil
}

// isSecret marks all Secrets.
func (Secret[T]) isSecret() {}

type secret interface{ isSecret() }
