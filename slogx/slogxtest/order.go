package slogxtest

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// AssertInOrder reports an error to the test unless the records so far include one for each of want, in
// this order. Other records may stand among them. It returns whether they do.
func (r *Recorder) AssertInOrder(want ...Expectation) bool {
	r.tb.Helper()
	records := r.Records()
	next, met := 0, make([]int, 0, len(want))
	for i, e := range want {
		at := slices.IndexFunc(records[next:], e.Match)
		if at < 0 {
			r.tb.Errorf("%s", describeOrder(records, want, met, i))
			return false
		}
		met = append(met, next+at)
		next += at + 1
	}
	return true
}

// AssertAnyOrder reports an error to the test unless the records so far include one for each of want, in
// any order: a record counts for one expectation only, and is given to the one that needs it. Other
// records may be there. It returns whether they do.
func (r *Recorder) AssertAnyOrder(want ...Expectation) bool {
	r.tb.Helper()
	records := r.Records()
	met := assign(records, want)
	if slices.Index(met, -1) < 0 {
		return true
	}
	r.tb.Errorf("%s", describeMissing(records, want, met))
	return false
}

// AssertNone reports an error to the test if a record so far is as e says, and returns whether none is.
func (r *Recorder) AssertNone(e Expectation) bool {
	r.tb.Helper()
	records := r.Records()
	notes := make(map[int]string)
	for i, rec := range records {
		if e.Match(rec) {
			notes[i] = "not wanted"
		}
	}
	if len(notes) > 0 {
		r.tb.Errorf("%d of %d records are what none should be: %s%s", len(notes), len(records), e, list(records, notes))
	}
	return len(notes) == 0
}

// AssertBelow reports an error to the test if a record so far is of level l or above, and returns whether
// none is: AssertBelow(slog.LevelWarn) says that nothing went wrong.
func (r *Recorder) AssertBelow(l slog.Level) bool {
	r.tb.Helper()
	return r.AssertNone(AtLeast(l))
}

// assign gives each expectation a record of its own, as many as can be, and returns the record of each,
// or -1. It finds augmenting paths, so that a wide expectation does not take what a narrow one needs.
func assign(records []Record, want []Expectation) []int {
	met, taker := make([]int, len(want)), make([]int, len(records))
	for i := range taker {
		taker[i] = -1
	}
	fits := make([][]int, len(want)) // the records that fit each expectation, found once
	for i, e := range want {
		for j, r := range records {
			if e.Match(r) {
				fits[i] = append(fits[i], j)
			}
		}
	}
	var give func(i int, tried map[int]bool) bool
	give = func(i int, tried map[int]bool) bool {
		for _, j := range fits[i] {
			if tried[j] {
				continue
			}
			tried[j] = true
			if taker[j] < 0 || give(taker[j], tried) {
				met[i], taker[j] = j, i
				return true
			}
		}
		return false
	}
	for i := range want {
		if !give(i, make(map[int]bool)) {
			met[i] = -1
		}
	}
	return met
}

// describeOrder says why expectation i was not met by the records behind those that met the ones before it.
func describeOrder(records []Record, want []Expectation, met []int, i int) string {
	var b strings.Builder
	next := 0
	fmt.Fprintf(&b, "expectation %d of %d is not met", i+1, len(want))
	if i > 0 {
		next = met[i-1] + 1
		fmt.Fprintf(&b, " behind record %d, which met the one before", next)
	}
	fmt.Fprintf(&b, ":\n\twant:    %s", want[i])
	if early := slices.IndexFunc(records[:next], want[i].Match); early >= 0 {
		fmt.Fprintf(&b, "\n\tbut:     record %d, which is like that, came too early", early+1)
	}
	b.WriteString(closest(records, next, want[i]))
	notes := make(map[int]string)
	for k, at := range met {
		notes[at] = fmt.Sprintf("met %d", k+1)
	}
	b.WriteString(listAll(records, notes))
	return b.String()
}

// describeMissing says which expectations have no record.
func describeMissing(records []Record, want []Expectation, met []int) string {
	var b strings.Builder
	notes := make(map[int]string)
	missing := 0
	for i, at := range met {
		if at >= 0 {
			notes[at] = fmt.Sprintf("met %d", i+1)
			continue
		}
		missing++
		if missing > 1 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "expectation %d of %d is not met:\n\twant:    %s%s", i+1, len(want), want[i], closest(records, 0, want[i]))
		if taken := slices.IndexFunc(records, want[i].Match); taken >= 0 {
			fmt.Fprintf(&b, "\n\tbut:     record %d, which is like that, met another expectation", taken+1)
		}
	}
	b.WriteString(listAll(records, notes))
	return b.String()
}

// closest says what the record from the index from on that comes closest to e lacks.
func closest(records []Record, from int, e Expectation) string {
	best, fewest, misses := -1, 0, ""
	for i := from; i < len(records); i++ {
		miss := e.misses(records[i])
		n := 2*strings.Count(miss, "; ") + strings.Count(miss, " is missing") // another value is closer than none
		if miss != "" && (best < 0 || n <= fewest) {
			best, fewest, misses = i, n, miss
		}
	}
	if best < 0 {
		return ""
	}
	return fmt.Sprintf("\n\tclosest: record %d: %s", best+1, misses)
}

func listAll(records []Record, notes map[int]string) string {
	if len(records) == 0 {
		return "\nthere were no records"
	}
	return "\nrecords:" + list(records, notes)
}

// maxListed is how many records a failure lists: the last ones, and those that have a note.
const maxListed = 50

// list writes records, numbered from 1, a line each, with a note behind those that have one.
func list(records []Record, notes map[int]string) string {
	var b strings.Builder
	left := 0
	for i, r := range records {
		note, noted := notes[i]
		if !noted && i < len(records)-maxListed {
			left++
			continue
		}
		if left > 0 {
			fmt.Fprintf(&b, "\n\t   … %d more", left)
			left = 0
		}
		fmt.Fprintf(&b, "\n\t%2d %v %q", i+1, r.Level, r.Message)
		for _, a := range r.Attrs {
			fmt.Fprintf(&b, " %v", a)
		}
		if noted {
			fmt.Fprintf(&b, "  ← %s", note)
		}
	}
	return b.String()
}
