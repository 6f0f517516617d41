package slogxloki

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestContract(t *testing.T) {
	for name, spooled := range map[string]bool{"memory": false, "spool": true} {
		t.Run(name, func(t *testing.T) {
			slogxtest.RunContract(t, func(t *testing.T) (slog.Handler, func() ([]map[string]any, error)) {
				t.Helper()
				opts := Options{BatchWait: time.Hour}
				if spooled {
					opts.SpoolDir = t.TempDir()
				}
				s := &server{}
				h := newTest(t, s, opts)
				return h, func() ([]map[string]any, error) {
					var records []map[string]any
					for _, e := range s.got() {
						var m map[string]any
						if err := json.Unmarshal([]byte(e.Line), &m); err != nil {
							return nil, err
						}
						for k, v := range e.Meta {
							m[k] = v
						}
						records = append(records, m)
					}
					return records, nil
				}
			})
		})
	}
}
