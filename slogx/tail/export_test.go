package tail

// Usage returns what h holds.
func (h *Handler) Usage() (records, bytes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.records, h.bytes
}

// EntrySize is what a record without attributes and message counts.
const EntrySize = entrySize

// LossMessage is the message of the record that tells of evicted ones.
const LossMessage = lossMessage
