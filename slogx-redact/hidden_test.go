package slogxredact

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// guarded is what others write to while it is logged, under a lock that a handler cannot know.
type guarded struct {
	Name string

	mu    sync.Mutex
	count atomic.Int64
	value atomic.Value
	open  map[string]string
	inner *guarded
	any   any
}

func (g *guarded) set(k, v string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[k] = v
	g.count.Add(1)
	g.value.Store(v)
	g.inner.Name = v
}

// marshaling writes itself under its lock.
type marshaling struct {
	sync.Mutex

	M map[string]string
}

func (m *marshaling) MarshalJSON() ([]byte, error) {
	m.Lock()
	defer m.Unlock()
	return []byte(`{"n":"` + m.M["k"] + `"}`), nil
}

func (m *marshaling) String() string { return "marshaling" }

// The runtime ends a program that reads a map while another goroutine writes to it: nothing may be read that
// no encoder would.
func TestWhatOthersWriteToUnderALockIsNotRead(t *testing.T) {
	g := &guarded{Name: "g", open: map[string]string{"k": plain}, inner: &guarded{Name: "x"}}
	g.any = g.inner
	m := &marshaling{M: map[string]string{"k": "v"}}
	parent, cancel := context.WithCancel(context.WithValue(ctx, credentials{}, plain))
	defer cancel()
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				g.set("k", plain)
				m.Lock()
				m.M["k"] = "w"
				m.Unlock()
				_, cancel := context.WithCancel(parent)
				cancel()
			}
		}
	})
	var b buffer
	h := NewHandler(slog.NewJSONHandler(&b, nil), &Options{Presets: Presets()})
	for range 200 {
		_ = h.Handle(ctx, record(slog.Any("g", g), slog.Any("m", m), slog.Any("ctx", parent), slog.Any("l", []any{g, m, parent})))
	}
	close(done)
	wg.Wait()
	if out := b.String(); strings.Contains(out, plain) || !strings.Contains(out, `"g":{"Name":"g"}`) {
		t.Errorf("%.1000s", out)
	}
}

func TestUnexportedFieldsThatFmtShowsAreLookedAt(t *testing.T) {
	type hidden struct {
		name  string
		token string
		tag   string `slogx:"secret"`
		list  []string
		any   any
		in    struct{ password string }
		m     map[string]string
		deep  *credentials
	}
	holder := new(struct{ v atomic.Value })
	holder.v.Store(jwt)
	for name, v := range map[string]any{
		"key":       hidden{token: plain},
		"tag":       &hidden{tag: plain},
		"list":      hidden{list: []string{jwt}},
		"interface": hidden{any: jwt},
		"in":        hidden{in: struct{ password string }{plain}},
		"map":       hidden{m: map[string]string{"a": jwt}},
		"pointer":   hidden{deep: &credentials{plain}},
		"beyond":    []any{&hidden{token: plain, m: map[string]string{"a": jwt}}},
		"text":      hidden{name: jwt},
		"atomic":    holder,
		"userinfo":  url.UserPassword("ann", plain), // prints it by its String
	} {
		for _, s := range sinks {
			out := output(t, Wrap(nil), s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("v", v))) })
			if strings.Contains(out, plain) || strings.Contains(out, jwt) {
				t.Errorf("%s, %s: %s", name, s.name, out)
			}
		}
	}
}
