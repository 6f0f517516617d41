package slogxredact

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// mark says what a walk through the data of a value found: what its JSON must mask at a place.
type mark struct {
	set  bool
	id   ruleID
	text string // in its place, if not what the action of the rule says
	kids map[string]*mark
}

// anyKid marks the members with any key.
const anyKid = "*"

func (m *mark) kid(key string) *mark {
	if m == nil || m.kids == nil {
		return nil
	}
	if k := m.kids[key]; k != nil {
		return k
	}
	return m.kids[anyKid]
}

// jsonText looks at a text that may be JSON. It returns false if it is none.
func (w *walker) jsonText(s string) (out string, dirty, ok bool) {
	src := unsafe.Slice(unsafe.StringData(s), len(s)) //nolint:gosec // nobody writes to it
	if !json.Valid(src) {
		return s, false, false
	}
	switch b, dirty := w.json(src, nil); {
	case w.nodes < 0:
		return w.r.mask, true, true
	case dirty:
		return string(b), true, true
	default:
		return s, false, true
	}
}

// json redacts src, which is valid JSON. It returns src and false if all is clean. What is clean keeps its
// bytes. If there are more values than may be looked at, all is masked.
func (w *walker) json(src []byte, m *mark) (out []byte, dirty bool) {
	j := rewriter{w: w, src: src}
	j.value(0, m)
	switch {
	case w.nodes < 0:
		w.hit(ruleLimit)
		return quote(w.r.mask), true
	case !j.dirty:
		return src, false
	}
	return append(j.out, src[j.done:]...), true
}

// rewriter copies JSON but for what it replaces.
type rewriter struct {
	w     *walker
	src   []byte
	out   []byte
	done  int // how much of src is in out
	dirty bool
}

// replace puts text in the place of src[start:end].
func (j *rewriter) replace(start, end int, text string) {
	j.out = appendQuoted(append(j.out, j.src[j.done:start]...), text)
	j.done, j.dirty = end, true
}

// drop leaves out the member that begins at start and ends at end, with a comma.
func (j *rewriter) drop(start, end int) int {
	j.out = append(j.out, j.src[j.done:start]...)
	j.dirty = true
	if next := skipSpace(j.src, end); j.src[next] == ',' {
		end = next + 1
	} else {
		j.out = bytes.TrimRight(j.out, " \t\r\n")
		j.out = bytes.TrimSuffix(j.out, []byte(","))
	}
	j.done = end
	return end
}

// mask applies the action of a rule to the value src[start:end].
func (j *rewriter) mask(start, end int, id ruleID) {
	raw := j.src[start:end]
	if raw[0] == '"' && decode(raw) == j.w.r.mask {
		return // as it would be
	}
	j.w.hit(id)
	switch a := j.w.r.actions[id]; {
	case a != ActionPartial && a != ActionHash, raw[0] == '{', raw[0] == '[':
		j.replace(start, end, j.w.r.mask)
	case raw[0] == '"':
		j.replace(start, end, j.w.r.apply(id, decode(raw)))
	default:
		j.replace(start, end, j.w.r.apply(id, string(raw)))
	}
}

// value looks at the value at i, and returns where it ends. If it is one too many, all that is left is skipped.
func (j *rewriter) value(i int, m *mark) int {
	w := j.w
	i = skipSpace(j.src, i)
	w.nodes--
	w.depth++
	defer func() { w.depth-- }()
	if w.nodes < 0 {
		return len(j.src)
	}
	if w.depth > w.r.maxDepth {
		end := skipValue(j.src, i)
		j.mask(i, end, ruleLimit)
		return end
	}
	if m != nil && m.set {
		end := skipValue(j.src, i)
		if m.text == "" {
			j.mask(i, end, m.id)
		} else {
			w.hit(m.id)
			j.replace(i, end, m.text)
		}
		return end
	}
	switch j.src[i] {
	case '{':
		return j.object(i, m)
	case '[':
		return j.array(i, m)
	}
	end := skipValue(j.src, i)
	j.leaf(i, end)
	return end
}

func (j *rewriter) leaf(start, end int) {
	w := j.w
	raw := j.src[start:end]
	if string(raw) == "null" {
		return
	}
	if !w.allowed() {
		j.mask(start, end, ruleAllow)
		return
	}
	if raw[0] == '"' {
		if text, dirty := w.text(decode(raw)); dirty {
			j.replace(start, end, text)
		}
		return
	}
	if slices.Contains(w.secrets, string(raw)) {
		j.mask(start, end, ruleKey)
		return
	}
	if w.r.numbers && len(raw) >= len("1000000") && raw[0] != 't' && raw[0] != 'f' {
		if text, dirty := w.scan(string(raw)); dirty {
			j.replace(start, end, text)
		}
	}
}

