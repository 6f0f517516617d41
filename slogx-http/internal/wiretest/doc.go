// Package wiretest shows that the access record says what was on the wire, whatever the handler does and
// whichever router stands before it.
package wiretest
