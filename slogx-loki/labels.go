package slogxloki

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What Loki takes.
const (
	maxLabels     = 15
	maxLabelName  = 1024 // bytes
	maxLabelValue = 2048 // bytes
)

// Our own labels.
const (
	levelLabel       = "level"
	serviceLabel     = "service_name"
	environmentLabel = "environment"
	instanceLabel    = "instance"
)

// labelName returns name as [MapLabels] does.
func labelName(name string) string {
	if isLabelName(name) {
		return name
	}
	var b strings.Builder
	if name == "" || isDigit(name[0]) {
		b.WriteByte('_')
	}
	for _, r := range name {
		if r < utf8.RuneSelf && isLabelByte(byte(r)) {
			b.WriteByte(byte(r))
		} else {
			b.WriteByte('_')
		}
	}
	return b.String()
}

func isLabelName(name string) bool {
	if name == "" || isDigit(name[0]) {
		return false
	}
	for i := range len(name) {
		if !isLabelByte(name[i]) {
			return false
		}
	}
	return true
}

func isLabelByte(c byte) bool {
	return isDigit(c) || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// MapLabels returns labels under names that Loki takes: what is no letter, digit or underscore becomes an
// underscore, and one stands before a leading digit. Of two that become one, the one that was spelled so
// counts, or the first in alphabetical order.
func MapLabels(labels map[string]string) map[string]string {
	mapped := make(map[string]string, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		name := labelName(key)
		if _, taken := mapped[name]; !taken || name == key {
			mapped[name] = labels[key]
		}
	}
	return mapped
}

// baseLabels returns the labels of all records, without the level.
func (o *Options) baseLabels() (map[string]string, error) {
	labels := MapLabels(o.Labels)
	if _, ok := labels[levelLabel]; ok {
		return nil, errors.New("set up loki: Labels has \"level\", which is the record's level, want another name")
	}
	for _, own := range []struct{ name, value string }{
		{serviceLabel, o.Service}, {environmentLabel, o.Environment}, {instanceLabel, o.Instance},
	} {
		if own.value != "" {
			labels[own.name] = own.value
		}
	}
	maps.DeleteFunc(labels, func(_, value string) bool { return value == "" }) // to Loki, it has no such label
	n := len(labels) + 1
	if _, ok := labels[serviceLabel]; !ok {
		n++
	}
	if n > maxLabels {
		return nil, fmt.Errorf("set up loki: %d labels with %s and %s, want at most %d", n, levelLabel, serviceLabel, maxLabels)
	}
	for name, value := range labels {
		if len(name) > maxLabelName || len(value) > maxLabelValue {
			return nil, fmt.Errorf("set up loki: label %.40q has a name or a value too long, want at most %d and %d bytes",
				name, maxLabelName, maxLabelValue)
		}
	}
	return labels, nil
}

// formatLabels writes labels as Loki reads them.
func formatLabels(labels map[string]string) string {
	b := []byte{'{'}
	for i, name := range slices.Sorted(maps.Keys(labels)) {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, name...), '=')
		b = strconv.AppendQuote(b, strings.ToValidUTF8(labels[name], "\uFFFD"))
	}
	return string(append(b, '}'))
}

// UnknownService is the service of a program that does not say, as OpenTelemetry has it: unknown_service and
// the program's name.
func UnknownService() string {
	if len(os.Args) == 0 || os.Args[0] == "" {
		return "unknown_service"
	}
	return "unknown_service:" + filepath.Base(os.Args[0])
}
