package slogxredact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// Action is what becomes of a hit.
type Action string

// The actions. A value that is no text, such as a group or a struct, has no part to show and nothing to
// join: partial and hash mask it whole.
const (
	ActionMask    Action = "mask"    // a text in its place: Options.Mask
	ActionPartial Action = "partial" // its first and last characters, * for the others
	ActionHash    Action = "hash"    // hmac: and 32 hexadecimal digits, equal for equal values
	ActionDrop    Action = "drop"    // nothing: the attribute, the member or the part of the text is left out
)

// masked is the text in place of a hit.
const masked = "REDACTED"

// Bounds of what partial shows of a card number: PCI DSS 3.4.
const (
	cardFirst = 6
	cardLast  = 4
)

// defaultLast is how many characters partial shows at the end.
const defaultLast = 4

// hashBytes is how much of the HMAC is shown: 128 bits tell values apart.
const hashBytes = 16

// apply returns what stands in the place of text, a hit of the rule.
func (r *rules) apply(id ruleID, text string) string {
	switch r.actions[id] {
	case ActionPartial:
		if id == r.card {
			return r.partialCard(text)
		}
		return r.partial(text)
	case ActionHash:
		if id == r.card {
			text = strings.Map(digitOnly, text)
		}
		mac := hmac.New(sha256.New, r.hashKey)
		_, _ = mac.Write([]byte(text))
		return "hmac:" + hex.EncodeToString(mac.Sum(nil)[:hashBytes])
	case ActionDrop:
		return ""
	default:
		return r.mask
	}
}

// partial never shows more than half.
func (r *rules) partial(text string) string {
	n := utf8.RuneCountInString(text)
	if 2*(r.first+r.last) > n {
		return r.mask
	}
	var b strings.Builder
	i := 0
	for _, c := range text {
		if i >= r.first && i < n-r.last {
			c = '*'
		}
		b.WriteRune(c)
		i++
	}
	return b.String()
}

// partialCard counts digits and leaves what separates them.
func (r *rules) partialCard(text string) string {
	n := 0
	for i := range len(text) {
		if isDigit(text[i]) {
			n++
		}
	}
	first, last := min(r.first, cardFirst), min(r.last, cardLast)
	if first+last >= n {
		return r.mask
	}
	b := []byte(text)
	i := 0
	for at, c := range b {
		if !isDigit(c) {
			continue
		}
		if i >= first && i < n-last {
			b[at] = '*'
		}
		i++
	}
	return string(b)
}

func isDigit(c byte) bool { return c-'0' < 10 }

func digitOnly(c rune) rune {
	if c >= '0' && c <= '9' {
		return c
	}
	return -1
}

// cardName is the name of the rule whose hits have digits to show.
const cardName = string(detect.Card)
