// Package failover hands records to a fallback while their primary handler fails.
//
//	h := failover.NewHandler(loki, file, nil)
//
// # What happens to a record
//
// The primary gets it. If the primary returns an error or panics, the fallback gets it, with its time,
// and the caller gets no error. If the fallback fails too, the record is written as a line of JSON to
// standard error, the last resort, and the caller gets the errors of both. Lines there are limited to
// 100 every 10 seconds; the next one after that tells how many records went without. So two failures
// never end in a silent loss.
//
// A handler that returns nil has taken the record. A queue that loses it later has lost it: put the
// failover behind the queue, not before it, if the fallback is to have such records. A primary that
// returns an error for a record that it did write has it written twice.
//
// # The breaker
//
// After some failures in a row the breaker opens: the primary is left alone, and records go to the
// fallback at once. When the cool-down is over, one record at a time probes the primary. If the primary
// takes it, the breaker closes; if not, for whatever reason, the record goes to the fallback and the
// next cool-down begins. A probe that has not returned within a cool-down no longer stands in the way of
// the next one. An error that says that the caller's context ended says nothing about the primary, and
// the breaker does not count it.
//
// # Levels
//
// The primary alone decides which levels are enabled. The fallback stands in for it: it is not asked.
//
// # Books and health
//
// [Handler.Stats] are the books of the primary, in which a record that the fallback was given is dropped
// with the reason [chain.ReasonFailover]. A primary that keeps books itself has entered what it refused
// under a reason of its own. The fallback accepts these records anew, in [Handler.FallbackStats].
// [Handler.Health] and [Handler.State] tell whether the breaker is open.
package failover
