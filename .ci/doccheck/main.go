package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

func main() {
	problems, err := run(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "doccheck:", err)
		os.Exit(2)
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context) ([]problem, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	out, err := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil, fmt.Errorf("list the files with git: %w", err)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, fmt.Errorf("find the home directory: %w", err)
	}
	r, err := load(os.DirFS(dir), strings.Split(strings.TrimRight(string(out), "\x00"), "\x00"))
	if err != nil {
		return nil, err
	}
	return slices.Concat(
		r.checkLinks(),
		r.checkCode(func(src []byte) error { return compile(ctx, src) }),
		r.checkTests("docs/reliability.md"),
		r.checkPaths([]string{dir, home}),
		r.checkModules(),
	), nil
}

// A problem is something to put right.
type problem struct {
	file string
	line int // from 1; 0 for the file as a whole
	text string
}

func (p problem) String() string {
	if p.line == 0 {
		return p.file + ": " + p.text
	}
	return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.text)
}

// A repo is the repository's files.
type repo struct {
	names []string          // sorted, with slashes, from the root
	texts map[string]string // by name
	dirs  map[string]bool   // every folder that holds one of them, "." too
}

func load(fsys fs.FS, names []string) (*repo, error) {
	r := &repo{texts: make(map[string]string), dirs: map[string]bool{".": true}}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and git does not know yet
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		r.names = append(r.names, name)
		r.texts[name] = string(text)
		for d := path.Dir(name); !r.dirs[d]; d = path.Dir(d) {
			r.dirs[d] = true
		}
	}
	slices.Sort(r.names)
	return r, nil
}

// markdown returns the names of the Markdown files.
func (r *repo) markdown() []string {
	return slices.DeleteFunc(slices.Clone(r.names), func(name string) bool { return path.Ext(name) != ".md" })
}

// exists reports whether name is a file or a folder.
func (r *repo) exists(name string) bool {
	_, ok := r.texts[name]
	return ok || r.dirs[name]
}
