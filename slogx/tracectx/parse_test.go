package tracectx_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

const (
	traceID = "12345678901234567890123456789012"
	spanID  = "1234567890123456"
	parent  = "00-" + traceID + "-" + spanID + "-01"
)

func TestParseTraceparent(t *testing.T) {
	for name, tt := range map[string]struct {
		header string
		want   string // what it formats to
	}{
		"sampled":                      {parent, parent},
		"no flags":                     {"00-" + traceID + "-" + spanID + "-00", "00-" + traceID + "-" + spanID + "-00"},
		"random":                       {"00-" + traceID + "-" + spanID + "-02", "00-" + traceID + "-" + spanID + "-02"},
		"reserved flags":               {"00-" + traceID + "-" + spanID + "-ff", "00-" + traceID + "-" + spanID + "-03"},
		"letters":                      {"00-abcdef00000000000000000000000000-0000000000abcdef-01", "00-abcdef00000000000000000000000000-0000000000abcdef-01"},
		"higher version":               {"cc-" + traceID + "-" + spanID + "-01", parent},
		"version 01 with more fields":  {"01-" + traceID + "-" + spanID + "-01-what-the-future-will-be-like", parent},
		"higher version, reserved bit": {"fe-" + traceID + "-" + spanID + "-0d-", parent},
		"space around":                 {"\t " + parent + " \t", parent},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tracectx.Parse([]string{tt.header}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Traceparent() != tt.want {
				t.Errorf("formats to %s, want %s", got.Traceparent(), tt.want)
			}
		})
	}
}

func TestParseRefusesTraceparent(t *testing.T) {
	for name, headers := range map[string][]string{
		"two headers":                  {parent, "00-" + traceID + "-" + spanID + "-00"},
		"one header twice":             {parent, parent},
		"many headers":                 slicesOf(parent, 1000),
		"two headers in one line":      {parent + "," + parent},
		"empty":                        {""},
		"garbage":                      {"garbage"},
		"huge":                         {strings.Repeat("0", 1<<20)},
		"version 00, a dot more":       {parent + "."},
		"version 00 with more fields":  {parent + "-what-the-future-will-be-like"},
		"version 00, a dash more":      {parent + "-"},
		"higher version, a dot more":   {"cc-" + traceID + "-" + spanID + "-01.what-the-future-will-be-like"},
		"higher version, digits more":  {"cc-" + traceID + "-" + spanID + "-012"},
		"version ff":                   {"ff-" + traceID + "-" + spanID + "-01"},
		"version FF":                   {"FF-" + traceID + "-" + spanID + "-01"},
		"version .0":                   {".0-" + traceID + "-" + spanID + "-01"},
		"version 0.":                   {"0.-" + traceID + "-" + spanID + "-01"},
		"version of 3 digits":          {"000-" + traceID + "-" + spanID + "-01"},
		"version of 4 digits":          {"0000-" + traceID + "-" + spanID + "-01"},
		"version of 1 digit":           {"0-" + traceID + "-" + spanID + "-01"},
		"trace-id zero":                {"00-00000000000000000000000000000000-" + spanID + "-01"},
		"trace-id with a dot first":    {"00-.2345678901234567890123456789012-" + spanID + "-01"},
		"trace-id with a dot last":     {"00-1234567890123456789012345678901.-" + spanID + "-01"},
		"trace-id too long":            {"00-" + traceID + "3-" + spanID + "-01"},
		"trace-id too short":           {"00-" + traceID[1:] + "-" + spanID + "-01"},
		"trace-id in upper case":       {"00-ABCDEF78901234567890123456789012-" + spanID + "-01"},
		"parent-id zero":               {"00-" + traceID + "-0000000000000000-01"},
		"parent-id with a dot":         {"00-" + traceID + "-123456789012345.-01"},
		"parent-id too long":           {"00-" + traceID + "-" + spanID + "7-01"},
		"parent-id too short":          {"00-" + traceID + "-" + spanID[1:] + "-01"},
		"parent-id in upper case":      {"00-" + traceID + "-ABCDEF7890123456-01"},
		"flags with a dot":             {"00-" + traceID + "-" + spanID + "-.0"},
		"flags too long":               {"00-" + traceID + "-" + spanID + "-001"},
		"flags too short":              {"00-" + traceID + "-" + spanID + "-1"},
		"flags in upper case":          {"00-" + traceID + "-" + spanID + "-0A"},
		"underscores for dashes":       {strings.ReplaceAll(parent, "-", "_")},
		"line break at the end":        {parent + "\n"},
		"higher version, line too few": {"01-" + traceID + "-" + spanID + "-"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tracectx.Parse(headers, []string{"foo=1"})
			if err == nil {
				t.Fatalf("accepted as %s", got.Traceparent())
			}
			if got != (tracectx.Trace{}) || errors.Is(err, tracectx.ErrMissing) {
				t.Errorf("trace %v, error %v: want none and another error", got, err)
			}
			if h := headers[0]; h != "" && strings.Contains(err.Error(), h) {
				t.Errorf("the error repeats the header: %v", err)
			}
		})
	}
}

