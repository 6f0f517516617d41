//go:build unix

package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestSIGTERMUnderLoadLosesNothing(t *testing.T) {
	for name, args := range map[string][]string{
		"while it sends requests": {"-for", "1h"},
		"while it serves":         {"-for", "0s", "-serve"},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, nil, args...)
			lines := bufio.NewReader(d.stdout)
			url := regexp.MustCompile(`http://\S+:\d+`).FindString(until(t, lines, "listening on"))

			// Clients that go on until the server is gone.
			var mu sync.Mutex
			var answered []string // the ids of requests that have their response
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for {
						response, err := http.Get(url + "/orders/1?token=" + inQuery)
						if err != nil {
							return
						}
						_, _ = io.Copy(io.Discard, response.Body)
						response.Body.Close()
						mu.Lock()
						answered = append(answered, response.Header.Get("X-Request-ID"))
						if len(answered) == 1000 {
							if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
								t.Error(err)
							}
						}
						mu.Unlock()
					}
				})
			}
			out := d.wait(t)
			wg.Wait()

			logged := map[any]bool{}
			for _, r := range checkLog(t, out) {
				if r["http.response.status_code"] != nil {
					logged[r["request_id"]] = true
				}
			}
			for _, id := range answered {
				if !logged[id] {
					t.Errorf("request %s was answered and is not in the log", id)
				}
			}
			if err := d.cmd.Process.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
				t.Errorf("the process is still there: %v", err)
			}
		})
	}
}

// until reads up to the line that holds text, and returns it.
func until(t *testing.T, r *bufio.Reader, text string) string {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if strings.Contains(line, text) {
			return line
		}
		if err != nil {
			t.Fatalf("%q did not come: %v", text, err)
		}
	}
}
