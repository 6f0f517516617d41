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
}

const (
	minLen    = 3       // of ::1
	maxFolded = 1 << 16 // larger buffers are left to the garbage collector
)

// Set finds the kinds it was made for. It is safe for concurrent use.
type Set struct {
	want   bits
	secret func(name string) bool
	starts [1 << 10]uint32 // for each pair of letters, bit n for words of n letters that something begins with
	clean  cleanNames
}

// NewSet returns a Set that finds these kinds. Unknown kinds find nothing: see [Known].
//
// secret decides whether a name in a text, that of a query parameter or of a pair, is that of a secret. It
// must always give the same answer for a name, and must not keep it. Nil stands for built-in words.
func NewSet(secret func(name string) bool, kinds ...Kind) *Set {
	s := &Set{secret: secret}
	if secret == nil {
		s.secret = isSecretName
	}
	for _, k := range kinds {
		s.want |= bit(k)
	}
	s.addStarts()
	return s
}

// Find appends to dst what must be masked in text, in order and without overlaps. It takes time linear in
// the length of text, and allocates only to grow dst.
func (s *Set) Find(dst []Match, text string, hint Hint) []Match {
	if s.want == 0 || len(text) < minLen {
		return dst
	}
	start, _, _ := s.next(text, 0)
	if start == len(text) {
		return dst // most texts
	}
	sc := scanner{Set: s, text: text, key: hint.Key, dst: dst, base: len(dst)}
	sc.scan(start)
	if !sc.refold {
		return sc.dst
	}
	f := foldedPool.Get().(*folded)
	f.set(text)
	sc = scanner{Set: s, text: f.string(), key: hint.Key, dst: dst, base: len(dst), folded: true}
	sc.scan(0)
	f.unfold(text, sc.dst[sc.base:])
	if cap(f.text) <= maxFolded {
		foldedPool.Put(f)
	}
	return sc.dst
}

// FindBytes is Find for bytes. It keeps nothing of text.
func (s *Set) FindBytes(dst []Match, text []byte, hint Hint) []Match {
	return s.Find(dst, unsafe.String(unsafe.SliceData(text), len(text)), hint) //nolint:gosec // Find only reads, and keeps nothing
}
