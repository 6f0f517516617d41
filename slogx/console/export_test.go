package console

import "log/slog"

// AppendRecord returns what h writes for r.
func AppendRecord(h *Handler, r slog.Record) []byte { return h.appendRecord(nil, r) }
