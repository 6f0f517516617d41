package slogxredact

import (
	"bytes"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestEveryVariableIsReadAndEmptyIsUnset(t *testing.T) {
	values := map[string]string{
		varPresets: "PCI, pii", varKeys: "a,b", varExcept: "c", varPaths: "d.*.e", varAllow: "f", varDetectors: "-jwt", varAction: "Partial",
		varActions: "key=drop, jwt = mask", varMask: "#", varFirst: "1", varLast: "2", varHashKey: "0123456789abcdef", varMaxBytes: "3",
	}
	want := &Options{
		Presets: []Preset{PresetPCI, PresetPII}, Keys: []string{"a", "b"}, Except: []string{"c"}, Paths: []string{"d.*.e"}, Allow: []string{"f"},
		Detectors: []string{"-jwt"}, Action: ActionPartial, Actions: map[string]Action{"key": ActionDrop, "jwt": ActionMask}, Mask: "#",
		ShowFirst: 1, ShowLast: 2, HashKey: []byte("0123456789abcdef"), MaxBytes: 3,
	}
	got, err := fromEnv(slogx.MapLookuper(values))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	for _, v := range vars() {
		if values[v.Name] == "" || v.Usage == "" {
			t.Errorf("%s has no test or no usage", v.Name)
		}
		values[v.Name] = " "
	}
	got, err = fromEnv(slogx.MapLookuper(values))
	if err != nil {
		t.Fatal(err)
	}
	got.HashKey = nil
	if !reflect.DeepEqual(got, &Options{}) {
		t.Errorf("empty variables set %+v", got)
	}
}

func TestTheTableOfVariablesSaysWhatPresetsCover(t *testing.T) {
	var b bytes.Buffer
	if err := slogx.WriteEnv(&b); err != nil {
		t.Fatal(err)
	}
	for _, p := range Presets() {
		if p.Covers() == "" || !strings.Contains(b.String(), string(p)+" ("+p.Covers()+")") {
			t.Errorf("%s: %q is not in the table", p, p.Covers())
		}
	}
}

func TestPresetsCompose(t *testing.T) {
	attrs := []slog.Attr{
		slog.String("password", "x"), slog.String("cardholder", "x"), slog.String("surname", "x"), slog.String("religion", "x"), slog.String("mrn", "x"),
		slog.String("note", "4111 1111 1111 1111"), slog.String("note", "jane@example.com"), slog.String("note", "192.0.2.1"), slog.String("note", jwt),
	}
	for presets, want := range map[string][]string{ // by key, or rule
		"credentials":     {"password", "jwt"},
		"pci":             {"cardholder", "card"},
		"pii":             {"surname", "email", "ipv4"},
		"gdpr":            {"surname", "religion", "email", "ipv4"},
		"hipaa":           {"surname", "mrn", "email", "ipv4"},
		"credentials,pci": {"password", "cardholder", "card", "jwt"},
		"pci,hipaa,gdpr":  {"cardholder", "surname", "religion", "mrn", "card", "email", "ipv4"},
		"":                {},
	} {
		opts := &Options{Presets: []Preset{}}
		for p := range strings.SplitSeq(presets, ",") {
			if p != "" {
				opts.Presets = append(opts.Presets, Preset(p))
			}
		}
		got := make(map[string]bool)
		for _, a := range attrs {
			h := NewHandler(discard{slog.DiscardHandler}, opts)
			_ = h.Handle(ctx, record(a))
			for rule := range h.Stats() {
				if rule == "key" {
					rule = a.Key
				}
				got[rule] = true
			}
		}
		wants := make(map[string]bool)
		for _, w := range want {
			wants[w] = true
		}
		if diff := cmp.Diff(wants, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", presets, diff)
		}
	}
}

func TestAttributesOfWithAreRedactedOnce(t *testing.T) {
	calls := 0
	opts := &Options{Custom: []Detector{{Name: "count", Find: func(dst [][2]int, text string) [][2]int {
		if text == "with" {
			calls++
		}
		return dst
	}}}}
	rec := slogxtest.NewRecorder(t)
	l := slog.New(NewHandler(rec, opts)).With("a", "with", "token", plain)
	for range 5 {
		l.WithGroup("g").Info("m", "b", 1)
	}
	if calls != 1 {
		t.Errorf("inspected %d times, want once", calls)
	}
	for _, r := range rec.Records() {
		if m := r.Map(); m["token"] != masked || m["a"] != "with" {
			t.Errorf("got %v", m)
		}
	}
}

func TestErrorsAreJoined(t *testing.T) {
	err := (&Options{Presets: []Preset{"x"}, Keys: []string{"-"}, Paths: []string{"a..b"}, Allow: []string{"*x"}, Action: "y", MaxNodes: -1}).Validate()
	if err == nil {
		t.Fatal("valid")
	}
	for _, want := range []string{`preset "x"`, `key "-"`, `path "a..b"`, `allow "*x"`, `action "y"`, "MaxNodes -1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if err := (*Options)(nil).Validate(); err != nil {
		t.Errorf("nil: %v", err)
	}
	if _, err := slogx.Build(Redaction(nil), slogx.WithOutput(io.Discard), slogx.WithLookuper(slogx.MapLookuper(nil))); err != nil {
		t.Errorf("nil in a pipeline: %v", err)
	}
}

func TestAHandlerOfErrorsThatPanicsIsLeftAlone(t *testing.T) {
	h := NewHandler(slogxtest.NewRecorder(t), &Options{Presets: []Preset{"x"}, OnError: func(error) { panic("on error") }})
	if err := h.Handle(ctx, record()); err != nil {
		t.Fatal(err)
	}
}
