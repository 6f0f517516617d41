package level_test

import (
	"errors"
	"log/slog"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/level"
)

func set(t *testing.T, c *level.Controller, name string, l slog.Level, ttl time.Duration) {
	t.Helper()
	if err := c.Set(name, l, ttl); err != nil {
		t.Fatal(err)
	}
}

func wantLevel(t *testing.T, c *level.Controller, name string, want slog.Level) {
	t.Helper()
	if got := c.Level(name); got != want {
		t.Errorf("level of %q is %s, want %s", name, got, want)
	}
}

func TestLongestPrefixOnSegmentBordersWins(t *testing.T) {
	c := level.NewController(nil)
	set(t, c, "db", slog.LevelWarn, 0)
	set(t, c, "db.pool", slog.LevelDebug, 0)
	for name, want := range map[string]slog.Level{
		"":               slog.LevelInfo,
		"d":              slog.LevelInfo,
		"db":             slog.LevelWarn,
		"dbx":            slog.LevelInfo,
		"db.tx":          slog.LevelWarn,
		"db.poolx":       slog.LevelWarn,
		"db.pool":        slog.LevelDebug,
		"db.pool.conn.7": slog.LevelDebug,
		"x.db":           slog.LevelInfo,
		"DB":             slog.LevelInfo,
		"db.a name, = ?": slog.LevelWarn, // from code: never refused
		"db..pool":       slog.LevelWarn,
		".":              slog.LevelInfo,
	} {
		wantLevel(t, c, name, want)
		if got := c.Leveler(name).Level(); got != want {
			t.Errorf("leveler of %q says %s, want %s", name, got, want)
		}
	}
}

func TestRootOverrideHidesTheLevelerUntilReset(t *testing.T) {
	var base slog.LevelVar
	c := level.NewController(&base)
	set(t, c, "", slog.LevelError, 0)
	base.Set(slog.LevelDebug)
	wantLevel(t, c, "", slog.LevelError)
	wantLevel(t, c, "db", slog.LevelError)
	c.Reset("")
	wantLevel(t, c, "", slog.LevelDebug)
	wantLevel(t, c, "db", slog.LevelDebug)
}

func TestResetMakesANameInheritAgain(t *testing.T) {
	c := level.NewController(slog.LevelWarn)
	set(t, c, "db", slog.LevelError, 0)
	set(t, c, "db", slog.LevelDebug, time.Hour)
	c.Reset("db")
	c.Reset("db")
	wantLevel(t, c, "db", slog.LevelWarn)
	if got := c.Overrides(); len(got) != 0 {
		t.Errorf("overrides left: %v", got)
	}
}

func TestSetRefuses(t *testing.T) {
	const advice = "want segments separated by single dots, such as db.pool"
	for _, tt := range []struct {
		name string
		ttl  time.Duration
		want string
	}{
		{".db", 0, "has an empty segment, " + advice},
		{"db.", 0, "has an empty segment, " + advice},
		{"db..pool", 0, "has an empty segment, " + advice},
		{".", 0, "has an empty segment, " + advice},
		{"a b", 0, "contains ' ', " + advice},
		{" ", 0, "contains ' ', " + advice},
		{"a\u00a0b", 0, `contains '\u00a0', ` + advice},
		{"a\nb", 0, `contains '\n', ` + advice},
		{"a\x1b[31m", 0, `contains '\x1b', ` + advice},
		{"a=b", 0, "contains '=', " + advice},
		{"a,b", 0, "contains ',', " + advice},
		{"a\xff", 0, "is not valid UTF-8, " + advice},
		{strings.Repeat("x", 257), 0, "has 257 bytes, want at most 256"},
		{"db", -1, "ttl -1ns is negative, want 0 (for good) or more"},
	} {
		c := level.NewController(nil)
		err := c.Set(tt.name, slog.LevelDebug, tt.ttl)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Set(%.40q, %s): error %v, want one that says %q", tt.name, tt.ttl, err, tt.want)
		}
		if got := c.Overrides(); len(got) != 0 {
			t.Errorf("Set(%.40q, %s) failed and still changed: %v", tt.name, tt.ttl, got)
		}
	}
}

