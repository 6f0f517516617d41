package sqltext

// word reads a word: a keyword, a name, or what stands before the quote of a string.
func (s *scanner) word() {
	begin := s.pos
	for s.pos++; s.pos < len(s.src) && (isWord(s.src[s.pos]) || s.dialect.hashNames && s.src[s.pos] == '#'); {
		s.pos++
	}
	if s.prefixed(begin) {
		return
	}
	word := s.src[begin:s.pos]
	var w action
	if s.last != kindDot && s.at(0) != '.' {
		w = actionOf(word)
	}
	switch {
	case w == actBool && !s.summary.predicate(), s.summary.secret() && w != actSecret:
		s.placeholder()
		return
	case w.beforeValue():
		s.put(word, kindNone)
	default:
		s.put(word, kindValue)
	}
	s.summary.word(w, begin, s.pos, s.src)
}

// An action is what a keyword means for the summary and for the sign behind it.
type action uint8

const (
	actNone action = iota // a name
	actBool
	actIs
	actNot
	actIdentified
	actSecret // a word that may stand between IDENTIFIED BY and a password
	actBy
	actIn
	actDistinct
	actSelect
	actWith
	actInsert // and MERGE
	actReplace
	actUpdate
	actDelete
	actCall
	actCreate // and ALTER
	actDrop
	actTruncate
	actExplain
	actCopy
	actObject // what can be created
	actFrom
	actUsing
	actInto
	actJoin
	actUnion
	actOn
	actEnd   // ends a list of tables
	actSkip  // stands between a verb and its table
	actValue // stands before a value
)

// beforeValue reports whether a value follows the word, so that a sign is its own.
func (a action) beforeValue() bool {
	switch a {
	case actNot, actBy, actIn, actDistinct, actSelect, actIs, actFrom, actOn, actEnd, actValue, actUnion:
		return true
	default:
		return false
	}
}

const longestKeyword = len("STRAIGHT_JOIN")

// actionOf returns what a word means in any case.
func actionOf(word string) action {
	if len(word) > longestKeyword || lengths[word[0]&0x1f]&(1<<len(word)) == 0 {
		return actNone
	}
	var buf [longestKeyword]byte
	for i := range len(word) {
		c := word[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		buf[i] = c
	}
	return actions[string(buf[:len(word)])]
}

// lengths has the lengths of the keywords, by their first letter: most names are none by that alone.
var lengths = func() (l [32]uint16) {
	for word := range actions {
		l[word[0]&0x1f] |= 1 << len(word)
	}
	return l
}()

var actions = func() map[string]action {
	m := make(map[string]action)
	for a, words := range map[action][]string{
		actBool:       {"TRUE", "FALSE"},
		actIs:         {"IS"},
		actNot:        {"NOT"},
		actIdentified: {"IDENTIFIED"},
		actSecret:     {"PASSWORD", "RANDOM"},
		actBy:         {"BY"},
		actIn:         {"IN"},
		actDistinct:   {"DISTINCT"},
		actSelect:     {"SELECT"},
		actWith:       {"WITH"},
		actInsert:     {"INSERT", "MERGE", "UPSERT"},
		actReplace:    {"REPLACE"},
		actUpdate:     {"UPDATE"},
		actDelete:     {"DELETE"},
		actCall:       {"CALL", "EXEC", "EXECUTE"},
		actCreate:     {"CREATE", "ALTER"},
		actDrop:       {"DROP"},
		actTruncate:   {"TRUNCATE"},
		actExplain:    {"EXPLAIN"},
		actCopy:       {"COPY"},
		actObject: {
			"TABLE", "VIEW", "INDEX", "SEQUENCE", "SCHEMA", "DATABASE", "FUNCTION", "PROCEDURE", "TRIGGER", "TYPE",
			"EXTENSION", "USER", "ROLE", "DOMAIN",
		},
		actFrom:  {"FROM"},
		actUsing: {"USING"},
		actInto:  {"INTO"},
		actJoin:  {"JOIN", "APPLY", "STRAIGHT_JOIN"},
		actUnion: {"UNION", "EXCEPT", "INTERSECT", "MINUS"},
		actOn:    {"ON"},
		actEnd: {
			"WHERE", "SET", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "VALUES", "RETURNING", "OUTPUT", "WHEN", "WINDOW",
			"FOR", "FETCH", "DEFAULT", "OUTFILE", "DUMPFILE", "START", "CONNECT", "QUALIFY",
		},
		actSkip: {
			"OR", "IGNORE", "OVERWRITE", "ABORT", "FAIL", "ROLLBACK", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK",
			"ONLY", "LATERAL", "IF", "EXISTS", "TEMP", "TEMPORARY", "UNIQUE", "MATERIALIZED", "CONCURRENTLY", "GLOBAL", "LOCAL",
			"UNLOGGED", "EXTERNAL", "VIRTUAL", "RECURSIVE", "FULLTEXT", "SPATIAL", "CLUSTERED", "NONCLUSTERED", "FOREIGN", "INSTEAD",
		},
		actValue: {
			"AND", "THEN", "ELSE", "CASE", "BETWEEN", "LIKE", "ILIKE", "INTERVAL", "TOP", "FIRST", "NEXT", "AS", "ALL", "ANY", "RETURN",
			"XOR", "DIV", "MOD", "REGEXP", "RLIKE", "ESCAPE",
		},
	} {
		for _, w := range words {
			m[w] = a
		}
	}
	return m
}()
