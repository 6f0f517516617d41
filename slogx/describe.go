package slogx

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

func (s *settings) describePipeline(p *Pipeline, sinks []sink) string {
	var b strings.Builder
	line := func(what, how string) { fmt.Fprintf(&b, "  %-8s %s\n", what, how) }
	fmt.Fprintf(&b, "slogx pipeline, preset %s\n", s.preset)
	line("gate", s.describeLevels(p.levels.Levels()))
	for stage := range stages {
		switch stage := Stage(stage); {
		case stage == StageEnrich:
			line(stage.String(), s.describeEnrichers())
		case stage == StageRedact && s.maskAll:
			line(stage.String(), "everything: it was asked for and could not be set up")
		default:
			if text := s.describeStage(stage); text != "" {
				line(stage.String(), text)
			}
		}
	}
	if attrs := s.allAttrs(); len(attrs) > 0 {
		keys := make([]string, len(attrs))
		for i, a := range attrs {
			keys[i] = a.Key
		}
		line("attrs", strings.Join(keys, ", "))
	}
	for _, sk := range sinks {
		line("sink", sk.Name+": "+sk.text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// describeStage describes a stage that may be empty, and then returns nothing.
func (s *settings) describeStage(stage Stage) string {
	var parts []string
	switch {
	case stage == StageSample && s.sampled:
		parts = append(parts, s.describeSampling())
	case stage == StageTail && s.tailed:
		parts = append(parts, s.describeTail())
	}
	if n := len(s.wrappers[stage]); n > 0 {
		parts = append(parts, plural(n, "handler"))
	}
	return strings.Join(parts, "; ")
}

func (s *settings) describeLevels(levels map[string]slog.Level) string {
	parts := []string{s.level.Level().String()}
	for name, l := range levels {
		if name != "" {
			parts = append(parts, fmt.Sprintf("%s=%v", name, l))
		}
	}
	slices.Sort(parts[1:])
	return strings.Join(parts, ", ")
}

func (s *settings) describeEnrichers() string {
	parts := slices.Clone(s.enricherText)
	if n := len(s.enrichers) - len(parts); n > 0 {
		parts = append(parts, plural(n, "other"))
	}
	if n := len(s.wrappers[StageEnrich]); n > 0 {
		parts = append(parts, plural(n, "handler"))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
