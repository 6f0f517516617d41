//go:build !race

package slowsql_test

import (
	"testing"

	"github.com/slogx-go/slogx/slogx/slowsql"
)

func TestAllocations(t *testing.T) {
	for _, w := range stillWork {
		if w.more < 0 {
			continue
		}
		bare := testing.AllocsPerRun(100, w.do(t, openDB(t, stillConnector{})))
		wrapped := testing.AllocsPerRun(100, w.do(t, openDB(t, slowsql.WrapConnector(stillConnector{}, stillOptions))))
		if more := wrapped - bare; more > w.more {
			t.Errorf("%s: %v allocations more than the bare driver's %v, want %v", w.name, more, bare, w.more)
		}
	}
}
