package main

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	slogxredact "github.com/slogx-go/slogx/slogx-redact"
	"github.com/zricethezav/gitleaks/v8/detect"
)

// peer looks for secrets in lines.
type peer struct {
	name string
	look func(line string)
	one  bool // always in the same line
}

// The order of the peers.
const (
	ours = iota
	seen
	gitleaks
)

func newPeers() ([]peer, error) {
	detector, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		return nil, fmt.Errorf("make the detector of gitleaks: %w", err)
	}
	h := newHandler(slog.DiscardHandler)
	look := func(line string) {
		_ = h.Handle(context.Background(), slog.NewRecord(time.Time{}, slog.LevelInfo, line, 0))
	}
	return []peer{
		ours:     {name: "slogx", look: look},
		seen:     {name: "slogx, seen", look: look, one: true},
		gitleaks: {name: "gitleaks", look: func(line string) { detector.DetectString(line) }},
	}, nil
}

func newHandler(next slog.Handler) slog.Handler {
	return slogxredact.NewHandler(next, &slogxredact.Options{
		Presets: []slogxredact.Preset{slogxredact.PresetCredentials, slogxredact.PresetPCI, slogxredact.PresetPII},
	})
}

// lines is a case: a form of lines, each with its number.
type lines struct{ name, form string }

var cases = []lines{
	{"clean267", `2026-08-23T10:15:30.123Z request completed method=GET path=/api/v1/orders/%05d/items status=200 bytes=5120 ` +
		`duration=12.5ms trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331 user_agent=curl/8.5.0 ` +
		`service=checkout version=1.14.2 attempt=1 result=ok ye`},
	{"dirty", "login %05d of jane@example.com from 192.0.2.7 failed, password=hunter2, card 4111 1111 1111 1111"},
}

// many is how many different lines there are of a case: more than anybody remembers.
const many = 1 << 14

func (c lines) make() []string {
	s := make([]string, many)
	for i := range s {
		s[i] = fmt.Sprintf(c.form, i)
	}
	return s
}

func bench(b *testing.B, c lines, p peer) {
	all := c.make()
	b.ReportAllocs()
	b.SetBytes(int64(len(all[0])))
	for i := 0; b.Loop(); i++ {
		if p.one {
			i = 0
		}
		p.look(all[i%many])
	}
}
