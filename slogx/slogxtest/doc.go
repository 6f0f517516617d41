// Package slogxtest tests what logs, and what handles logs: a Recorder for the tests of a program, and
// conformance suites for the authors of handlers.
package slogxtest
