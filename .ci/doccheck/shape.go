package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// sibling is a folder that exists beside some checkouts of this repository and not for its users.
const sibling = "../" + "shared"

// checkPaths checks that no text file names one of the folders of this machine, or the sibling.
func (r *repo) checkPaths(folders []string) []problem {
	patterns := []string{regexp.QuoteMeta(sibling) + `\b`}
	for _, f := range folders {
		if f = strings.TrimRight(f, "/"); f != "" {
			patterns = append(patterns, regexp.QuoteMeta(f)+`(?:/|\b)`)
		}
	}
	forbidden := regexp.MustCompile(strings.Join(patterns, "|"))
	var problems []problem
	for _, name := range r.names {
		if !utf8.ValidString(r.texts[name]) {
			continue // no text
		}
		for line, s := range lines(r.texts[name]) {
			if m := forbidden.FindString(s); m != "" {
				problems = append(problems, problem{name, line, fmt.Sprintf("names %s, which others do not have", m)})
			}
		}
	}
	return problems
}

var noReadme = regexp.MustCompile(`(^|/)(docs|testdata|integration|\.ci)/`)

// checkModules checks that every module that users see has a README.
func (r *repo) checkModules() []problem {
	var problems []problem
	for _, name := range r.names {
		if path.Base(name) != "go.mod" || noReadme.MatchString(name) {
			continue
		}
		if readme := path.Join(path.Dir(name), "README.md"); !r.exists(readme) {
			problems = append(problems, problem{name, 0, "the module has no README.md"})
		}
	}
	return problems
}
