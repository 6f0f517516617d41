package slogxhttp

import (
	"encoding/json"
	"strings"
)

// maskJSON returns JSON with the values of keys that are those of secrets masked. It takes text that is cut
// anywhere, or no JSON at all: what looks like a key with a value is one.
func maskJSON(text string) string {
	var b strings.Builder
	done := 0 // how much of text is in b
	for i := 0; i < len(text); {
		if text[i] != '"' {
			i++
			continue
		}
		end := stringEnd(text, i)
		value := skipSpace(text, end)
		if value == len(text) || text[value] != ':' {
			i = end
			continue
		}
		value = skipSpace(text, value+1)
		if !secretName(text[i:end]) {
			i = value
			continue
		}
		i = valueEnd(text, value)
		if i > value {
			b.WriteString(text[done:value])
			b.WriteString(`"` + redacted + `"`)
			done = i
		}
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// secretName takes a key that cannot be decoded for that of a secret.
func secretName(quoted string) bool {
	if strings.IndexByte(quoted, '\\') < 0 {
		return secretKey(strings.Trim(quoted, `"`))
	}
	var key string
	return json.Unmarshal([]byte(quoted), &key) != nil || secretKey(key)
}

// stringEnd returns the index behind the string that begins at i.
func stringEnd(text string, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func skipSpace(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}

// valueEnd returns the index behind the value that begins at i: a string, what brackets hold, or what stands
// before the next delimiter.
func valueEnd(text string, i int) int {
	for depth := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"':
			i = stringEnd(text, i)
			if depth == 0 {
				return i
			}
		case c == '{', c == '[':
			depth++
			i++
		case c == '}', c == ']':
			if depth == 0 {
				return i
			}
			i++
			if depth--; depth == 0 {
				return i
			}
		case depth == 0 && strings.IndexByte(", \t\r\n", c) >= 0:
			return i
		default:
			i++
		}
	}
	return len(text)
}
