package chain

// Stats are the books of one sink: what became of the records that it was given. A snapshot adds up
// at any time, also while records flow:
//
//	Accepted = Delivered + DroppedTotal() + Queued + Spooled
type Stats struct {
	Accepted  uint64            // records that the sink's Handle was given, refused ones too
	Delivered uint64            // records that the sink took: written, or acknowledged by the server
	Queued    uint64            // records in memory, those being written among them
	Spooled   uint64            // records on disk that wait for delivery
	Dropped   map[string]uint64 // records lost, by reason; nil if there are none
}

// The reasons in [Stats].Dropped.
const (
	ReasonQueueFull      = "queue_full"      // the queue had no room and its policy gives up
	ReasonKeepTimeout    = "keep_timeout"    // a record to keep found no room while the sink delivered nothing
	ReasonCanceled       = "canceled"        // the caller's context ended while it waited for room
	ReasonClosed         = "closed"          // the sink was already shut down
	ReasonShutdown       = "shutdown"        // left in the queue at the deadline of Shutdown
	ReasonTooLarge       = "too_large"       // larger than the queue or the server takes
	ReasonRejected       = "rejected"        // refused by the server for good
	ReasonRetryExhausted = "retry_exhausted" // the last try failed
	ReasonSpoolFull      = "spool_full"      // pushed out of a full spool by newer records
	ReasonCorrupt        = "corrupt"         // damaged on disk
	ReasonError          = "error"           // the sink returned an error
	ReasonPanic          = "panic"           // the sink panicked
	ReasonFailover       = "failover"        // handed to the fallback, which accepts it anew
)

// DroppedTotal returns the sum of Dropped over all reasons.
func (s Stats) DroppedTotal() uint64 {
	var n uint64
	for _, v := range s.Dropped {
		n += v
	}
	return n
}
