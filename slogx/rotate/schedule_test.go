package rotate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRotateOnAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "app.log")
		f := openTest(t, path, &Options{Every: time.Hour})
		for range 6 { // every 20 minutes
			write(t, f, fmt.Sprintln(time.Now().Format("15:04")))
			<-time.After(20 * time.Minute)
		}
		write(t, f, "end\n")
		want := []string{"00:00\n00:20\n00:40\n", "01:00\n01:20\n01:40\n"}
		if diff := cmp.Diff(want, contents(t, path)); diff != "" {
			t.Errorf("backups (-want +got):\n%s", diff)
		}
	})
}

func TestRotateOnClockTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "app.log")
		f := openTest(t, path, &Options{At: []time.Duration{0, 90 * time.Minute}, Location: time.UTC})
		for range 26 {
			write(t, f, fmt.Sprintln(time.Now().UTC().Format("02 15")))
			<-time.After(time.Hour)
		}
		var first []string
		for _, c := range contents(t, path) {
			first = append(first, c[:6]+" "+c[len(c)-6:len(c)-1])
		}
		want := []string{"01 00\n 01 01", "01 02\n 01 23", "02 00\n 02 01"}
		if diff := cmp.Diff(want[:2], first); diff != "" {
			t.Errorf("first and last line of each backup (-want +got):\n%s", diff)
		}
	})
}

func TestIdleFileHasNoTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := openTest(t, filepath.Join(t.TempDir(), "app.log"), &Options{Every: time.Hour})
		write(t, f, "1\n")
		<-time.After(time.Second)
		if f.wake.Stop() {
			t.Error("the timer runs though nothing was written")
		}
	})
}

func TestClockTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		now  string
		at   []time.Duration
		want string
	}{
		{"2026-01-02T15:04:05+01:00", []time.Duration{0}, "2026-01-03T00:00:00+01:00"},
		{"2026-01-02T00:00:00+01:00", []time.Duration{0}, "2026-01-03T00:00:00+01:00"},
		{"2026-01-02T15:04:05+01:00", []time.Duration{0, 18 * time.Hour}, "2026-01-02T18:00:00+01:00"},
		{"2026-03-28T12:00:00+01:00", []time.Duration{12 * time.Hour}, "2026-03-29T12:00:00+02:00"}, // a day of 23 hours
		{"2026-10-24T12:00:00+02:00", []time.Duration{12 * time.Hour}, "2026-10-25T12:00:00+01:00"}, // a day of 25 hours
		{"2026-12-31T23:59:59+01:00", []time.Duration{time.Hour + 30*time.Minute + time.Second}, "2027-01-01T01:30:01+01:00"},
	} {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		s := schedule{at: tt.at, loc: berlin}
		if got := s.after(now).Format(time.RFC3339); got != tt.want {
			t.Errorf("after %s: %s, want %s", tt.now, got, tt.want)
		}
	}
}

func TestAgeIsKeptOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	put(t, path, "1\n")
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	for name, opts := range map[string]*Options{
		"age": {Every: time.Hour},
		"clock": {Location: time.UTC, At: []time.Duration{
			old.Add(time.Hour).UTC().Sub(old.Add(time.Hour).UTC().Truncate(day)),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			put(t, path, "1\n")
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
			f := openTest(t, path, opts)
			write(t, f, "2\n")
			write(t, f, "3\n")
			if diff := cmp.Diff([]string{"1\n", "2\n3\n"}, append(contents(t, path), read(t, path))); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("newest backup", func(t *testing.T) { // busy, but created when the one before was rotated
		path := filepath.Join(t.TempDir(), "app.log")
		put(t, path, "2\n")
		put(t, newNamer(path, "").path(stamp{t: old.UTC(), seq: 1}), "1\n")
		f := openTest(t, path, &Options{Every: time.Hour})
		write(t, f, "3\n")
		if diff := cmp.Diff([]string{"1\n", "2\n"}, contents(t, path)); diff != "" {
			t.Errorf("backups (-want +got):\n%s", diff)
		}
	})
}

func TestClockJumpsCauseNoStorm(t *testing.T) {
	for name, opts := range map[string]*Options{
		"age":   {Every: time.Hour},
		"clock": {At: []time.Duration{0, 12 * time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			c := newClock()
			f := openTest(t, path, opts, func(s *system) { s.now = c.now })
			lines := 0
			for _, jump := range []time.Duration{
				365 * day, -2 * 365 * day, 20 * 365 * day, -time.Hour, -20 * 365 * day, -time.Minute, time.Minute,
			} {
				before := len(backupsOf(t, path))
				c.move(jump)
				for range 300 {
					f.due.Store(true)
					write(t, f, fmt.Sprintf("%06d\n", lines))
					lines++
					c.move(time.Millisecond)
				}
				if n := len(backupsOf(t, path)) - before; n > 1 {
					t.Errorf("jump by %v: %d rotations", jump, n)
				}
			}
			c.move(2 * day)
			f.due.Store(true)
			before := len(backupsOf(t, path))
			write(t, f, fmt.Sprintf("%06d\n", lines))
			if n := len(backupsOf(t, path)) - before; n != 1 {
				t.Errorf("two days later: %d rotations", n)
			}
			var want strings.Builder
			for i := range lines + 1 {
				fmt.Fprintf(&want, "%06d\n", i)
			}
			if diff := cmp.Diff(want.String(), readAll(t, path)); diff != "" {
				t.Errorf("lines in the order of names (-want +got):\n%s", diff)
			}
		})
	}
}
