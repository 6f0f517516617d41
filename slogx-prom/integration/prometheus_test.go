package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// within bounds each wait for a server. The machine may be busy.
const within = time.Minute

// program returns the path of a program of Debian's package prometheus.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v: apt-get install prometheus", err)
	}
	return path
}

// promtool runs a command of promtool, and fails where that finds fault.
func promtool(t *testing.T, stdin []byte, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t, "promtool"), args...)
	cmd.Stdin = bytes.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %v: %v\n%s", args, err, out)
	} else if args[1] == "metrics" && len(out) > 0 { // it warns, too
		t.Errorf("promtool %v:\n%s", args, out)
	}
}

// server is a Prometheus.
type server struct{ url string }

// startPrometheus starts a Prometheus that scrapes target each second, until the end of the test.
func startPrometheus(t *testing.T, target string) *server {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yaml")
	text := fmt.Sprintf("global: {scrape_interval: 1s, scrape_timeout: 1s}\n"+
		"scrape_configs: [{job_name: test, static_configs: [{targets: [%q]}]}]\n", target)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	var log bytes.Buffer
	cmd := exec.Command(program(t, "prometheus"), "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--enable-feature=exemplar-storage,native-histograms", "--log.level=warn")
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("Prometheus says:\n%s", log.Bytes())
		}
	})
	s := &server{"http://" + address}
	eventually(t, func(ctx context.Context) error {
		_, err := get(ctx, s.url+"/-/ready", "")
		return err
	})
	return s
}

// freeAddress returns an address of the loopback interface that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := "127.0.0.1:" + strconv.Itoa(20000+rand.IntN(12000)) // below those of outgoing connections
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free port")
	return ""
}

// eventually waits until f succeeds.
func eventually(t *testing.T, f func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := f(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-tick.C:
		}
	}
}

// get returns the body of an answer of 200. accept is for content negotiation, if it is not empty.
func get(ctx context.Context, url, accept string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("get %s: %s: %s", url, res.Status, body)
	}
	return body, err
}

// query asks for the present values of an expression.
func (s *server) query(ctx context.Context, expr string) (values []series, err error) {
	var answer struct {
		Data struct{ Result []series }
	}
	err = s.ask(ctx, "query", url.Values{"query": {expr}}, &answer)
	return answer.Data.Result, err
}

// series is a series with its present value.
type series struct {
	Metric    map[string]string
	Value     [2]any // the time, and the value as text
	Histogram [2]any // of a native one: the time, and the buckets
}

// exemplars returns the labels of the exemplars of an expression.
func (s *server) exemplars(ctx context.Context, expr string) ([]map[string]string, error) {
	var answer struct {
		Data []struct {
			Exemplars []struct{ Labels map[string]string }
		}
	}
	values := url.Values{
		"query": {expr},
		"start": {strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10)}, "end": {strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)},
	}
	err := s.ask(ctx, "query_exemplars", values, &answer)
	var labels []map[string]string
	for _, of := range answer.Data {
		for _, e := range of.Exemplars {
			labels = append(labels, e.Labels)
		}
	}
	return labels, err
}

func (s *server) ask(ctx context.Context, what string, values url.Values, answer any) error {
	body, err := get(ctx, s.url+"/api/v1/"+what+"?"+values.Encode(), "")
	if err != nil {
		return err
	}
	return json.Unmarshal(body, answer)
}
