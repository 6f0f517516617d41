package level

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNameBytes bounds the name of an override.
const maxNameBytes = 256

// Numbers and offsets have at most this many bits, so that no sum overflows an int.
const levelBits = 31

var names = map[string]slog.Level{
	"trace":   slog.LevelDebug - 4,
	"debug":   slog.LevelDebug,
	"info":    slog.LevelInfo,
	"warn":    slog.LevelWarn,
	"warning": slog.LevelWarn,
	"error":   slog.LevelError,
	"fatal":   slog.LevelError + 4,
}

// ParseLevel reads a level as people write it: trace (-8), debug (-4), info (0), warn or warning (4),
// error (8) or fatal (12), in upper or lower case, with an offset such as INFO+2 or warn-1, or a number
// alone, of less than 31 bits. Space around it is ignored. What [slog.Level] writes is read as that level.
func ParseLevel(s string) (slog.Level, error) {
	text := strings.TrimSpace(s)
	name, offset := text, ""
	if i := strings.IndexAny(text, "+-0123456789"); i >= 0 {
		name, offset = text[:i], text[i:]
	}
	base, known := names[strings.ToLower(name)]
	var n int64
	var err error
	if offset != "" {
		n, err = strconv.ParseInt(offset, 10, levelBits)
	}
	named := known && (offset == "" || offset[0] == '+' || offset[0] == '-')
	number := name == "" && offset != ""
	if err != nil || !named && !number {
		return 0, fmt.Errorf("level %q: want trace, debug, info, warn, error or fatal, "+
			"with an optional offset such as info+2, or a number", s)
	}
	return base + slog.Level(n), nil
}

// ParseLevels reads a list of overrides such as "db=debug,http=warn". Space around names and levels and
// empty elements are ignored, so that an empty text is an empty list. The error joins all that is wrong;
// the map then holds the elements that are right.
func ParseLevels(s string) (map[string]slog.Level, error) {
	levels := make(map[string]slog.Level)
	var errs []error
	for element := range strings.SplitSeq(s, ",") {
		element = strings.TrimSpace(element)
		if element == "" {
			continue
		}
		name, l, err := parseOverride(element)
		if err == nil {
			if _, twice := levels[name]; twice {
				err = fmt.Errorf("logger %q has two levels, want one", name)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("levels element %q: %w", element, err))
			continue
		}
		levels[name] = l
	}
	return levels, errors.Join(errs...)
}

func parseOverride(s string) (string, slog.Level, error) {
	name, value, ok := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return "", 0, errors.New("want a logger's name and its level, such as db=debug")
	}
	if err := checkName(name); err != nil {
		return "", 0, err
	}
	l, err := ParseLevel(value)
	return name, l, err
}

// checkName returns an error that says what is wrong with the name of an override. "" is the root.
func checkName(name string) error {
	if name == "" {
		return nil
	}
	if len(name) > maxNameBytes {
		return fmt.Errorf("logger name %.32q… has %d bytes, want at most %d", name, len(name), maxNameBytes)
	}
	var problem string
	switch i := strings.IndexFunc(name, forbidden); {
	case !utf8.ValidString(name):
		problem = "is not valid UTF-8"
	case i >= 0:
		r, _ := utf8.DecodeRuneInString(name[i:])
		problem = fmt.Sprintf("contains %q", r)
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		problem = "has an empty segment"
	default:
		return nil
	}
	return fmt.Errorf("logger name %q %s, want segments separated by single dots, such as db.pool, "+
		"without space, control characters, '=' and ','", name, problem)
}

func forbidden(r rune) bool {
	return r == '=' || r == ',' || unicode.IsSpace(r) || unicode.IsControl(r)
}
