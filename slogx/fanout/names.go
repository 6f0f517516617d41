package fanout

// Names returns the names of the sinks, in the order of [Handler.Unwrap].
func (h *Handler) Names() []string {
	names := make([]string, len(h.branches))
	for i, b := range h.branches {
		names[i] = b.conf.name
	}
	return names
}
