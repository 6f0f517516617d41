// Command picture makes a picture of what a terminal shows: it reads text with colours from standard input
// and writes an SVG. The picture in the README is made by it, from the root of the repository:
//
//	FORCE_COLOR=1 go run ./docs/demo -for 3s | go run ./docs/demo/picture -match "request failed" -before 3 -lines 11 > docs/console.svg
//
// It understands what package console writes, text and the escape sequences for colours, and refuses any
// other control character: a picture that left something out would be no proof.
package main