func TestSetTakes(t *testing.T) {
	c := level.NewController(nil)
	for _, name := range []string{"", "a", "a.b.c", "Größe.日本", "net/http", "a-b_c:d", strings.Repeat("x", 256)} {
		set(t, c, name, slog.LevelDebug, 0)
		wantLevel(t, c, name, slog.LevelDebug)
	}
}

func TestLevelGoesBackWhenItsTimeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := level.NewController(nil)
		set(t, c, "db", slog.LevelWarn, 0) // as configured
		set(t, c, "db", slog.LevelDebug, 10*time.Minute)
		set(t, c, "http", slog.LevelDebug, 10*time.Minute)
		set(t, c, "", slog.LevelError, 10*time.Minute)

		<-time.After(10*time.Minute - time.Nanosecond)
		synctest.Wait()
		wantLevel(t, c, "db.pool", slog.LevelDebug)
		wantLevel(t, c, "http", slog.LevelDebug)
		wantLevel(t, c, "", slog.LevelError)

		<-time.After(time.Nanosecond)
		synctest.Wait()
		wantLevel(t, c, "db.pool", slog.LevelWarn)
		wantLevel(t, c, "http", slog.LevelInfo)
		wantLevel(t, c, "", slog.LevelInfo)
		want := map[string]slog.Level{"": slog.LevelInfo, "db": slog.LevelWarn}
		if diff := cmp.Diff(want, c.Levels()); diff != "" {
			t.Errorf("levels afterwards (-want +got):\n%s", diff)
		}
	})
}

func TestSettingAgainStartsTheTimeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := level.NewController(nil)
		set(t, c, "db", slog.LevelDebug, time.Minute)
		<-time.After(59 * time.Second)
		set(t, c, "db", slog.LevelWarn, time.Minute)
		<-time.After(59 * time.Second)
		synctest.Wait()
		wantLevel(t, c, "db", slog.LevelWarn)
		<-time.After(time.Second)
		synctest.Wait()
		wantLevel(t, c, "db", slog.LevelInfo)
	})
}

func TestLevelForGoodOutlivesAnEarlierTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := level.NewController(nil)
		set(t, c, "db", slog.LevelDebug, time.Minute)
		set(t, c, "db", slog.LevelWarn, 0)
		set(t, c, "http", slog.LevelDebug, time.Minute)
		c.Reset("http")
		set(t, c, "http", slog.LevelError, 0)
		<-time.After(time.Hour)
		synctest.Wait()
		wantLevel(t, c, "db", slog.LevelWarn)
		wantLevel(t, c, "http", slog.LevelError)
	})
}

// A timer that fires at the very moment of a new Set must not end what that Set made.
func TestExpiryNeverEndsANewerOverride(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			c := level.NewController(nil)
			set(t, c, "db", slog.LevelDebug, time.Second)
			<-time.After(time.Second) // the timer is due: its func races the line below
			set(t, c, "db", slog.LevelWarn, time.Hour)
			synctest.Wait()
			wantLevel(t, c, "db", slog.LevelWarn)
			c.Reset("db")
		})
	}
}

func TestOverridesAreListedInOrderWithTheirExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := level.NewController(nil)
		set(t, c, "http", slog.LevelWarn, 0)
		set(t, c, "db", slog.LevelWarn, 0)
		set(t, c, "db", slog.LevelDebug, time.Minute)
		set(t, c, "", slog.LevelError, 0)
		want := []level.Override{
			{Name: "", Level: slog.LevelError},
			{Name: "db", Level: slog.LevelDebug, Expires: time.Now().Add(time.Minute)},
			{Name: "http", Level: slog.LevelWarn},
		}
		if diff := cmp.Diff(want, c.Overrides()); diff != "" {
			t.Errorf("overrides (-want +got):\n%s", diff)
		}
		c.Reset("db")
	})
}

func TestSubscriberSeesEveryChangeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := level.NewController(nil)
		set(t, c, "early", slog.LevelWarn, 0)
		var got []level.Change
		stop := c.Subscribe(func(ch level.Change) { got = append(got, ch) })
		set(t, c, "db", slog.LevelWarn, 0)
		set(t, c, "db", slog.LevelDebug, time.Minute)
		expires := time.Now().Add(time.Minute)
		c.Reset("nothing here")
		if err := c.Set("a b", slog.LevelWarn, 0); err == nil {
			t.Error("malformed name was taken")
		}
		<-time.After(time.Minute)
		synctest.Wait()
		c.Reset("db")
		stop()
		stop()
		set(t, c, "late", slog.LevelWarn, 0)
		want := []level.Change{
			{Name: "db", Old: slog.LevelInfo, New: slog.LevelWarn, Reason: level.ReasonSet},
			{Name: "db", Old: slog.LevelWarn, New: slog.LevelDebug, Expires: expires, Reason: level.ReasonSet},
			{Name: "db", Old: slog.LevelDebug, New: slog.LevelWarn, Reason: level.ReasonExpired},
			{Name: "db", Old: slog.LevelWarn, New: slog.LevelInfo, Reason: level.ReasonReset},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestSubscriberMayUseTheController(t *testing.T) {
	c := level.NewController(nil)
	log := slog.New(level.NewHandler(slog.DiscardHandler, c))
	var got []string
	var stop func()
	stop = c.Subscribe(func(ch level.Change) {
		got = append(got, ch.Name)
		log.Info("level changed", "logger", ch.Name)
		switch ch.Name {
		case "a":
			if err := c.Set("b", slog.LevelWarn, 0); err != nil {
				t.Error(err)
			}
			c.Reset("a")
			if c.Level("b") != slog.LevelWarn || len(c.Overrides()) != 1 || len(c.Levels()) != 2 {
				t.Error("the subscriber's own change is not in force at once")
			}
			got = append(got, "end of a")
		case "b":
			stop()
		}
	})
	set(t, c, "a", slog.LevelWarn, 0)
	if diff := cmp.Diff([]string{"a", "end of a", "b"}, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestPanickingSubscriberCostsNothing(t *testing.T) {
	c := level.NewController(nil)
	c.Subscribe(func(level.Change) { panic(errors.New("boom")) })
	seen := 0
	c.Subscribe(func(level.Change) { seen++ })
	set(t, c, "a", slog.LevelWarn, 0)
	set(t, c, "b", slog.LevelWarn, 0)
	if seen != 2 {
		t.Errorf("the other subscriber saw %d changes, want 2", seen)
	}
}

func TestSubscriberMayEndItsGoroutine(t *testing.T) {
	c := level.NewController(nil)
	seen := 0
	c.Subscribe(func(level.Change) {
		seen++
		if seen == 1 {
			runtime.Goexit()
		}
	})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := c.Set("a", slog.LevelWarn, 0)
		t.Errorf("Set returned %v from a goroutine that ended", err)
	})
	wg.Wait()
	wantLevel(t, c, "a", slog.LevelWarn)
	set(t, c, "b", slog.LevelWarn, 0)
	if seen != 2 {
		t.Errorf("%d changes seen, want 2", seen)
	}
}

func TestConcurrentChangesReachSubscribersOnceAndChained(t *testing.T) {
	c := level.NewController(nil)
	const workers, each = 8, 200
	var got []level.Change // one at a time, so without a lock; -race would tell
	c.Subscribe(func(ch level.Change) { got = append(got, ch) })
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				if err := c.Set("db", slog.Level(w*each+i), time.Duration(i%2)*time.Hour); err != nil {
					t.Error(err)
				}
				c.Subscribe(func(level.Change) {})()
			}
		})
	}
	wg.Wait()
	c.Reset("db")
	if len(got) != workers*each+1 {
		t.Fatalf("%d changes seen, want %d", len(got), workers*each+1)
	}
	seen := make(map[slog.Level]bool)
	last := slog.LevelInfo
	for i, ch := range got {
		if ch.Old != last {
			t.Fatalf("change %d goes from %v, want from %v: order lost", i, ch.Old, last)
		}
		last = ch.New
		if i < len(got)-1 && seen[ch.New] {
			t.Fatalf("change to %v seen twice", ch.New)
		}
		seen[ch.New] = true
	}
}

func TestVeryLongTimeToLiveStays(t *testing.T) {
	c := level.NewController(nil)
	set(t, c, "db", slog.LevelDebug, math.MaxInt64)
	wantLevel(t, c, "db", slog.LevelDebug)
	if o := c.Overrides(); !o[0].Expires.After(time.Now()) {
		t.Errorf("expires %v, want a time to come", o[0].Expires)
	}
	c.Reset("db")
}
