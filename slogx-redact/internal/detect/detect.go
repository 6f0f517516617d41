package detect

import "unsafe"

// Match is what must be masked: the bytes from Start up to End. Of a URL that is the password or the value
// of a parameter only, so that the rest stays a URL.
type Match struct {
	Start, End int
	Kind       Kind
}

// Hint is what is known of a text from where it stands. The zero Hint knows nothing.
type Hint struct {
	// Key is the key of the attribute. Under a key with a version word a dotted quad is no address; under
	// one with a phone or ssn word digits without separators are a number of that kind.
	Key string

	// SecretKey decides whether a name in the text, that of a query parameter or of a pair, is that of a
	// secret. It must not keep the slice. Nil stands for built-in words.
	SecretKey func(key []byte) bool
}

const (
	minLen    = 3       // of ::1
	maxFolded = 1 << 16 // larger buffers are left to the garbage collector
)

// Set finds the kinds it was made for. It is immutable and safe for concurrent use.
type Set struct{ want bits }

// NewSet returns a Set that finds these kinds. Unknown kinds find nothing: see [Known].
func NewSet(kinds ...Kind) *Set {
	s := &Set{}
	for _, k := range kinds {
		s.want |= bit(k)
	}
	return s
}

// Find appends to dst what must be masked in text, in order and without overlaps. It takes time linear in
// the length of text, and allocates only to grow dst.
func (s *Set) Find(dst []Match, text string, hint Hint) []Match {
	if s.want == 0 || len(text) < minLen {
		return dst
	}
	if !hasOdd(text) {
		return s.find(dst, text, hint)
	}
	f := foldedPool.Get().(*folded)
	f.set(text)
	base := len(dst)
	dst = s.find(dst, unsafe.String(unsafe.SliceData(f.text), len(f.text)), hint) //nolint:gosec // find keeps nothing
	f.unfold(text, dst[base:])
	if cap(f.text) <= maxFolded {
		foldedPool.Put(f)
	}
	return dst
}

// find is Find for text that needs no folding.
func (s *Set) find(dst []Match, text string, hint Hint) []Match {
	sc := scanner{want: s.want, text: text, hint: hint, dst: dst, base: len(dst)}
	sc.scan()
	if sc.names != nil {
		namesPool.Put(sc.names)
	}
	return sc.dst
}

// FindBytes is Find for bytes. It keeps nothing of text.
func (s *Set) FindBytes(dst []Match, text []byte, hint Hint) []Match {
	return s.Find(dst, unsafe.String(unsafe.SliceData(text), len(text)), hint) //nolint:gosec // Find only reads, and keeps nothing
}
