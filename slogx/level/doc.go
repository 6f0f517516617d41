// Package level decides by logger name which records are written, and lets the levels change while
// the program runs.
//
// A [Controller] holds the levels: one for every logger, which is a [slog.Leveler] of the program's,
// and overrides for the loggers of a name. A [Handler] asks it. Every logger made from that handler,
// by With, WithGroup or [Handler.WithName], sees a change with its next record.
//
// # Names
//
// The name of a logger is made of segments with a dot between them. An override holds for its name and
// for all names below: with an override of "db", a logger "db.pool" follows it and one called "dbx"
// does not. Of several overrides that match, the longest wins. The name "" is the root, above all.
//
// The name that an override is set for is checked: its segments are not empty, contain neither white
// space nor control characters nor '=' nor ',', and are at most 256 bytes together. A name that the
// program gives a logger is never refused; what is malformed of it is just never matched.
//
// # For a while
//
// A level that is set with a time to live goes back by itself to what it would be without: the override
// that was set for good, or else what the name inherits. The time is measured on the monotonic clock,
// so that setting the wall clock does not stretch it. Nothing is stored: a program that is started
// again starts with its configured levels.
//
// # Cost
//
// While no override of a name is set, Enabled costs one atomic load and the Level method of the root's
// Leveler. With overrides each logger remembers what it found until the next change.
package level
