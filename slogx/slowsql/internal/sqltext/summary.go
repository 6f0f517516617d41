package sqltext

import (
	"strings"
	"unicode/utf8"
)

const (
	maxSummary = 255 // characters, as OpenTelemetry says
	maxItems   = 64
	maxNested  = 32
	maxCTEs    = 8
)

// A summary collects the operations and targets of a statement from its tokens, in their order. It reads
// no grammar: it knows after which words the name of a table stands, in each pair of parentheses apart.
type summary struct {
	items     [maxItems]item
	n         int
	operation string // of the statement itself, not of a query inside
	object    bool   // operation is CREATE or the like, and what comes next may be the kind of object
	level     [maxNested]level
	depth     int
	before    [2]action // the last word and the one before it
	ended     bool      // the last token was the last item, a target
	joined    bool      // the last token was a dot behind it
	ctes      [maxCTEs]string
	nctes     int
}

// An item is an operation or a target: a part of the text.
type item struct {
	begin, end int32 // no more than maxScanned
	target     bool
}

// A level is what is known inside of one pair of parentheses.
type level struct {
	start  starts
	verb   action // actNone: no statement, but an expression or a list
	expect bool   // the next name is a target
	tables bool   // behind a comma stands another
	list   bool   // of IN
	with   bool   // in the WITH clause of a statement
	cte    bool   // the next name is one that WITH gives
}

// starts says what may begin here.
type starts uint8

const (
	startNone starts = iota
	startQuery
	startStatement
)

// begin tells that a statement begins.
func (s *summary) begin() {
	s.other()
	s.depth, s.object = 0, false
	s.level[0] = level{start: startStatement}
}

func (s *summary) top() *level { return &s.level[min(s.depth, maxNested-1)] }

// other tells about a token that is neither a name nor a value.
func (s *summary) other() {
	s.top().start = startNone
	s.ended, s.joined = false, false
	s.before = [2]action{}
}

// value tells about a literal or a parameter.
func (s *summary) value() {
	s.other()
	s.top().expect = false
}

func (s *summary) open() {
	outer := s.top()
	inner := level{start: startQuery, expect: outer.expect, tables: outer.expect, list: s.before[0] == actIn}
	if outer.start == startStatement {
		inner.start = startStatement
	}
	s.other()
	outer.expect = false
	s.depth++
	if s.depth < maxNested {
		s.level[s.depth] = inner
	}
}

func (s *summary) close() {
	s.other()
	s.depth = max(s.depth-1, 0)
	if l := s.top(); l.with {
		l.start = startQuery
	}
}

func (s *summary) comma() {
	s.other()
	l := s.top()
	l.expect = l.tables
	l.cte = l.with
}

// dot tells about a dot. beside says that it stands beside a name.
func (s *summary) dot(beside bool) {
	joined := beside && s.ended
	s.other()
	s.joined = joined
}

func (s *summary) inList() bool    { return s.top().list }
func (s *summary) expects() bool   { return s.top().expect || s.joined || s.top().cte }
func (s *summary) predicate() bool { return s.before[0] == actIs || s.before[0] == actNot }

// secret reports whether the next word is a password.
func (s *summary) secret() bool { return s.before[0] == actBy && s.before[1] == actIdentified }

// word tells about a word at src[begin:end].
func (s *summary) word(a action, begin, end int, src string) {
	l := s.top()
	if a == actNone && l.start == startNone && !l.expect && !l.cte && !s.joined && !s.object { // a column, mostly
		s.ended = false
		s.before = [2]action{a, s.before[0]}
		return
	}
	distinct := s.before[0] == actDistinct
	if a != actNone {
		s.ended = false
	}
	s.before = [2]action{a, s.before[0]}
	if s.object && a != actSkip && a != actReplace {
		s.object = false
		if a == actObject {
			s.add(begin, end, false)
			s.operation += " " + src[begin:end]
			l.expect = true
			return
		}
	}
	if s.verb(l, a, begin, end, src) {
		return
	}
	l.start = startNone
	switch a {
	case actWith, actSkip:
	case actFrom:
		if (l.verb == actSelect || l.verb == actDelete || l.verb == actUpdate) && !distinct {
			l.expect, l.tables = true, true
		}
	case actUsing:
		if l.verb == actDelete || l.verb == actInsert {
			l.expect, l.tables = true, true
		}
	case actInto:
		l.expect = l.verb == actSelect || l.expect
	case actJoin:
		l.expect = true
	case actUnion:
		l.expect, l.tables, l.start = false, false, startQuery
	case actOn:
		l.expect = false
	case actEnd:
		l.expect, l.tables = false, false
	case actObject:
		if !strings.EqualFold(src[begin:end], "TABLE") {
			s.name(begin, end, src)
		}
	case actNone, actValue, actBool, actSecret, actReplace:
		s.name(begin, end, src)
	case actNot: // that of IF NOT EXISTS
		l.expect, l.tables = l.expect && l.verb == actCreate, false
	default: // a word of an expression
		l.expect, l.tables = false, false
	}
}

