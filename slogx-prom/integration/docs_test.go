package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"go.yaml.in/yaml/v3"
)

// docs is where the alerts and the dashboard are, demo where the demo is.
const (
	docs = "../../docs/prometheus"
	demo = "../../docs/demo"
)

func TestAlerts(t *testing.T) {
	alerts := filepath.Join(docs, "alerts.yaml")
	promtool(t, nil, "check", "rules", "--lint=all", "--lint-fatal", alerts)
	promtool(t, nil, "test", "rules", "testdata/alerts.yaml")
	wantOurs(t, serveMetrics(t), string(readFile(t, alerts)))
}

// Each alert has a case in which it fires.
func TestEachAlertIsTested(t *testing.T) {
	var rules struct {
		Groups []struct{ Rules []struct{ Alert string } }
	}
	readYAML(t, filepath.Join(docs, "alerts.yaml"), &rules)
	var tests struct {
		Tests []struct {
			AlertRuleTest []struct {
				Alertname string
				ExpAlerts []any `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	readYAML(t, "testdata/alerts.yaml", &tests)
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, test := range tests.Tests {
		for _, c := range test.AlertRuleTest {
			fires[c.Alertname] = fires[c.Alertname] || len(c.ExpAlerts) > 0
			silent[c.Alertname] = silent[c.Alertname] || len(c.ExpAlerts) == 0
		}
	}
	n := 0
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			n++
			if !fires[rule.Alert] || !silent[rule.Alert] {
				t.Errorf("alert %s is not tested both firing and silent", rule.Alert)
			}
		}
	}
	if n == 0 {
		t.Error("no alerts")
	}
}

// The dashboard is what Grafana's schema has, its expressions are what Prometheus reads, and they ask for what
// there is.
func TestDashboard(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	raw := readFile(t, filepath.Join(docs, "dashboard.json"))
	var board dashboard.Dashboard                                               //nolint:staticcheck // the form that every Grafana reads
	if err := board.UnmarshalJSONStrict(raw); err != nil && err.Error() != "" { // an empty list of errors is one, too
		t.Errorf("not what Grafana's schema has: %v", err)
	}
	if err := board.Validate(); err != nil {
		t.Errorf("not what Grafana's schema has: %v", err)
	}

	var plain struct {
		Panels []struct {
			ID      int    `json:"id"`
			Type    string `json:"type"`
			Title   string `json:"title"`
			GridPos struct {
				X int `json:"x"`
				Y int `json:"y"`
				W int `json:"w"`
				H int `json:"h"`
			} `json:"gridPos"`
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(raw, &plain); err != nil {
		t.Fatal(err)
	}
	ids := map[int]string{}
	taken := map[[2]int]string{}
	var exprs []string
	for _, p := range plain.Panels {
		if other, ok := ids[p.ID]; ok || p.ID == 0 {
			t.Errorf("panel %q has the id %d of %q", p.Title, p.ID, other)
		}
		ids[p.ID] = p.Title
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok || x >= 24 {
					t.Fatalf("panel %q lies over %q, or beyond the edge", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %q shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			exprs = append(exprs, target.Expr)
		}
	}
	variables := strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h", "$job", "a", "$instance", "b")
	rules := "groups: [{name: dashboard, rules: ["
	for i, expr := range exprs {
		expr = variables.Replace(expr)
		if strings.Contains(expr, "$") {
			t.Errorf("unknown variable in %s", expr)
		}
		rules += fmt.Sprintf("{record: 'panel:%d', expr: %q},\n", i, expr)
	}
	path := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(path, []byte(rules+"]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, nil, "check", "rules", path)
	wantOurs(t, serveMetrics(t), strings.Join(exprs, "\n"))
}

// Each metric of ours is on the dashboard, so that it is not forgotten there.
func TestDashboardShowsEachMetric(t *testing.T) {
	text := string(readFile(t, filepath.Join(docs, "dashboard.json")))
	for _, name := range names(t, serveMetrics(t)) {
		if !strings.Contains(text, name) {
			t.Errorf("%s is in no panel", name)
		}
	}
}

// wantOurs fails for metrics in text that a pipeline does not export.
func wantOurs(t *testing.T, address, text string) {
	t.Helper()
	exported := names(t, address)
	found := regexp.MustCompile(`slogx_\w+`).FindAllString(text, -1)
	if len(found) == 0 {
		t.Error("no metrics")
	}
	for _, name := range found {
		if !slices.Contains(exported, name) {
			t.Errorf("%s is not exported; there are %v", name, exported)
		}
	}
}

// The demo's compose file is what Docker Compose reads, and all files that it mounts are there.
func TestCompose(t *testing.T) {
	opts, err := cli.NewProjectOptions([]string{filepath.Join(demo, "compose.yaml")}, cli.WithResolvedPaths(true))
	if err != nil {
		t.Fatal(err)
	}
	project, err := opts.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mounted := 0
	for name, service := range project.Services {
		for _, v := range service.Volumes {
			if v.Type != types.VolumeTypeBind {
				continue
			}
			mounted++
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s mounts what is not there: %v", name, err)
			}
			if !v.ReadOnly {
				t.Errorf("%s may write to %s", name, v.Source)
			}
		}
		for _, p := range service.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes port %s beyond this machine", name, p.Published)
			}
		}
	}
	if mounted < 5 {
		t.Errorf("%d files are mounted, want those of Prometheus, Grafana and the source", mounted)
	}
}

func TestPrometheusOfTheDemo(t *testing.T) {
	dir := t.TempDir() // as in the container: with the alerts beside it
	for name, path := range map[string]string{
		"prometheus.yaml": filepath.Join(demo, "compose", "prometheus.yaml"), "alerts.yaml": filepath.Join(docs, "alerts.yaml"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), readFile(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	promtool(t, nil, "check", "config", "--lint=all", "--lint-fatal", filepath.Join(dir, "prometheus.yaml"))
}

// The data sources of Grafana are those that the dashboard and the links between them name.
func TestGrafanaOfTheDemo(t *testing.T) {
	var sources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, UID, Type, Access, URL string
			IsDefault                    bool           `yaml:"isDefault"`
			JSONData                     map[string]any `yaml:"jsonData"`
		}
	}
	readYAML(t, filepath.Join(demo, "compose", "grafana", "datasources.yaml"), &sources)
	types := map[string]string{}
	for _, s := range sources.Datasources {
		types[s.UID] = s.Type
		text := fmt.Sprint(s.JSONData)
		if !strings.Contains(text, "trace_id") || !strings.Contains(text, "$${__value.raw}") {
			t.Errorf("data source %s leads from no trace_id to its records: %s", s.Name, text)
		}
	}
	if sources.APIVersion != 1 || types["prometheus"] != "prometheus" || types["loki"] != "loki" || len(types) != 2 {
		t.Errorf("version %d with the data sources %v, want 1 with prometheus and loki", sources.APIVersion, types)
	}
	var boards struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name, Type string
			Options    struct{ Path string }
		}
	}
	readYAML(t, filepath.Join(demo, "compose", "grafana", "dashboards.yaml"), &boards)
	if len(boards.Providers) != 1 || boards.Providers[0].Type != "file" {
		t.Fatalf("got %+v, want one provider of files", boards)
	}
	compose := string(readFile(t, filepath.Join(demo, "compose.yaml")))
	if !strings.Contains(compose, "dashboard.json:"+boards.Providers[0].Options.Path) {
		t.Errorf("the dashboard is not mounted in %s", boards.Providers[0].Options.Path)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readYAML reads a file into v, which has a field for each of its own.
func readYAML(t *testing.T, path string, v any) {
	t.Helper()
	if err := yaml.NewDecoder(bytes.NewReader(readFile(t, path))).Decode(v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
