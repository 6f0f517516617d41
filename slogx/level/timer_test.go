package level

import (
	"log/slog"
	"testing"
	"time"
)

func TestReplacedTimersAreStopped(t *testing.T) {
	for name, replace := range map[string]func(c *Controller) error{
		"set for a while": func(c *Controller) error { return c.Set("db", slog.LevelWarn, 2*time.Hour) },
		"set for good":    func(c *Controller) error { return c.Set("db", slog.LevelWarn, 0) },
		"reset":           func(c *Controller) error { c.Reset("db"); return nil },
	} {
		c := NewController(nil)
		if err := c.Set("db", slog.LevelDebug, time.Hour); err != nil {
			t.Fatal(err)
		}
		timer := c.entries["db"].passing.timer
		if err := replace(c); err != nil {
			t.Fatal(err)
		}
		if timer.Stop() {
			t.Errorf("%s: the timer of the override before still runs", name)
		}
		c.Reset("db")
	}
}

// A timer may fire while Set takes the lock: its func then comes too late.
func TestLateTimerDoesNotEndANewerOverride(t *testing.T) {
	c := NewController(nil)
	for _, l := range []slog.Level{slog.LevelDebug, slog.LevelWarn} {
		if err := c.Set("db", l, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	c.expire("db", &passing{level: slog.LevelDebug})
	if got := c.Level("db"); got != slog.LevelWarn {
		t.Errorf("level is %s, want WARN", got)
	}
	c.Reset("db")
	c.expire("db", &passing{level: slog.LevelDebug})
}
