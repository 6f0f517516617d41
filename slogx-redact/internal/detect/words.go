package detect

// words is a set of ASCII words, in whatever case, that is quick to say no.
type words struct {
	first [32]uint32 // for each length, bit n for a word that begins with letter n
	list  [32][]string
}

func newWords(list ...string) *words {
	w := &words{}
	for _, s := range list {
		w.first[len(s)] |= 1 << (s[0] & 31)
		w.list[len(s)] = append(w.list[len(s)], s)
	}
	return w
}

// has reports whether s is one of the words.
func (w *words) has(s string) bool { return w.may(s) && w.find(s) }

// may reports whether there is a word as long as s that begins like it.
func (w *words) may(s string) bool {
	return len(s) > 0 && len(s) < len(w.first) && w.first[len(s)]>>(s[0]&31)&1 != 0
}

func (w *words) find(s string) bool {
	for _, word := range w.list[len(s)] {
		if equalFold(s, word) {
			return true
		}
	}
	return false
}

func equalFold(s, word string) bool {
	for i := range len(word) {
		if lowerASCII(s[i]) != lowerASCII(word[i]) {
			return false
		}
	}
	return true
}