func slicesOf(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestNoTraceparentIsErrMissing(t *testing.T) {
	if got, err := tracectx.Parse(nil, []string{"foo=1"}); !errors.Is(err, tracectx.ErrMissing) || got != (tracectx.Trace{}) {
		t.Errorf("trace %v, error %v", got, err)
	}
}

func members(from, to int) string {
	var all []string
	for i := from; i <= to; i++ {
		all = append(all, fmt.Sprintf("bar%02d=%02d", i, i))
	}
	return strings.Join(all, ",")
}

func TestParseTracestate(t *testing.T) {
	const printable = " !\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
	const keyChars = "abcdefghijklmnopqrstuvwxyz0123456789_-*/@"
	z256, v256 := strings.Repeat("z", 256), strings.Repeat("x", 256)
	var largest []string
	for i := range 32 {
		largest = append(largest, fmt.Sprintf("%02d%s=%s", i, z256[2:], v256))
	}
	for name, tt := range map[string]struct {
		lines []string
		want  string
	}{
		"none":                     {nil, ""},
		"one line":                 {[]string{"foo=1,bar=2"}, "foo=1,bar=2"},
		"several lines":            {[]string{"foo=1,bar=2", "rojo=1,congo=2", "baz=3"}, "foo=1,bar=2,rojo=1,congo=2,baz=3"},
		"empty line":               {[]string{""}, ""},
		"empty line first":         {[]string{"", "foo=1"}, "foo=1"},
		"empty line last":          {[]string{"foo=1", ""}, "foo=1"},
		"empty members":            {[]string{",foo=1, ,\t,bar=2,"}, "foo=1,bar=2"},
		"space around members":     {[]string{"foo=1 \t , \t bar=2, \t baz=3"}, "foo=1,bar=2,baz=3"},
		"space around the line":    {[]string{"\t foo=1 \t"}, "foo=1"},
		"space first in a value":   {[]string{"foo=  1"}, "foo=  1"},
		"every character":          {[]string{keyChars + "=" + printable}, keyChars + "=" + printable},
		"digit first":              {[]string{"1foo=1"}, "1foo=1"},
		"tenant":                   {[]string{"fw529a3039@dt=1"}, "fw529a3039@dt=1"},
		"at sign anywhere":         {[]string{"foo@=1,foo@@bar=2,foo@bar@baz=3"}, "foo@=1,foo@@bar=2,foo@bar@baz=3"},
		"long tenant":              {[]string{strings.Repeat("t", 242) + "@v=1"}, strings.Repeat("t", 242) + "@v=1"},
		"long vendor":              {[]string{"t@" + strings.Repeat("v", 15) + "=1"}, "t@" + strings.Repeat("v", 15) + "=1"},
		"32 members":               {[]string{members(1, 10), members(11, 32)}, members(1, 32)},
		"32 members, empty ones":   {[]string{members(1, 10) + ",,", members(11, 32) + ","}, members(1, 32)},
		"greatest list":            {[]string{strings.Join(largest, ",")}, strings.Join(largest, ",")},
		"key of 256":               {[]string{"foo=1", z256 + "=1"}, "foo=1," + z256 + "=1"},
		"33 members":               {[]string{members(1, 10), members(11, 33)}, ""},
		"key of 257":               {[]string{"foo=1", z256 + "z=1"}, ""},
		"value of 257":             {[]string{"foo=1,bar=" + v256 + "x"}, ""},
		"key twice":                {[]string{"foo=1,foo=1"}, "foo=1"},
		"key twice, other value":   {[]string{"foo=1,foo=2"}, "foo=1"},
		"key twice on two lines":   {[]string{"foo=1", "bar=1", "foo=2"}, "foo=1,bar=1"},
		"key twice, then invalid":  {[]string{"foo=1,foo=2,BAR"}, ""},
		"33 members of one key":    {[]string{strings.Join(slicesOf("foo=1", 33), ",")}, ""},
		"space in a key":           {[]string{"foo =1"}, ""},
		"upper case key":           {[]string{"FOO=1"}, ""},
		"dot in a key":             {[]string{"foo.bar=1"}, ""},
		"at sign first":            {[]string{"@foo=1,bar=2"}, ""},
		"no key":                   {[]string{"=1,bar=2"}, ""},
		"no equals sign":           {[]string{"foo,bar=2"}, ""},
		"two equals signs":         {[]string{"foo=bar=baz"}, ""},
		"no value":                 {[]string{"foo=,bar=3"}, ""},
		"value of spaces":          {[]string{"foo=   ,bar=3"}, ""},
		"tab in a value":           {[]string{"foo=a\tb"}, ""},
		"control character":        {[]string{"foo=a\x1b[31m"}, ""},
		"line break":               {[]string{"foo=a\r\nx: y"}, ""},
		"not ASCII":                {[]string{"foo=ä"}, ""},
		"a megabyte of commas":     {[]string{strings.Repeat(",", 1<<20)}, ""},
		"a bad line, a good one":   {[]string{"FOO", "bar=1"}, ""},
		"one member, then nothing": {[]string{" , ,foo=1"}, "foo=1"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tracectx.Parse([]string{parent}, tt.lines)
			if err != nil || got.Traceparent() != parent {
				t.Fatalf("the traceparent suffers: %s, %v", got.Traceparent(), err)
			}
			if diff := cmp.Diff(tt.want, got.State); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

// The specification's grammar once more, as expressions.
var (
	refParent00 = regexp.MustCompile(`^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$`)
	refParentXX = regexp.MustCompile(`(?s)^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$`)
	refMember   = regexp.MustCompile(`^[a-z0-9][-a-z0-9_*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$`)
)

func refAccepts(traceparent []string) bool {
	if len(traceparent) != 1 {
		return false
	}
	s := strings.Trim(traceparent[0], " \t")
	re := refParentXX
	if strings.HasPrefix(s, "00") {
		re = refParent00
	}
	m := re.FindStringSubmatch(s)
	return m != nil && !strings.HasPrefix(s, "ff") && strings.Trim(m[1], "0") != "" && strings.Trim(m[2], "0") != ""
}

func refState(lines []string) string {
	var all []string
	count := 0
	keys := make(map[string]bool)
	for m := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		m = strings.Trim(m, " \t")
		if m == "" {
			continue
		}
		key, _, _ := strings.Cut(m, "=")
		if !refMember.MatchString(m) {
			return ""
		}
		count++
		if !keys[key] {
			all = append(all, m)
		}
		keys[key] = true
	}
	if count > 32 {
		return ""
	}
	return strings.Join(all, ",")
}

func FuzzParse(f *testing.F) {
	f.Add(parent, "foo=1,bar=2")
	f.Add(parent+"\n"+parent, "")
	f.Add("cc-"+traceID+"-"+spanID+"-ff-more", "foo=1\nbar=2, \t,foo=3")
	f.Add("ff-"+traceID+"-"+spanID+"-01", "foo@=1,@foo=1")
	f.Add("", "=")
	f.Fuzz(func(t *testing.T, traceparent, tracestate string) {
		parents, states := strings.Split(traceparent, "\n"), strings.Split(tracestate, "\n")
		got, err := tracectx.Parse(parents, states)
		if accepted := err == nil; accepted != refAccepts(parents) {
			t.Fatalf("%q: error %v, the reference accepts: %v", parents, err, refAccepts(parents))
		}
		if err != nil {
			if got != (tracectx.Trace{}) {
				t.Fatalf("%q: a trace with an error: %v", parents, got)
			}
			return
		}
		if want := refState(states); got.State != want {
			t.Fatalf("%q: state %q, want %q", states, got.State, want)
		}
		header := got.Traceparent()
		if in := strings.Trim(parents[0], " \t"); header[3:53] != in[3:53] {
			t.Fatalf("%q formats to %q", in, header)
		}
		again, err := tracectx.Parse([]string{header}, []string{got.State})
		if err != nil || again != got {
			t.Fatalf("%q and %q read again: %v, %v, want %v", header, got.State, again, err, got)
		}
	})
}
