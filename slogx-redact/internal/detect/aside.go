package detect

import "strings"

// What looks like a pair of a secret and is another: a position in a source file, the result of a test, a count, a
// setting.

// isPosition reports whether the colon at i stands between the name of a source file, which begins at start, and the
// number of a line: cookie.go:88.
func isPosition(s string, start, i int) bool {
	if !isDigitAt(s, i+1) || isWordAt(s, run(s, i+1, 6, digit)) {
		return false
	}
	dot := strings.LastIndexByte(s[start:i], '.')
	return dot > 0 && sourceFiles.has(s[start+dot+1:i])
}

// sourceFiles are the endings of source files that stack traces name.
var sourceFiles = newWords(
	"go", "java", "kt", "kts", "scala", "groovy", "clj", "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "py", "rb", "php", "rs",
	"c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "cs", "fs", "vb", "swift", "ex", "exs", "erl", "hs", "pl", "pm", "lua",
	"dart", "zig", "sql", "sh", "s", "yaml", "yml", "json", "toml", "tf", "proto",
)

// isReport reports whether the name before the colon at i is the result of a Go test, or of a parser.
func isReport(s string, start, i int) bool {
	return s[start:i] == "PASS" && strings.HasSuffix(s[:start], "--- ") || hasFold(s, start-len("unexpected "), "unexpected ")
}

// isCount reports whether value counts something, or is a signal: pass=12, sessions: 1234, sig=SIGTERM.
func isCount(name, value string) bool {
	n := len(value)
	if allDigits(value) {
		return n <= 6 && plurals.has(name) || n <= 3 && counted.has(name) || n <= 2 && pin.has(name)
	}
	return n <= len("SIGSTKFLT") && signal.has(name) && strings.HasPrefix(value, "SIG") && run(value, 0, n, upper) == n
}

var (
	plurals = newWords("sessions", "tokens", "cookies", "secrets", "passwords", "credentials")
	counted = newWords("pass", "session")
	pin     = newWords("pin")
	signal  = newWords("sig", "signal")
)

// settings are what stands behind the name of a secret, and an equals sign, that says whether there is to be one,
// what became of it, or of what type it is.
var settings = newWords(
	"on", "off", "yes", "no", "enabled", "disabled", "required", "optional", "expired", "invalid", "missing", "revoked", "rejected",
	"accepted", "allowed", "denied", "unset", "empty", "bearer", "basic",
)
