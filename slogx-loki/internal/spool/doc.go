// Package spool keeps records in files until somebody has delivered them.
//
// A spool is a folder of segments, which are written one after the other and removed from the oldest on.
// [Spool.Put] and [Spool.Wait] write a record, many callers' with one system call. [Spool.Next] returns
// the oldest records that were not delivered, [Spool.Done] says that they were. A file called cursor
// remembers how far that went and which records are on their way, so that after a crash those, and no
// others, are delivered a second time.
//
// Each record has a checksum and a number. What is damaged is skipped, copied aside and counted by the
// numbers that are missing. Nothing that is found in the folder makes [Open] fail, but for a lock that
// another process holds and a folder that cannot be used.
package spool
