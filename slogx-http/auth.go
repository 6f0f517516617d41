package slogxhttp

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
)

// Authorizer decides whether a request may do what it asks for. A nil error is a yes. who names whom it comes
// from, for the audit record: a user, not a secret. It may be empty.
//
// The response follows the error: [ErrUnauthenticated] and [ErrInvalidToken] are 401, [ErrMalformed] is 400,
// any other one 403. An Authorizer is called from many goroutines; one that panics has said no. A nil
// Authorizer refuses everything.
type Authorizer func(r *http.Request) (who string, err error)

// The errors of an [Authorizer] that have a response of their own.
var (
	// ErrUnauthenticated says that the request does not say whom it comes from.
	ErrUnauthenticated = errors.New("authorize request: it has no credentials")

	// ErrInvalidToken says that the token is not, or no longer, a valid one.
	ErrInvalidToken = errors.New("authorize request: the token is not valid")

	// ErrMalformed says that the credentials cannot be read, or come in two ways at once.
	ErrMalformed = errors.New("authorize request: the credentials are malformed")
)

// errForbidden is the error of an Authorizer that refuses whoever asks.
var errForbidden = errors.New("authorize request: nobody is allowed to")

// BearerToken returns an Authorizer that accepts requests with the header "Authorization: Bearer" and token, as
// RFC 6750 writes it: the word Bearer in another case, which RFC 9110 would let pass, is no credential here, since
// what guards the levels is strict. The token is taken from nowhere else: one in the
// query does not count, and one there beside one in the header is an error. White space around token is ignored,
// and an empty one refuses everything.
//
// It knows one token, not whose it is: as who it says "bearer".
func BearerToken(token string) Authorizer {
	token = strings.TrimSpace(token)
	if token == "" {
		return func(*http.Request) (string, error) { return "", errForbidden }
	}
	// Digests are of one length, so that the comparison does not tell that of the token either.
	want := sha256.Sum256([]byte(token))
	return func(r *http.Request) (string, error) {
		sent, err := bearer(r)
		if err != nil {
			return "", err
		}
		got := sha256.Sum256([]byte(sent))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			return "", ErrInvalidToken
		}
		return "bearer", nil
	}
}

// bearer returns the token of a request.
func bearer(r *http.Request) (string, error) {
	lines := r.Header.Values("Authorization")
	if len(lines) == 0 {
		return "", ErrUnauthenticated
	}
	query := r.URL.Query()
	if len(lines) > 1 || query.Has("access_token") || query.Has("token") {
		return "", ErrMalformed
	}
	scheme, token, _ := strings.Cut(lines[0], " ")
	if scheme != "Bearer" {
		return "", ErrUnauthenticated
	}
	token = strings.TrimLeft(token, " ")
	if token == "" || strings.ContainsAny(token, " \t,") {
		return "", ErrMalformed
	}
	return token, nil
}
