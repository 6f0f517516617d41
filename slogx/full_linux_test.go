package slogx_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
)

func TestFullDiskUsesTheFallback(t *testing.T) {
	for name, async := range map[string]string{"synchronous": "no", "queue": "yes"} {
		stderr := standardError(t, func() {
			p := build(t, env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": "/dev/full", "SLOGX_ASYNC": async, "SLOGX_FORMAT": "json"},
				slogx.WithFallback("file", "stderr"), slogx.WithErrorHandler(quiet))
			for range 10 {
				p.Logger().Info("m")
				checkBooks(t, p.Stats())
			}
			if err := p.Flush(t.Context()); err != nil {
				t.Errorf("%s: flush: %v", name, err)
			}
			if err := p.Health(t.Context())["file"]; !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s: health: %v", name, err)
			}
			want := map[string]chain.Stats{
				"file":   {Accepted: 10, Dropped: map[string]uint64{chain.ReasonFailover: 10}},
				"stderr": {Accepted: 10, Delivered: 10},
			}
			if diff := cmp.Diff(want, p.Stats().Sinks); diff != "" {
				t.Errorf("%s: books (-want +got):\n%s", name, diff)
			}
			shutdown(t, p)
		})
		if n := strings.Count(stderr, `"msg":"m"`); n != 10 {
			t.Errorf("%s: standard error got %d records: %s", name, n, stderr)
		}
	}
}
