package slogx

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

// applySampling makes one rule of what the environment says of sampling. Settings of a limit that is not in use
// do nothing.
func (c *config) applySampling(s *settings) {
	r := sample.Rule{
		TraceRatio:  float64(c.SampleTraceRatio.value),
		Probability: float64(c.SampleProbability.value),
		Once:        time.Duration(c.SampleOnce.value),
		First:       int(c.SampleFirst.value),
		Thereafter:  int(c.SampleThereafter.value),
		Rate:        float64(c.SampleRate.value),
		Target:      float64(c.SampleTarget.value),
	}
	s.sampling = sample.Options{
		Fold:    time.Duration(c.SampleFold.value),
		Weight:  c.SampleWeight.value,
		MaxKeys: int(c.SampleMaxKeys.value),
	}
	if c.SampleKeep.set {
		s.sampling.Keep = c.SampleKeep.value
	}
	inUse := r != sample.Rule{}
	if r.First > 0 || r.Thereafter > 0 {
		r.Interval = time.Duration(c.SampleInterval.value)
	}
	if r.Rate > 0 {
		r.Burst = int(c.SampleBurst.value)
	}
	if inUse {
		s.sampling.Rules = []sample.Rule{r}
	}
	s.sampled = inUse || s.sampling.Fold > 0
}

// applyTail sets what the environment says of tail buffers. The level switches them on.
func (c *config) applyTail(s *settings) {
	s.tailed = c.TailLevel.set
	if c.TailLevel.set {
		s.tail.Level = c.TailLevel.value
	}
	if c.TailRelease.set {
		s.tail.Release = c.TailRelease.value
	}
	s.tail.RequestRecords = int(c.TailRequestRecords.value)
	s.tail.RequestBytes = int(c.TailRequestBytes.value)
	s.tail.Records = int(c.TailRecords.value)
	s.tail.Bytes = int(c.TailBytes.value)
}

// tailUnder returns o with the settings of base where o has none.
func tailUnder(o, base tail.Options) tail.Options {
	o.RequestRecords = cmp.Or(o.RequestRecords, base.RequestRecords)
	o.RequestBytes = cmp.Or(o.RequestBytes, base.RequestBytes)
	o.Records = cmp.Or(o.Records, base.Records)
	o.Bytes = cmp.Or(o.Bytes, base.Bytes)
	if o.Level == nil {
		o.Level = base.Level
	}
	if o.Release == nil {
		o.Release = base.Release
	}
	if o.OnError == nil {
		o.OnError = base.OnError
	}
	return o
}

// wrapSampling puts sampling around next, if there is to be any.
func (s *settings) wrapSampling(next slog.Handler) slog.Handler {
	if !s.sampled {
		return next
	}
	opts := s.sampling
	if opts.OnError == nil {
		opts.OnError = s.onError
	}
	return sample.NewHandler(next, &opts)
}

// wrapTail puts a tail buffer around next, if there is to be one.
func (s *settings) wrapTail(next slog.Handler) slog.Handler {
	if !s.tailed {
		return next
	}
	opts := s.tail
	if opts.OnError == nil {
		opts.OnError = s.onError
	}
	return tail.NewHandler(next, &opts)
}

func (s *settings) describeSampling() string {
	var parts []string
	for _, r := range s.sampling.Rules {
		parts = append(parts, r.String())
	}
	if s.sampling.Fold > 0 {
		parts = append(parts, fmt.Sprintf("repeats folded for %v", s.sampling.Fold))
	}
	if len(parts) == 0 {
		return "nothing yet"
	}
	return strings.Join(parts, "; ")
}

func (s *settings) describeTail() string {
	from, release := slog.LevelDebug, slog.LevelError
	if s.tail.Level != nil {
		from = s.tail.Level.Level()
	}
	text := fmt.Sprintf("holds from %v", from)
	if s.tail.Release != nil {
		release = s.tail.Release.Level()
	}
	if release == tail.Never {
		return text
	}
	return fmt.Sprintf("%s, released by %v", text, release)
}
