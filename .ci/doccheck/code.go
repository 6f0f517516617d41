package main

import (
	"context"
	"errors"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// checkCode checks every block of Go in the Markdown files. compile is asked about those that are whole
// programs.
func (r *repo) checkCode(compile func(src []byte) error) []problem {
	var problems []problem
	for _, name := range r.markdown() {
		for _, b := range blocks(r.texts[name]) {
			if b.lang != "go" {
				continue
			}
			if err := checkBlock(b.code, compile); err != nil {
				problems = append(problems, problem{name, b.line, "Go block: " + err.Error()})
			}
		}
	}
	return problems
}

var (
	program     = regexp.MustCompile(`(?m)^package main$`)
	importsThen = regexp.MustCompile(`(?s)^(import (?:"[^"]+"|\([^)]*\))\n)(.*)$`)
)

// checkBlock checks a file, a list of declarations or of statements, or imports with one of these below.
func checkBlock(code string, compile func(src []byte) error) error {
	if program.MatchString(code) {
		if err := checkFormat(code); err != nil {
			return err
		}
		return compile([]byte(code))
	}
	err := checkFormat(code)
	if m := importsThen.FindStringSubmatch(code); err != nil && m != nil {
		return errors.Join(checkFormat(m[1]), checkFormat(strings.TrimLeft(m[2], "\n")))
	}
	return err
}

func checkFormat(code string) error {
	formatted, err := format.Source([]byte(code))
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	if string(formatted) != code {
		return errors.New("gofmt would change it")
	}
	return nil
}

// compile compiles and vets a program against the modules of the workspace.
func compile(ctx context.Context, src []byte) error {
	dir, err := os.MkdirTemp("", "doccheck")
	if err != nil {
		return fmt.Errorf("make room for a program: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, src, 0o600); err != nil {
		return fmt.Errorf("write a program: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "go", "vet", file).CombinedOutput(); err != nil {
		return fmt.Errorf("compile: %w\n%s", err, out)
	}
	return nil
}
