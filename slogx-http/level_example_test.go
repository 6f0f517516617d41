package slogxhttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/level"
)

func ExampleNewLevelHandler() {
	levels := level.NewController(slog.LevelInfo) // or Pipeline.Levels
	audit := slog.New(slog.DiscardHandler)        // the program's logger
	admin := slogxhttp.NewLevelHandler(levels, slogxhttp.BearerToken("s3cret"), &slogxhttp.LevelOptions{Logger: audit})

	mux := http.NewServeMux()
	mux.Handle("/admin/levels", admin)

	// curl -H "Authorization: Bearer s3cret" -d 'logger=db&level=debug' http://localhost:8080/admin/levels
	r := httptest.NewRequest(http.MethodPost, "/admin/levels", strings.NewReader("logger=db&level=debug"))
	r.Header.Set("Authorization", "Bearer s3cret")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output: 200 {"level":"INFO","loggers":{"db":{"level":"DEBUG"}}}
}