// verb tells about a word that may be an operation, and reports whether it is.
func (s *summary) verb(l *level, a action, begin, end int, src string) bool {
	expect, tables := false, false
	switch {
	case a == actSelect:
	case l.start == startNone:
		return false
	case a == actWith:
		l.start, l.with, l.cte = startNone, true, true
		return true
	case a == actInsert:
		expect = true
	case a == actUpdate:
		expect, tables = true, true
	case a == actDelete:
		expect = true
	case l.start != startStatement || s.depth > 0 && a == actNone:
		return false
	case a == actReplace, a == actCall, a == actCopy:
		expect = true
	case a == actTruncate:
		expect, tables = true, true
	case a == actCreate, a == actDrop:
		tables = a == actDrop
	default: // an operation of which nothing else is known
	}
	if s.operation == "" || l.with && s.depth == 0 {
		s.operation = src[begin:end]
	}
	s.add(begin, end, false)
	s.object = a == actCreate || a == actDrop
	*l = level{start: startNone, verb: a, expect: expect, tables: tables, list: l.list}
	if a == actExplain { // what it explains is still to come
		l.start, l.verb = startStatement, actNone
	}
	return true
}

// name tells about a name at src[begin:end].
func (s *summary) name(begin, end int, src string) {
	l := s.top()
	joined := s.joined
	s.ended, s.joined, l.start = false, false, startNone
	switch {
	case joined:
		s.items[s.n-1].end = int32(end)
		s.ended = true
	case l.cte:
		l.cte = false
		if s.nctes < maxCTEs {
			s.ctes[s.nctes] = src[begin:end]
			s.nctes++
		}
	case l.expect:
		l.expect = false
		s.ended = s.target(begin, end, src)
	}
}

// literal tells about a string in '…', which some databases take for a name where a table stands. Only
// what looks like a name is taken for one.
func (s *summary) literal(begin, end int, src string) {
	l := s.top()
	if !l.expect || !l.tables || l.verb != actSelect || end-begin < 3 {
		return
	}
	for _, c := range []byte(src[begin+1 : end-1]) {
		if !isLetter(c) {
			return
		}
	}
	s.target(begin, end, src)
}

// target adds a target and reports whether it is one.
func (s *summary) target(begin, end int, src string) bool {
	for _, cte := range s.ctes[:s.nctes] {
		if strings.EqualFold(cte, src[begin:end]) {
			return false
		}
	}
	return s.add(begin, end, true)
}

func (s *summary) add(begin, end int, target bool) bool {
	if s.n == maxItems {
		return false
	}
	s.items[s.n] = item{int32(begin), int32(end), target}
	s.n++
	return true
}

// text returns the summary: as many items as there is room for.
func (s *summary) text(src string) string {
	n, bytes, chars := 0, 0, 0
	for _, it := range s.items[:s.n] {
		chars += utf8.RuneCountInString(src[it.begin:it.end]) + min(n, 1)
		if chars > maxSummary {
			break
		}
		bytes += int(it.end-it.begin) + 1
		n++
	}
	var b strings.Builder
	b.Grow(bytes)
	for i, it := range s.items[:n] {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(src[it.begin:it.end])
	}
	return b.String()
}

// collection returns the only target, without the quotes around the whole of it, or "".
func (s *summary) collection(src string) string {
	name := ""
	for _, it := range s.items[:s.n] {
		switch next := src[it.begin:it.end]; {
		case !it.target, next == name:
		case name != "":
			return ""
		default:
			name = next
		}
	}
	if n := len(name); n > 2 && strings.IndexByte("\"`['", name[0]) >= 0 && strings.IndexByte("\"`]'", name[n-1]) >= 0 &&
		!strings.ContainsAny(name[1:n-1], "\"`[]'") {
		return name[1 : n-1]
	}
	return name
}