func (j *rewriter) array(i int, m *mark) int {
	w := j.w
	length := len(w.path)
	for n := 0; ; n++ {
		if i = skipSpace(j.src, i+1); j.src[i] == ']' {
			return i + 1
		}
		var kid *mark
		if m != nil {
			kid = m.kid(strconv.Itoa(n))
		}
		if w.r.needPath {
			w.path = append(w.path, segment{key: strconv.Itoa(n), index: true})
			if matchAny(w.r.paths, w.path) {
				kid = &mark{set: true, id: rulePath}
			}
		}
		i = j.value(i, kid)
		w.path = w.path[:length]
		if i = skipSpace(j.src, i); i == len(j.src) || j.src[i] == ']' {
			return min(i+1, len(j.src))
		}
	}
}

func (j *rewriter) object(i int, m *mark) int {
	open := i
	for {
		if i = skipSpace(j.src, i+1); j.src[i] == '}' {
			return i + 1
		}
		i = j.member(open, i, m)
		if i = skipSpace(j.src, i); i == len(j.src) || j.src[i] == '}' {
			return min(i+1, len(j.src))
		}
		if j.src[i] != ',' { // a member was dropped with its comma
			i--
		}
	}
}

// member looks at the member at start of the object at open, and returns where it ends.
func (j *rewriter) member(open, start int, m *mark) int {
	w := j.w
	keyEnd := skipValue(j.src, start)
	key := decode(j.src[start:keyEnd])
	i := skipSpace(j.src, skipSpace(j.src, keyEnd)+1)
	kid := m.kid(key)

	outer, length := w.key, len(w.path)
	kv := w.r.keys.decide(key)
	if w.r.needPath {
		w.path = appendKey(w.path, key, "")
	}
	switch {
	case kv.secret, j.namedMember(open, key, i):
		kid = &mark{set: true, id: ruleKey}
	case w.r.needPath && matchAny(w.r.paths, w.path):
		kid = &mark{set: true, id: rulePath}
	}
	var end int
	if kid != nil && kid.set && kid.text == "" && w.r.actions[kid.id] == ActionDrop {
		w.hit(kid.id)
		end = j.drop(start, skipValue(j.src, i))
	} else {
		if kv.odd || len(w.secrets) > 0 {
			w.key = ""
			if text, dirty := w.text(key); dirty {
				j.replace(start, keyEnd, text)
			}
		}
		w.key = key
		end = j.value(i, kid)
	}
	w.key, w.path = outer, w.path[:length]
	return end
}

// skipSpace returns where the next token is.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// skipValue returns where the value at i ends. The JSON is valid.
func skipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = skipString(b, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\t', '\r', '\n':
		default:
			for i < len(b) && strings.IndexByte(",:]} \t\r\n", b[i]) < 0 {
				i++
			}
			if depth == 0 {
				return i
			}
			continue
		}
		i++
	}
	return i
}

func skipString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// decode returns the text of a JSON string. It may share the bytes of raw.
func decode(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		raw = raw[1 : len(raw)-1]
		return unsafe.String(unsafe.SliceData(raw), len(raw)) //nolint:gosec // it is looked at while raw stands still
	}
	var s string
	_ = json.Unmarshal(raw, &s) // it is valid
	return s
}

// jsonValue returns valid JSON as a value: an object as a group, a list as something that prints as it
// does.
func jsonValue(b []byte) slog.Value {
	i := skipSpace(b, 0)
	raw := b[i:skipValue(b, i)]
	switch raw[0] {
	case '{':
		if attrs := members(raw); len(attrs) > 0 {
			return slog.GroupValue(attrs...)
		}
	case '"':
		return slog.StringValue(string([]byte(decode(raw))))
	case 't', 'f':
		return slog.BoolValue(raw[0] == 't')
	case 'n':
		return slog.AnyValue(nil)
	case '[':
	default:
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
			return slog.Int64Value(n)
		}
		return slog.AnyValue(json.Number(raw))
	}
	return slog.AnyValue(&rendered{json: bytes.Clone(raw), text: string(raw)})
}

func members(raw []byte) []slog.Attr {
	var attrs []slog.Attr
	i := skipSpace(raw, 1)
	for raw[i] != '}' {
		end := skipValue(raw, i)
		a := slog.Attr{Key: string([]byte(decode(raw[i:end])))}
		i = skipSpace(raw, skipSpace(raw, end)+1)
		end = skipValue(raw, i)
		if a.Key == "" { // a group without a key would lose its braces
			a.Value = slog.AnyValue(&rendered{json: bytes.Clone(raw[i:end]), text: string(raw[i:end])})
		} else {
			a.Value = jsonValue(raw[i:end])
		}
		attrs = append(attrs, a)
		if i = skipSpace(raw, end); raw[i] == ',' {
			i = skipSpace(raw, i+1)
		}
	}
	return attrs
}
