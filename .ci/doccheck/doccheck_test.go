package main

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// newRepo returns a repository of files, by name.
func newRepo(t *testing.T, files map[string]string) *repo {
	t.Helper()
	fsys := make(fstest.MapFS)
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r, err := load(fsys, slices.Collect(maps.Keys(files)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLinks(t *testing.T) {
	files := map[string]string{
		"docs/a.md":   "# A: the `first` part!\n\n## Twice\n## Twice\n<a id=\"mark\"></a>\n",
		"slogx/go.go": "package p\n",
	}
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"file", "[x](docs/a.md)", nil},
		{"folder", "[x](slogx/) ![y](./docs)", nil},
		{"heading", "[x](docs/a.md#a-the-first-part) [y](docs/a.md#twice-1) [z](docs/a.md#mark)", nil},
		{"own heading", "# Here\n[x](#here)", nil},
		{"elsewhere", "[x](https://go.dev/nothing) [y](mailto:a@example.com)", nil},
		{"definition", "[x]: docs/a.md", nil},
		{"in code", "`[x](nothing.md)`\n```\n[x](nothing.md)\n```\n", nil},
		{"with a title", `[x](docs/a.md "title")`, nil},
		{"no file", "\n[x](docs/b.md)", []string{`README.md:2: link "docs/b.md": no such file`}},
		{"no heading", "[x](docs/a.md#nothing)", []string{`README.md:1: link "docs/a.md#nothing": no such heading`}},
		{"no third", "[x](docs/a.md#twice-2)", []string{`README.md:1: link "docs/a.md#twice-2": no such heading`}},
		{"absolute", "[x](/docs/a.md)", []string{`README.md:1: link "/docs/a.md": no such file`}},
		{"outside", "[x](../docs/a.md)", []string{`README.md:1: link "../docs/a.md": no such file`}},
		{"bad definition", "[x]: docs/b.md", []string{`README.md:1: link "docs/b.md": no such file`}},
		{"picture", `<img src="docs/b.svg">`, []string{`README.md:1: link "docs/b.svg": no such file`}},
		{"behind code", "```\n```\n[x](b.md)", []string{`README.md:3: link "b.md": no such file`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			with := maps.Clone(files)
			with["README.md"] = tt.text
			check(t, newRepo(t, with).checkLinks(), tt.want)
		})
	}
}

func TestCode(t *testing.T) {
	tests := []struct {
		name string
		code string
		want string // the start of the problem; "" for none
	}{
		{"statements", "l := slog.New(h)\nl.Info(\"m\")\n", ""},
		{"declarations", "func f() {}\n\nvar x = 1\n", ""},
		{"imports and statements", "import \"log/slog\"\n\nslog.Info(\"m\")\n", ""},
		{"import list and statements", "import (\n\t\"log/slog\"\n)\n\nslog.Info(\"m\")\n", ""},
		{"file", "package p\n\nvar x = 1\n", ""},
		{"program", "package main\n\nfunc main() {}\n", ""},
		{"broken program", "package main\n\nfunc main() { x() }\n", "Go block: undefined"},
		{"no Go", "slogx.New(...\n", "Go block: parse"},
		{"not formatted", "x  := 1\n", "Go block: gofmt would change it"},
		{"broken below imports", "import \"log/slog\"\n\nslog.(\n", "Go block: parse"},
	}
	compile := func(src []byte) error {
		if strings.Contains(string(src), "x()") {
			return errors.New("undefined: x")
		}
		return nil
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRepo(t, map[string]string{"a.md": "```go\n" + tt.code + "```\n```sh\nno Go\n```\n"})
			got := r.checkCode(compile)
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("got %v, want no problem", got)
			case tt.want != "" && (len(got) != 1 || got[0].line != 2 || !strings.HasPrefix(got[0].text, tt.want)):
				t.Errorf("got %v, want one that starts with %q in line 2", got, tt.want)
			}
		})
	}
}

func TestCompile(t *testing.T) {
	if err := compile(t.Context(), []byte("package main\n\nimport \"log/slog\"\n\nfunc main() { slog.Info(\"m\", \"k\", 1) }\n")); err != nil {
		t.Errorf("a right program: %v", err)
	}
	if err := compile(t.Context(), []byte("package main\n\nfunc main() { nothing() }\n")); err == nil {
		t.Error("a wrong program compiles")
	}
}

func TestNamedTests(t *testing.T) {
	files := map[string]string{
		"slogx/chain/chain_test.go": "package chain\n\nfunc TestOne(t *testing.T) {}\nfunc (x) TestMethod() {}\n",
		"slogx/tail/tail_test.go":   "package tail\n\nfunc FuzzTwo(f *testing.F) {}\n",
	}
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"folder", "| case | `TestOne` | `slogx/chain` |", nil},
		{"import path", "| case | `TestOne/sub` | github.com/slogx-go/slogx/slogx/chain |", nil},
		{"link", "| `FuzzTwo` in [slogx/tail](../slogx/tail) |", nil},
		{"anywhere", "`TestOne` and `FuzzTwo`; Testing is no name", nil},
		{"wrong package", "| `TestOne` | `slogx/tail` |", []string{"docs/r.md:1: no TestOne in slogx/tail"}},
		{"nowhere", "\n`TestThree`", []string{"docs/r.md:2: no TestThree in any package"}},
		{"method", "`TestMethod`", []string{"docs/r.md:1: no TestMethod in any package"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			with := maps.Clone(files)
			with["docs/r.md"] = tt.text
			check(t, newRepo(t, with).checkTests("docs/r.md"), tt.want)
		})
	}
	t.Run("no such file", func(t *testing.T) {
		check(t, newRepo(t, files).checkTests("docs/r.md"), []string{"docs/r.md: no such file"})
	})
}

func TestPaths(t *testing.T) {
	r := newRepo(t, map[string]string{
		"a.go":  "package p // /home/me/src/x.go\n",
		"b.md":  "ok\nsee " + sibling + "/x.md\n",
		"c.yml": "dir: /home/meander and /home/you/x\n",
		"d.bin": "\xff/home/me/src\n",
	})
	check(t, r.checkPaths([]string{"/home/me", "/"}), []string{
		"a.go:1: names /home/me/, which others do not have",
		"b.md:2: names " + sibling + ", which others do not have",
	})
}

func TestModules(t *testing.T) {
	r := newRepo(t, map[string]string{
		"slogx/go.mod":                  "",
		"slogx/README.md":               "",
		"slogx-otel/go.mod":             "",
		"slogx-otel/integration/go.mod": "",
		"docs/demo/go.mod":              "",
		"x/testdata/y/go.mod":           "",
		".ci/tools/go.mod":              "",
		"slogx-http/gin/go.mod":         "",
		"slogx-http/gin/main.go":        "",
	})
	check(t, r.checkModules(), []string{
		"slogx-http/gin/go.mod: the module has no README.md",
		"slogx-otel/go.mod: the module has no README.md",
	})
}

func check(t *testing.T, got []problem, want []string) {
	t.Helper()
	texts := make([]string, 0, len(got))
	for _, p := range got {
		texts = append(texts, p.String())
	}
	if !slices.Equal(texts, want) {
		t.Errorf("got problems\n%q\nwant\n%q", texts, want)
	}
}
