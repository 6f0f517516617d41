package freeze

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzValue makes a value from data, freezes it, changes the original wherever that is possible, and
// compares what log/slog prints with what it prints for a twin that nobody has touched.
func FuzzValue(f *testing.F) {
	for i := range 64 {
		f.Add([]byte{byte(i), byte(3 * i), byte(7 * i), 4, 2, byte(i), 1, 2, 3, 4, 5, 6, 7, byte(i), 9, 10, 11, 12, 13})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		original, twin := &maker{data: data}, &maker{data: data}
		v := slog.AnyValue(original.value(0))
		want := printed(slog.AnyValue(twin.value(0)))
		frozen, _ := Value(v)
		for _, change := range original.changes {
			change()
		}
		for range 2 { // printing changes nothing
			if diff := cmp.Diff(want, printed(frozen)); diff != "" {
				t.Fatalf("frozen value prints otherwise (-twin +frozen):\n%s", diff)
			}
		}
	})
}

// maker makes values from bytes, and remembers how to change them.
type maker struct {
	data    []byte
	changes []func()
	groups  int // how many there are
}

func (m *maker) next() int {
	if len(m.data) == 0 {
		return 0
	}
	b := m.data[0]
	m.data = m.data[1:]
	return int(b)
}

func (m *maker) changed(f func()) { m.changes = append(m.changes, f) }

func (m *maker) text() string {
	n := min(m.next()%8, len(m.data))
	s := string(m.data[:n])
	m.data = m.data[n:]
	return s
}

func (m *maker) value(depth int) any {
	n := m.next() % 22
	if depth > 5 {
		n %= 6
	}
	switch n {
	case 1:
		return m.next() - 128
	case 2:
		return m.text()
	case 3:
		return float64(m.next()) / 3
	case 4:
		return point{m.next(), 2}
	case 5:
		return m.next()%2 == 0
	case 6:
		s := make([]any, m.next()%4)
		for i := range s {
			s[i] = m.value(depth + 1)
			m.changed(func() { s[i] = "changed" })
		}
		return s
	case 7:
		mp := map[string]any{}
		for range m.next() % 4 {
			k := m.text()
			mp[k] = m.value(depth + 1)
		}
		m.changed(func() { mp["changed"] = true })
		return mp
	case 8:
		p := &point{m.next(), m.next()}
		m.changed(func() { p.X++ })
		if depth > 0 { // fmt prints an address
			return *p
		}
		return p
	case 9:
		b := []byte(m.text())
		m.changed(func() {
			for i := range b {
				b[i]++
			}
		})
		return b
	case 10:
		return fmt.Errorf("w: %w", errors.New(m.text()))
	case 11:
		e := &opError{m.text(), io.EOF}
		m.changed(func() { e.Op += "changed" })
		return e
	case 12:
		e := &opError{m.text(), io.EOF}
		m.changed(func() { e.Op += "changed" })
		return errors.Join(e, errors.New(m.text()))
	case 13:
		b := bytes.NewBufferString(m.text())
		m.changed(func() { b.WriteString("changed") })
		return b
	case 14:
		s := &stringer{[]byte(m.text())}
		m.changed(func() { s.b = append(s.b, 'c') })
		return s
	case 15:
		j := &marshaler{[]byte(m.text())}
		m.changed(func() { j.b = append(j.b, 'c') })
		if depth > 0 {
			return json.RawMessage(`{"a":1}`)
		}
		return j
	case 16:
		i := big.NewInt(int64(m.next()))
		m.changed(func() { i.SetInt64(-1) })
		return i
	case 17:
		tr := tree{Name: m.text(), Tags: map[string]string{m.text(): m.text()}, Any: m.value(depth + 1)}
		m.changed(func() { tr.Tags["changed"] = "yes" })
		return tr
	case 18:
		st := &stackError{[]byte(m.text())}
		m.changed(func() { st.msg = append(st.msg, 'c') })
		return st
	case 19:
		mp := map[int][]string{m.next(): {m.text()}, 3: nil}
		m.changed(func() { mp[3] = []string{"changed"} })
		return mp
	case 20:
		j := &jsonOpError{opError{m.text(), io.EOF}}
		m.changed(func() { j.Op += "changed" })
		return j
	case 21:
		return m.group(depth)
	default:
		return nil
	}
}

// group makes a group, or a LogValuer of one; inside a container slog would print its fields. It is never
// empty: see the package documentation.
func (m *maker) group(depth int) any {
	if m.groups++; depth > 0 || m.groups > maxGroupDepth { // deeper ones are cut, and so print otherwise
		return nil
	}
	attrs := make([]slog.Attr, 1+m.next()%4)
	attrs[0] = slog.Int("first", 1)
	for i := 1; i < len(attrs); i++ {
		attrs[i] = slog.Any(m.text(), m.value(0))
		m.changed(func() { attrs[i] = slog.Int("changed", 1) })
	}
	if m.next()%2 == 0 {
		return valuer(func() slog.Value { return slog.GroupValue(attrs...) })
	}
	return slog.GroupValue(attrs...)
}
