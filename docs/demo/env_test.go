package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
)

var update = flag.Bool("update", false, "write the tables of variables")

// TestTablesOfVariables is here because this program links everything that has variables.
func TestTablesOfVariables(t *testing.T) {
	var text bytes.Buffer
	if err := slogx.WriteEnv(&text); err != nil {
		t.Fatal(err)
	}
	satellites := new(strings.Builder)
	settings := new(strings.Builder)
	settings.WriteString(settingsHead)
	owner := ""
	rows := columns(t, text.String())
	slices.SortStableFunc(rows, func(a, b []string) int { // by package, not by who was linked first
		return strings.Compare(strings.TrimPrefix(a[1], "core"), strings.TrimPrefix(b[1], "core"))
	})
	for _, row := range rows {
		if row[1] != "core" {
			fmt.Fprintln(satellites, strings.Join(row, "\t"))
		}
		if row[1] != owner {
			owner = row[1]
			fmt.Fprintf(settings, "\n## %s\n\n%s\n\n| variable | default | |\n| --- | --- | --- |\n", title[owner], intro[owner])
		}
		fmt.Fprintf(settings, "| `%s` | %s | %s |\n", row[0], code(row[2]), strings.ReplaceAll(row[3], "|", `\|`))
	}
	compareFile(t, "../../slogx/cmd/slogx/satellites.tsv", satellites.String())
	compareFile(t, "../settings.md", settings.String())
}

const settingsHead = `# Settings

Every variable of the environment that slogx reads, from its code: ` + "`slogx env`" + ` prints the same. Options win over the
environment, the environment over the preset. A variable that is set to nothing counts as not set; one that is
misspelt, or whose value cannot be read, is an error that says what would be right. Durations (` + "`5s`" + `) and sizes
(` + "`10MiB`" + `) are written as people write them.
`

var title = map[string]string{
	"core": "The core", "redact": "Redaction", "loki": "Loki", "otel": "OpenTelemetry", "prom": "Prometheus",
}

var intro = map[string]string{
	"core":   "Package `slogx`.",
	"redact": "Package `slogx-redact`, with `SLOGX_USE=redact` or the preset production. See [redaction.md](redaction.md).",
	"loki":   "Package `slogx-loki`, with `SLOGX_SINKS=loki`. See [loki.md](loki.md).",
	"otel":   "Package `slogx-otel`, with `SLOGX_USE=otel`. See [opentelemetry.md](opentelemetry.md).",
	"prom":   "Package `slogx-prom`, with `SLOGX_USE=prom`. See [prometheus.md](prometheus.md).",
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// columns takes the table apart that WriteEnv aligned.
func columns(t *testing.T, table string) [][]string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	var begins []int
	for _, name := range []string{"VARIABLE", "OF", "DEFAULT", "USAGE"} {
		at := strings.Index(lines[0], name)
		if at < 0 {
			t.Fatalf("no column %s in %q", name, lines[0])
		}
		begins = append(begins, at)
	}
	var rows [][]string
	for _, line := range lines[1:] {
		var row []string
		for i, begin := range begins {
			end := len(line)
			if i+1 < len(begins) {
				end = begins[i+1]
			}
			row = append(row, strings.TrimSpace(line[begin:end]))
		}
		rows = append(rows, row)
	}
	return rows
}

func compareFile(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.ReplaceAll(string(got), "\r\n", "\n")); diff != "" {
		t.Errorf("%s is not what the code says (-code +file): write it with go test -run %s -update\n%s", path, t.Name(), diff)
	}
}
