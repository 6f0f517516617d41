// Package sample drops records by rules, and counts what it drops.
//
//	h := sample.NewHandler(next, &sample.Options{Rules: []sample.Rule{
//		{MaxLevel: slog.LevelDebug, Probability: 0.01},
//		{First: 100, Thereafter: 100, Interval: time.Second},
//	}})
//
// # What happens to a record
//
// Records of level ERROR and above pass, whatever the rules say; [Options].Keep sets another level. For all
// others the first [Rule] that selects the record by level, logger and message decides, alone. The settings
// of one rule combine: a record passes if all of them keep it. What passes may still be folded, if it repeats
// the record before.
//
// A record is either passed on or counted in [Handler.Sampled]. Nothing is delayed; only the record that
// stands for repeated ones comes later than they did.
//
// # Which setting
//
//   - TraceRatio keeps or drops whole traces. All services that use the same share keep the same ones.
//   - Probability keeps a share of the records, whatever they are.
//   - Once keeps one record of a kind for a while: for warnings that need to be seen but not counted.
//   - First and Thereafter thin out what is frequent, and leave what is rare alone.
//   - Rate bounds what a kind of record may cost.
//   - Target bounds what all of them may cost together, and keeps a fair share of each.
//   - Fold takes the repetition out of loops that fail over and over.
//
// # Keys and memory
//
// Once, First, Thereafter and Rate count by key: level, logger and message, or what [Rule].By says. Each
// rule remembers at most [Options].MaxKeys of them, in memory that is taken when the options are set. A key
// that is pushed out counts as new when it comes again: with more kinds of records than that, more pass.
// Messages that contain ids or times are each of a kind of their own; use ByLevel and ByLogger for them.
//
// The logger's name is the attribute "logger" at the top level, as package level adds it or as With does.
//
// # Weights
//
// With [Options].Weight a record that passed says how many it stands for, itself included, in the attribute
// "sampled": a number, since a share of 0.3 gives 3.33. Records that stand for themselves do not have it. The
// sum of the weights estimates how many records there were. For settings with keys and for Target it is the
// exact count of those since the last that was kept, as long as their key is remembered. A record that stands for
// folded ones weighs what they weigh together.
//
// # While the program runs
//
// [Handler.Controller] replaces the options for good, or for a while after which they go back by themselves.
package sample
