// Package fanout passes each record to several sinks, none of which the others or the caller suffer from.
//
//	h := fanout.NewHandler(
//		fanout.Sink{Name: "console", Handler: console.NewHandler(os.Stderr, nil)},
//		fanout.Sink{Name: "alerts", Handler: alerts, Level: slog.LevelError},
//	)
//
// A sink is any [slog.Handler]. A [Sink] adds what it takes: a lowest and a highest level, and a filter.
// These are asked for each record, and so is the handler's own Enabled: a level that changes while the
// program runs is obeyed at once.
//
// # Isolation
//
// A sink that panics or returns an error costs that record in that sink. The other sinks get it, and the
// caller gets the errors of all sinks, joined; [slog.Logger] throws them away, so each is also reported
// to [Sink].OnError. Each sink gets a record of its own, which it may add attributes to. A filter, a
// level or an Enabled method that panics lets the record through. If a sink's WithAttrs panics, the
// attribute that it panicked at is shown as "!PANIC: …"; if its WithGroup does, the group is left out.
//
// [slog.MultiHandler] does none of this: a panic in one of its handlers takes the later ones and the
// caller with it.
//
// # Books and health
//
// [Handler.Stats] tells for each sink how many records it was given, and what became of them. The sums
// are right at any time. [Handler.Health] tells which sinks fail.
package fanout
