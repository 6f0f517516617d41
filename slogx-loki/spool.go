package slogxloki

import "time"

// Spool returns how many bytes the records in the spool take on disk, and about when the oldest was logged: the
// zero time if there is none. It is SpoolUsage in the form that slogx-prom asks any sink for.
func (c *core) Spool() (bytes int64, oldest time.Time) {
	u := c.SpoolUsage()
	return u.Bytes, u.Oldest
}
