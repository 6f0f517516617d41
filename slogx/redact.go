package slogx

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// redaction is the name of the extension that no mistake may switch off.
const redaction = "redact"

// applyUse applies the extensions that SLOGX_USE names.
func (c *config) applyUse(s *settings) {
	for _, name := range c.Use.value {
		name = strings.ToLower(name)
		switch no, negated := strings.CutPrefix(name, "-"); {
		case negated && no == redaction:
			s.noRedaction = true
		case negated:
			s.errorf("%sUSE=%q: %q: only -%s says no to something", prefix, strings.Join(c.Use.value, ","), name, redaction)
		default:
			s.redactionNamed = s.redactionNamed || name == redaction
			useExtension(s, name)
		}
	}
	if s.redactionNamed && s.noRedaction {
		s.errorf("%sUSE=%q: want %s or -%s, not both", prefix, strings.Join(c.Use.value, ","), redaction, redaction)
	}
}

// settleRedaction decides about redaction that SLOGX_USE does not name. The preset production has it
// where it is linked, and so does a pipeline with a preset that cannot be read, or with settings for it.
// own says that the options bring a handler for it.
func (s *settings) settleRedaction(own bool) {
	production := s.preset == PresetProduction
	set := s.setsRedaction()
	_, linked := registeredExtension(redaction)
	switch {
	case s.redactionNamed:
	case set && !linked:
		s.maskAll = true // checkNames has the error
	case s.noRedaction || own:
	case linked && (set || production || s.presetWrong):
		useExtension(s, redaction)
	case production:
		s.unredacted = true
	}
}

// setsRedaction reports whether a variable of redaction is set, or one that may be meant to be one.
func (s *settings) setsRedaction() bool {
	keyed, ok := s.lookuper.(interface{ Keys() []string })
	if !ok {
		return false
	}
	for _, key := range keyed.Keys() {
		owner, ok := strings.CutPrefix(key, prefix)
		owner, _, _ = strings.Cut(owner, "_")
		if !ok || !likeRedaction(owner) {
			continue
		}
		if _, set := (filled{s.lookuper}).Lookup(key); set {
			return true
		}
	}
	return false
}

// likeRedaction reports whether word means redaction, if not well spelled.
func likeRedaction(word string) bool {
	word = strings.ToLower(word)
	return strings.HasPrefix(word, redaction) || distance(word, redaction) <= 2
}

// warnOf logs once that p, a pipeline for production, redacts nothing.
func (s *settings) warnOf(p *Pipeline) {
	ctx := context.Background()
	if !s.unredacted || !p.handler.Enabled(ctx, slog.LevelWarn) {
		return
	}
	path, _ := importOf(redaction)
	r := slog.NewRecord(time.Now(), slog.LevelWarn, "slogx: nothing is redacted", 0)
	r.AddAttrs(slog.String("hint", fmt.Sprintf("import _ %q, or set %sUSE=-%s if this is meant", path, prefix, redaction)))
	_ = p.handler.Handle(ctx, r) // sinks report their errors themselves
}
