package slogxhttp

import (
	"math/rand/v2"
	"net/http"
)

// maxRequestID is the length in bytes of the longest request id that is taken from a client.
const maxRequestID = 128

// idLen is the length of a request id of ours: 120 random bits.
const idLen = 24

// appendRequestID appends a new request id.
func appendRequestID(buf []byte) []byte {
	for range 2 {
		bits := rand.Uint64()
		for range idLen / 4 {
			pair := &digitPairs[bits%uint64(len(digitPairs))]
			buf = append(buf, pair[0], pair[1])
			bits >>= 10
		}
	}
	return buf
}

// digitPairs holds what ten bits are as two digits.
var digitPairs = func() (pairs [1 << 10][2]byte) {
	const digits = "abcdefghijklmnopqrstuvwxyz234567"
	for i := range pairs {
		pairs[i] = [2]byte{digits[i&31], digits[i>>5]}
	}
	return pairs
}()

// validRequestID reports whether id is one that can be logged, echoed and sent on as it is: up to 128 letters,
// digits and characters of -._~:/+=@ in ASCII.
func validRequestID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		if !idChar[id[i]] {
			return false
		}
	}
	return true
}

var idChar = func() (ok [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/+=@") {
		ok[c] = true
	}
	return ok
}()

// sentRequestID returns the id that h carries under the canonical name, or "" if there is no valid one, or
// more than one.
func sentRequestID(h http.Header, name string) string {
	if ids := h[name]; len(ids) == 1 && validRequestID(ids[0]) {
		return ids[0]
	}
	return ""
}
