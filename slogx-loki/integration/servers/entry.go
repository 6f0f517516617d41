package servers

import "time"

// Entry is a record as a server gives it back.
type Entry struct {
	Time     time.Time
	Line     string
	Labels   map[string]string // of its stream
	Metadata map[string]string // structured metadata; on VictoriaLogs with the fields of the line
}
