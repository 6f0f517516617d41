package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
)

const modulePrefix = "github.com/slogx-go/slogx/"

var (
	testName = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark|Example)[A-Z0-9_]\w*`)
	word     = regexp.MustCompile("[^\\s|`()\\[\\],;]+")
)

// checkTests checks that every test that the Markdown file name speaks of exists: in a package named on the
// same line if there is one, by its folder or import path, else anywhere.
func (r *repo) checkTests(name string) []problem {
	text, ok := r.texts[name]
	if !ok {
		return []problem{{name, 0, "no such file"}}
	}
	tests, problems := r.tests()
	for line, s := range prose(text) {
		var packages []string
		for _, w := range word.FindAllString(s, -1) {
			if dir := strings.TrimPrefix(w, modulePrefix); tests[dir] != nil {
				packages = append(packages, dir)
			}
		}
		for _, test := range testName.FindAllString(s, -1) {
			if !has(tests, packages, test) {
				where := "any package"
				if len(packages) > 0 {
					where = strings.Join(packages, " or ")
				}
				problems = append(problems, problem{name, line, fmt.Sprintf("no %s in %s", test, where)})
			}
		}
	}
	return problems
}

// has reports whether test is in one of the packages, or in any if there are none.
func has(tests map[string]map[string]bool, packages []string, test string) bool {
	if len(packages) == 0 {
		for _, names := range tests {
			if names[test] {
				return true
			}
		}
	}
	for _, dir := range packages {
		if tests[dir][test] {
			return true
		}
	}
	return false
}

// tests returns the functions in test files by the folder of their package, and the files that do not parse.
func (r *repo) tests() (map[string]map[string]bool, []problem) {
	var problems []problem
	found := make(map[string]map[string]bool)
	for _, name := range r.names {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, r.texts[name], parser.SkipObjectResolution)
		if err != nil {
			problems = append(problems, problem{name, 0, "parse: " + err.Error()})
			continue
		}
		dir := path.Dir(name)
		if found[dir] == nil {
			found[dir] = make(map[string]bool)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				found[dir][f.Name.Name] = true
			}
		}
	}
	return found, problems
}
