package level

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Controller holds the level of every logger by name. Its methods are safe for concurrent use.
type Controller struct {
	base  slog.Leveler          // what the root follows while it is not overridden
	state atomic.Pointer[state] // replaced as a whole, so that a reader needs no lock

	mu         sync.Mutex
	entries    map[string]entry
	subs       []*subscription // replaced by copying, never changed in place
	pending    []delivery      // changes that subscribers have not seen yet
	delivering bool            // someone is handing out pending
}

// state is all that it takes to find a level. It is never changed.
type state struct {
	root  slog.Leveler
	named map[string]slog.Leveler // nil while no name has an override
}

// entry is what is set for one name. At least one of its fields is not nil.
type entry struct {
	lasting *slog.Level // set for good
	passing *passing    // set for a while; hides lasting
}

// passing is a level that goes back. Its address tells it from one that was set later.
type passing struct {
	level   slog.Level
	expires time.Time
	timer   *time.Timer
}

func (e entry) level() slog.Level {
	if e.passing != nil {
		return e.passing.level
	}
	return *e.lasting
}

// NewController returns a Controller without overrides. The root follows base, with every change of it;
// a nil base means slog.LevelInfo.
func NewController(base slog.Leveler) *Controller {
	if base == nil {
		base = slog.LevelInfo
	}
	c := &Controller{base: base, entries: make(map[string]entry)}
	c.state.Store(&state{root: base})
	return c
}

// Set overrides the level of the loggers called name and of those below. The name "" is the root: its
// override hides the Controller's Leveler.
//
// A ttl of 0 sets the level for good and ends an override for a while. With a positive ttl the level
// goes back by itself; setting it again starts the time anew.
//
// Set changes nothing and returns an error if name is malformed or ttl is negative.
func (c *Controller) Set(name string, l slog.Level, ttl time.Duration) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("set level %s: %w", l, err)
	}
	if ttl < 0 {
		return fmt.Errorf("set level %s of logger %q: ttl %s is negative, want 0 (for good) or more", l, name, ttl)
	}
	c.mu.Lock()
	defer c.deliver()
	defer c.mu.Unlock()
	e := c.entries[name]
	e.stop()
	change := Change{Name: name, Reason: ReasonSet}
	if ttl == 0 {
		e = entry{lasting: &l}
	} else {
		p := &passing{level: l, expires: time.Now().Add(ttl)}
		p.timer = time.AfterFunc(ttl, func() { c.expire(name, p) })
		e.passing = p
		change.Expires = p.expires
	}
	c.put(e, change)
	return nil
}

// Reset removes what Set did for name, for good or for a while: the name inherits its level again, and
// the root follows the Controller's Leveler. It does nothing if name has no override.
func (c *Controller) Reset(name string) {
	c.mu.Lock()
	defer c.deliver()
	defer c.mu.Unlock()
	e, ok := c.entries[name]
	if !ok {
		return
	}
	e.stop()
	c.put(entry{}, Change{Name: name, Reason: ReasonReset})
}

// expire ends p, unless it was replaced while its timer fired.
func (c *Controller) expire(name string, p *passing) {
	c.mu.Lock()
	defer c.deliver()
	defer c.mu.Unlock()
	e := c.entries[name]
	if e.passing != p {
		return
	}
	e.passing = nil
	c.put(e, Change{Name: name, Reason: ReasonExpired})
}

// stop stops the timer of an override for a while.
func (e entry) stop() {
	if e.passing != nil {
		e.passing.timer.Stop()
	}
}

// put makes e what is set for change.Name, and announces the change. The lock is held.
func (c *Controller) put(e entry, change Change) {
	change.Old = c.Level(change.Name)
	if e == (entry{}) {
		delete(c.entries, change.Name)
	} else {
		c.entries[change.Name] = e
	}
	s := &state{root: c.base}
	for name, e := range c.entries {
		if name == "" {
			s.root = e.level()
			continue
		}
		if s.named == nil {
			s.named = make(map[string]slog.Leveler, len(c.entries))
		}
		s.named[name] = e.level()
	}
	c.state.Store(s)
	change.New = c.Level(change.Name)
	c.announce(change)
}

// Level returns the level in force for the loggers called name.
func (c *Controller) Level(name string) slog.Level { return c.state.Load().leveler(name).Level() }

// Levels returns the level in force for the root, under the key "", and for every name that has an
// override. The map belongs to the caller.
func (c *Controller) Levels() map[string]slog.Level {
	s := c.state.Load()
	levels := map[string]slog.Level{"": s.root.Level()}
	for name, l := range s.named {
		levels[name] = l.Level()
	}
	return levels
}

// Override is a level that was set for a name.
type Override struct {
	Name    string // "" is the root
	Level   slog.Level
	Expires time.Time // when the level goes back; zero if it was set for good
}

// Overrides returns the overrides in force, ordered by name. The root is among them only if it was set.
func (c *Controller) Overrides() []Override {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Override, 0, len(c.entries))
	for _, name := range slices.Sorted(maps.Keys(c.entries)) {
		e := c.entries[name]
		o := Override{Name: name, Level: e.level()}
		if e.passing != nil {
			o.Expires = e.passing.expires
		}
		all = append(all, o)
	}
	return all
}

// Leveler returns a live view of the level in force for the loggers called name, for handlers and
// libraries that take a [slog.Leveler]. It is safe for concurrent use.
func (c *Controller) Leveler(name string) slog.Leveler { return &view{c: c, name: name} }

// view follows the level of one name. What it found holds until the controller's state is another.
type view struct {
	c     *Controller
	name  string
	found atomic.Pointer[finding]
}

type finding struct {
	in      *state
	leveler slog.Leveler
}

func (v *view) Level() slog.Level {
	s := v.c.state.Load()
	if s.named == nil || v.name == "" {
		return s.root.Level()
	}
	f := v.found.Load()
	if f == nil || f.in != s {
		f = &finding{in: s, leveler: s.leveler(v.name)}
		v.found.Store(f)
	}
	return f.leveler.Level()
}

// leveler returns what decides for name: the override of its longest prefix, else the root.
func (s *state) leveler(name string) slog.Leveler {
	if s.named == nil {
		return s.root
	}
	for {
		if l, ok := s.named[name]; ok {
			return l
		}
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 {
			return s.root
		}
		name = name[:dot]
	}
}
