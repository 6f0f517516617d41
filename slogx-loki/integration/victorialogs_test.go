package integration

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

// VictoriaLogs, left to itself, makes fields of the attributes in a line; metadata are fields as well. It is told
// where the message stands.
func TestVictoriaLogsReadsTheAttributesOfALine(t *testing.T) {
	s := startVictoriaLogs(t)
	begin := time.Now()
	h := newHandler(t, slogxloki.Options{URL: s.URL() + "?_msg_field=msg", Labels: map[string]string{"team": "payments"}})
	logNumbered(h, 1, 2, 3)
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	got, err := servers.Entries(t.Context(), s, begin)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Time = time.Time{}
		delete(got[i].Metadata, "time")
	}
	want := []servers.Entry{{
		Line:     "order shipped",
		Labels:   map[string]string{"level": "info", "service_name": "test", "team": "payments"},
		Metadata: map[string]string{"g": "0", "n": "2", "trace_id": traceID(0, 2), "customer": "Ada Lovelace"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}
