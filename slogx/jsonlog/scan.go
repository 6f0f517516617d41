package jsonlog

// The functions here read the JSON that this package wrote: it is valid and has no white space.

// stringEnd returns the index behind the string that begins at b[i].
func stringEnd(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// valueEnd returns the index behind the value that begins at b[i].
func valueEnd(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i++
		}
		if depth == 0 && (i == len(b) || b[i] == ',' || b[i] == '}' || b[i] == ']') {
			return i
		}
	}
}

// member is a key and a value of an object: b[key:colon] and b[colon+1:end].
type member struct{ key, colon, end int }

// members appends the members of the object that begins at b[i].
func members(ms []member, b []byte, i int) []member {
	if b[i+1] == '}' {
		return ms
	}
	for b[i] != '}' {
		m := member{key: i + 1}
		m.colon = stringEnd(b, m.key)
		m.end = valueEnd(b, m.colon+1)
		ms = append(ms, m)
		i = m.end
	}
	return ms
}
