// Package integration tests slogx-http behind the routers that its users have: chi and gin. It is a module of its
// own, so that these stay out of slogx-http's.
package integration
