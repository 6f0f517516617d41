package slogxloki

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
)

// verdict is what is to be done after an answer.
type verdict int

const (
	delivered verdict = iota
	retry             // later
	split             // the batch is too large
	refused           // access: what is wrong is not the batch
	reject            // some or all of the batch, for good
)

// statusBlocked is what Loki answers, if it is set up so, while a tenant's ingestion is blocked.
const statusBlocked = 260

func (a answer) verdict() verdict {
	switch s := a.status; {
	case s == 0 || s == http.StatusTooManyRequests || s >= 500:
		return retry
	case s == statusBlocked:
		return reject
	case s >= 200 && s < 300:
		return delivered
	case s == http.StatusRequestEntityTooLarge:
		return split
	case s == http.StatusUnauthorized || s == http.StatusForbidden || s >= 300 && s < 400:
		return refused
	default:
		return reject
	}
}

// outOfOrder reports whether the answer complains that entries are older than what the server has. For a
// batch that it may have seen before, that means that it has them.
func (a answer) outOfOrder() bool {
	return a.status == http.StatusBadRequest && strings.Contains(strings.ToLower(a.text), "out of order")
}

// The complaints about single entries: Loki stores the others.
var (
	totalIgnored = regexp.MustCompile(`total ignored: (\d+) out of`)
	nErrors      = regexp.MustCompile(`(\d+) errors? like`)
	tooOld       = regexp.MustCompile(`timestamp too old: ([^,\n]+?)(?:, oldest acceptable timestamp is: ([^,\n]+))?(?:[,\n]|$)`)
	tooNew       = regexp.MustCompile(`timestamp too new: ([^,\n]+)`)
	tooLong      = regexp.MustCompile(`(?i)max entry size '(\d+)`)
	tooMany      = regexp.MustCompile(`has \d+ label names; limit (\d+)`)
	ofStream     = regexp.MustCompile(`stream '(\{[^\n]*\})' has (?:\d+ )?(?:duplicate )?label`)
	ofEntry      = regexp.MustCompile(`(?i)out of order|too far behind|structured metadata`)
)

// rejections returns how many of items a 400 is about. Loki tells the reason of the last, and not always
// how many there are: then we look for those that it must be about. A 400 that is no complaint of Loki's
// about entries is about all.
func (a answer) rejections(labels []string, items []push.Item) int {
	if a.status != http.StatusBadRequest {
		return len(items)
	}
	n := 0
	for _, counted := range []*regexp.Regexp{totalIgnored, nErrors} {
		for _, m := range counted.FindAllStringSubmatch(a.text, -1) {
			v, _ := strconv.Atoi(m[1])
			n += min(v, len(items))
		}
	}
	if n == 0 {
		n = a.suspects(labels, items)
	}
	return min(n, len(items))
}

// suspects counts the items that have the fault that the answer names, at least one if it names any.
func (a answer) suspects(labels []string, items []push.Item) int {
	count := func(bad func(push.Item) bool) int {
		n := 0
		for _, it := range items {
			if bad(it) {
				n++
			}
		}
		return max(n, 1)
	}
	if m := tooOld.FindStringSubmatch(a.text); m != nil {
		at, inclusive := parseTime(m[1]), true
		if oldest := parseTime(m[2]); oldest != 0 {
			at, inclusive = oldest, false
		}
		return count(func(it push.Item) bool { return it.Time < at || inclusive && it.Time == at })
	}
	if m := tooNew.FindStringSubmatch(a.text); m != nil {
		at := parseTime(m[1])
		return count(func(it push.Item) bool { return at != 0 && it.Time >= at })
	}
	if m := tooLong.FindStringSubmatch(a.text); m != nil {
		limit, _ := strconv.Atoi(m[1])
		return count(func(it push.Item) bool { return len(push.Line(it.Fields)) > limit })
	}
	if m := ofStream.FindStringSubmatch(a.text); m != nil {
		limit := math.MaxInt
		if m := tooMany.FindStringSubmatch(a.text); m != nil { // it names one stream, and has refused all like it
			limit, _ = strconv.Atoi(m[1])
		}
		return count(func(it push.Item) bool {
			of := labels[it.Stream]
			return of == m[1] || countLabels(of) > limit
		})
	}
	if ofEntry.MatchString(a.text) {
		return 1
	}
	return len(items)
}

// countLabels returns how many labels there are in {a="b", c="d"}.
func countLabels(labels string) int {
	n, quoted := 0, false
	for i := 0; i < len(labels); i++ {
		switch c := labels[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '=' && !quoted:
			n++
		}
	}
	return n
}

// parseTime reads a time as Loki writes it, in nanoseconds since 1970; 0 if it cannot be read.
func parseTime(text string) int64 {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999 -0700 MST"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t.UnixNano()
		}
	}
	return 0
}
