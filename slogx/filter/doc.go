// Package filter drops records by lists of what to allow and what to deny, and counts what it drops.
//
//	h := filter.NewHandler(next, &filter.Options{Deny: []filter.Rule{
//		{Loggers: []string{"http"}, Attrs: []string{"url.path=/health*"}},
//		{MaxLevel: slog.LevelDebug, Messages: []string{"~^cache (hit|miss)$"}},
//	}})
//
// # What happens to a record
//
// A record that a rule of Deny names is dropped. Of the others, those that a rule of Allow names pass, and
// what no rule names passes or is dropped, as [Options].Mode says. What is left is shown to Func. A record is
// either passed on or counted in [Handler.Dropped].
//
// A pipeline takes a filter by slogx.WithHandler(slogx.StageSample, filter.Wrap(opts)), and counts its records in
// Stats.Filtered. What a filter drops is not wanted at all: no tail buffer holds it.
//
// # Rules
//
// A [Rule] names a record if all its fields that are set do; a field with several elements does if one of them
// does. Attributes are those of the record, of With, and those that handlers before added at the top level.
//
// # Patterns
//
// Messages and the values of attributes are matched with patterns:
//
//	served         this text
//	GET *          a text that begins so; * is any text, also none, and ? one character
//	\*             a star; \ takes the meaning from any character behind it
//	~^GET /[a-z]+  a text in which the regular expression behind ~ is found
//
// An attribute is named by its path, alone or with a pattern for its value: "user.id" or "user.id=4?". A path
// is the keys of the groups around an attribute and its own key, joined by dots. Keys may contain dots
// themselves: "http.route" is the attribute of that key and also the attribute "route" in the group "http". A
// LogValuer is asked once for a record, and only if a rule needs its value.
//
// # Cost
//
// Patterns are compiled once. Attributes of With are matched when they are added, not for each record. A record
// whose matching needs no regular expression and no text of a composed value costs no allocation.
package filter
