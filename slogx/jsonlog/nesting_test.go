package jsonlog_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx/jsonlog"
)

func TestGroupsWithoutEndAreCut(t *testing.T) {
	itself := make([]slog.Attr, 1)
	itself[0] = slog.Attr{Key: "g", Value: slog.GroupValue(itself...)}
	for name, attr := range map[string]slog.Attr{
		"a LogValuer in its own group":       slog.Any("v", inItself(1)),
		"a LogValuer twice in its own group": slog.Any("v", inItself(2)),
		"a LogValuer in a wide group":        slog.Any("v", inItself(1000)),
		"a group that holds itself":          {Key: "g", Value: slog.GroupValue(itself...)},
	} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, func(_ []string, a slog.Attr) slog.Attr { return a }} {
			var out bytes.Buffer
			slog.New(jsonlog.NewHandler(&out, &jsonlog.Options{ReplaceAttr: replace})).Info("m", attr, slog.Int("after", 1))
			line := out.String()
			if !strings.Contains(line, "!ERROR:groups") || !strings.HasSuffix(line, `,"after":1}`+"\n") {
				t.Errorf("%s: %.100s … %s", name, line, line[max(0, len(line)-100):])
			}
			// encoding/json reads no deeper than this.
			if !strings.HasPrefix(name, "a group") && !json.Valid(out.Bytes()) {
				t.Errorf("%s: not JSON", name)
			}
		}
	}
}

// inItself is a LogValuer that makes a group of so many of itself.
type inItself int

func (n inItself) LogValue() slog.Value {
	attrs := make([]slog.Attr, n)
	for i := range attrs {
		attrs[i] = slog.Any("v", n)
	}
	return slog.GroupValue(attrs...)
}

func TestReplaceAttrThatMakesGroupsWithoutEndIsCut(t *testing.T) {
	var out bytes.Buffer
	replace := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key != "k" {
			return a
		}
		return slog.Group("g", slog.Int("k", 1))
	}
	slog.New(jsonlog.NewHandler(&out, &jsonlog.Options{ReplaceAttr: replace})).Info("m", "k", 1, "after", 1)
	if line := out.String(); !strings.Contains(line, "!ERROR:groups") || !strings.HasSuffix(line, `,"after":1}`+"\n") {
		t.Errorf("%.100s … %s", line, line[max(0, len(line)-100):])
	}
}
