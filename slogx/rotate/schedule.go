package rotate

import "time"

// checkEvery is how often, at most, a File that is written to looks at the clock and at its path.
const checkEvery = 500 * time.Millisecond

// schedule says when a file is old enough to be rotated.
type schedule struct {
	every time.Duration
	at    []time.Duration
	loc   *time.Location

	birth  time.Time // of the active file
	nextAt time.Time // without a monotonic reading: it is a time on the wall
}

// start begins a file whose last line before now was written at last, and which was created at birth.
func (s *schedule) start(birth, last time.Time) {
	s.birth, s.nextAt = birth, s.after(last)
}

// due returns the reason to rotate now, or an empty one. A clock that went back postpones nothing beyond
// one period, and one that jumped ahead is one reason, not many.
func (s *schedule) due(now time.Time) Reason {
	if s.birth.After(now) {
		s.birth = now
	}
	if s.nextAt.Sub(now) > day+time.Hour { // the longest day has 25 hours
		s.nextAt = s.after(now)
	}
	switch {
	case len(s.at) > 0 && !now.Before(s.nextAt):
		return ReasonClock
	case s.every > 0 && now.Sub(s.birth) >= s.every:
		return ReasonAge
	default:
		return ""
	}
}

// wait returns how long nothing has to be checked.
func (s *schedule) wait(now time.Time) time.Duration {
	d := checkEvery
	if s.every > 0 {
		d = min(d, s.every-now.Sub(s.birth))
	}
	if len(s.at) > 0 {
		d = min(d, s.nextAt.Sub(now))
	}
	return max(d, 0)
}

// after returns the first of the clock times after t.
func (s *schedule) after(t time.Time) time.Time {
	t = t.In(s.loc).Round(0)
	var first time.Time
	for _, at := range s.at {
		c := clockTime(t, 0, at)
		if !c.After(t) {
			c = clockTime(t, 1, at)
		}
		if first.IsZero() || c.Before(first) {
			first = c
		}
	}
	return first
}

// clockTime returns the time at on the day of t plus days. It reads a clock on the wall: half past one is
// half past one also on a day that lost or gained an hour.
func clockTime(t time.Time, days int, at time.Duration) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, int(at/time.Hour), int(at%time.Hour/time.Minute), int(at%time.Minute/time.Second),
		int(at%time.Second), t.Location())
}
