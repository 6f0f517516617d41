package servers_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gogo/protobuf/proto"
	"github.com/golang/snappy"
	"github.com/google/go-cmp/cmp"
	"github.com/grafana/loki/pkg/push"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

func TestMain(m *testing.M) {
	if ran, err := servers.RunReceiver(); ran {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// A server that is stopped and started again has what it had before, on the same address.
func TestServersKeepWhatTheyGetOverARestart(t *testing.T) {
	for name, start := range map[string]func(ctx context.Context, dir string) (servers.Server, error){
		"loki": func(ctx context.Context, dir string) (servers.Server, error) { return servers.StartLoki(ctx, dir, nil) },
		"victoria-logs": func(ctx context.Context, dir string) (servers.Server, error) {
			return servers.StartVictoriaLogs(ctx, dir)
		},
		"receiver": func(ctx context.Context, dir string) (servers.Server, error) {
			return servers.StartReceiver(ctx, dir, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s, err := start(ctx, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Kill() })
			begin := time.Now().Truncate(time.Millisecond)
			var want []servers.Entry
			send := func(stream string, lines ...string) {
				t.Helper()
				labels := map[string]string{"service_name": stream}
				var entries []push.Entry
				for _, line := range lines {
					at := begin.Add(time.Duration(len(want)))
					entries = append(entries, push.Entry{Timestamp: at, Line: line})
					want = append(want, servers.Entry{Time: at, Line: line, Labels: labels})
				}
				post(t, s.URL(), push.Stream{Labels: fmt.Sprintf("{service_name=%q}", stream), Entries: entries})
			}
			check := func() {
				t.Helper()
				got, err := servers.Entries(ctx, s, begin.Add(-time.Second))
				if err != nil {
					t.Fatal(err)
				}
				for i := range got {
					if len(got[i].Metadata) == 0 {
						got[i].Metadata = nil
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("entries (-want +got):\n%s", diff)
				}
			}
			send("a", "one", "two", "three")
			check()
			if err := s.Stop(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := http.Get(s.URL()); err == nil {
				t.Error("it still answers after Stop")
			}
			if err := s.Start(ctx); err != nil {
				t.Fatal(err)
			}
			check()
			send("b", strings.Repeat("four ", 1000))
			check()
		})
	}
}

// The Receiver loses nothing that it acknowledged, also when it is killed.
func TestReceiverKilledAnyTimeHasWhatItAcknowledged(t *testing.T) {
	ctx := t.Context()
	r, err := servers.StartReceiver(ctx, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Kill() })
	var want []string
	for range 3 {
		for range 20 {
			line := fmt.Sprint("line ", len(want))
			post(t, r.URL(), push.Stream{Labels: `{a="b"}`, Entries: []push.Entry{{Timestamp: time.Now(), Line: line}}})
			want = append(want, line)
		}
		if err := r.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := r.Start(ctx); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := servers.Entries(ctx, r, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestMissingBinaryIsAnErrorThatSaysHowToBuildIt(t *testing.T) {
	t.Setenv("LOKI_BIN", "/nowhere/loki")
	_, err := servers.StartLoki(t.Context(), t.TempDir(), nil)
	if err == nil || !strings.Contains(err.Error(), "go build -C testdata/servers/loki -o") || !strings.Contains(err.Error(), "/nowhere/loki") {
		t.Errorf("got %v, want an error with the path and the command", err)
	}
}

func post(t *testing.T, url string, streams ...push.Stream) {
	t.Helper()
	raw, err := proto.Marshal(&push.PushRequest{Streams: streams})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url, "application/x-protobuf", bytes.NewReader(snappy.Encode(nil, raw)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		t.Fatalf("POST %s: %s", url, res.Status)
	}
}
