package slogxprom

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx"
)

// extension is the name under which SLOGX_USE knows the package.
const extension = "prom"

// varLabels is read by it.
const varLabels = "SLOGX_PROM_LABELS"

func init() {
	slogx.RegisterVars(extension, slogx.Var{
		Name: varLabels, Usage: "labels of all metrics, as in pipeline=audit,team=payments: tells pipelines of one program apart",
	})
	slogx.RegisterExtension(extension, func(_ context.Context, c slogx.ExtensionConfig) (slogx.Option, error) {
		text, _ := c.Lookuper.Lookup(varLabels)
		labels, err := parseLabels(text)
		if err != nil {
			return slogx.Option{}, fmt.Errorf("read %s=%q: %w", varLabels, text, err)
		}
		return Metrics(prometheus.WrapRegistererWith(labels, prometheus.DefaultRegisterer)), nil
	})
}

// parseLabels reads a=b,c=d.
func parseLabels(text string) (prometheus.Labels, error) {
	labels := make(prometheus.Labels)
	for pair := range strings.SplitSeq(text, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch _, taken := labels[name]; {
		case !ok || !isLabelName(name) || value == "":
			return nil, fmt.Errorf("%q: want name=value with a name of letters, digits and _", pair)
		case taken:
			return nil, fmt.Errorf("%q: want each label once", pair)
		case slices.Contains(ours, name):
			return nil, fmt.Errorf("%q: want a name other than %s, which our metrics use", pair, strings.Join(ours, ", "))
		}
		labels[name] = value
	}
	return labels, nil
}

// ours are the labels of our metrics, and le, which histograms have.
var ours = []string{"level", "sink", "reason", "result", "code", "rule", "le"}

// isLabelName reports whether s is [a-zA-Z_][a-zA-Z0-9_]* and does not begin with __, which is Prometheus's own.
func isLabelName(s string) bool {
	if s == "" || strings.HasPrefix(s, "__") {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}
