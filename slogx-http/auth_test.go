package slogxhttp_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
)

func TestBearerToken(t *testing.T) {
	const token = "s3cret-token"
	for name, tt := range map[string]struct {
		token  string
		target string
		lines  []string
		want   error
	}{
		"right":                {token, "/", []string{"Bearer " + token}, nil},
		"scheme in lower case": {token, "/", []string{"bearer " + token}, slogxhttp.ErrUnauthenticated},
		"more spaces":          {token, "/", []string{"Bearer   " + token}, nil},
		"set with a line end":  {token + "\n", "/", []string{"Bearer " + token}, nil},
		"none":                 {token, "/", nil, slogxhttp.ErrUnauthenticated},
		"other scheme":         {token, "/", []string{"Basic " + token}, slogxhttp.ErrUnauthenticated},
		"in the query":         {token, "/?access_token=" + token, nil, slogxhttp.ErrUnauthenticated},
		"wrong":                {token, "/", []string{"Bearer x"}, slogxhttp.ErrInvalidToken},
		"prefix":               {token, "/", []string{"Bearer " + token[:8]}, slogxhttp.ErrInvalidToken},
		"with more behind it":  {token, "/", []string{"Bearer " + token + "0"}, slogxhttp.ErrInvalidToken},
		"upper case":           {token, "/", []string{"Bearer S3CRET-TOKEN"}, slogxhttp.ErrInvalidToken},
		"twice":                {token, "/", []string{"Bearer " + token, "Bearer " + token}, slogxhttp.ErrMalformed},
		"also in the query":    {token, "/?access_token=" + token, []string{"Bearer " + token}, slogxhttp.ErrMalformed},
		"nothing behind it":    {token, "/", []string{"Bearer "}, slogxhttp.ErrMalformed},
		"two words":            {token, "/", []string{"Bearer a b"}, slogxhttp.ErrMalformed},
	} {
		r := httptest.NewRequest(http.MethodGet, tt.target, nil)
		r.Header["Authorization"] = tt.lines
		who, err := slogxhttp.BearerToken(tt.token)(r)
		if !errors.Is(err, tt.want) || (who == "bearer") != (tt.want == nil) {
			t.Errorf("%s: %q, %v, want %v", name, who, err, tt.want)
		}
	}
}

func TestEmptyBearerTokenRefusesAll(t *testing.T) {
	for _, line := range []string{"", "Bearer", "Bearer ", "Bearer x"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", line)
		if _, err := slogxhttp.BearerToken(" \n")(r); err == nil {
			t.Errorf("%q is accepted", line)
		}
	}
}
