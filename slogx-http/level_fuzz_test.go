package slogxhttp_test

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/level"
)

func FuzzLevelRequest(f *testing.F) {
	f.Add(true, "", `{"logger":"db","level":"debug","ttl":"0s"}`)
	f.Add(false, "", "logger=db&level=debug-2&ttl=")
	f.Add(true, "logger=db", `{"level":"info"}{}`)
	f.Add(false, "%zz", "level=%zz&level=info")
	f.Add(true, "", `{"level":"debug","ttl":"-1s"}`)
	f.Fuzz(func(t *testing.T, asJSON bool, query, body string) {
		if len(query)+len(body) > 5<<10 {
			return
		}
		c := level.NewController(slog.LevelInfo)
		h := slogxhttp.NewLevelHandler(c, allow, &slogxhttp.LevelOptions{Logger: slog.New(slog.DiscardHandler)})
		before := c.Levels()
		r := httptest.NewRequest(http.MethodPut, "/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if asJSON {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var answer struct {
			Error string      `json:"error"`
			Level *slog.Level `json:"level"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		switch w.Code {
		case http.StatusOK:
			if answer.Error != "" || answer.Level == nil {
				t.Fatalf("answer %s", w.Body)
			}
		case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
			if answer.Error == "" || !maps.Equal(before, c.Levels()) {
				t.Fatalf("answer %s, levels %v", w.Body, c.Levels())
			}
		default:
			t.Fatalf("status %d", w.Code)
		}
		for _, o := range c.Overrides() { // no timer outlives the test
			c.Reset(o.Name)
		}
	})
}
