package rotate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFailedRotationGoesOnInTheSameFile(t *testing.T) {
	broken := errors.New("broken")
	fails := false
	for name, change := range map[string]func(*system){
		"rename": func(s *system) {
			rename := s.rename
			s.rename = func(from, to string) error {
				if fails {
					return broken
				}
				return rename(from, to)
			}
		},
		"open": func(s *system) {
			openFile := s.openFile
			s.openFile = func(path string, flag int, mode os.FileMode) (*os.File, error) {
				if fails && flag&os.O_CREATE != 0 {
					return nil, broken
				}
				return openFile(path, flag, mode)
			}
		},
	} {
		for _, closeFirst := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, closed first %t", name, closeFirst), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "app.log")
				c := newClock()
				var p problems
				f := openTest(t, path, &Options{MaxSize: 8, OnError: p.add}, change, func(s *system) {
					s.closeFirst, s.now = closeFirst, c.now
				})
				fails = true
				defer func() { fails = false }()
				for i := range 5 {
					write(t, f, fmt.Sprintf("line %d\n", i))
				}
				if err := f.Rotate(); !errors.Is(err, broken) {
					t.Errorf("rotate: %v", err)
				}
				if err := f.Health(t.Context()); !errors.Is(err, broken) {
					t.Errorf("health: %v", err)
				}
				if errs := p.all(); len(errs) != 1 || !errors.Is(errs[0], broken) {
					t.Errorf("reported: %v", errs)
				}
				fails = false
				c.move(retryEvery)
				f.due.Store(true)
				write(t, f, "line 5\n")
				want := []string{"line 0\nline 1\nline 2\nline 3\nline 4\n", "line 5\n"}
				if diff := cmp.Diff(want, append(contents(t, path), read(t, path))); diff != "" {
					t.Errorf("files (-want +got):\n%s", diff)
				}
				if err := f.Health(t.Context()); err != nil {
					t.Errorf("health after recovery: %v", err)
				}
			})
		}
	}
}

func TestFailedRotationIsNotTriedAtEachWrite(t *testing.T) {
	for name, opts := range map[string]*Options{"size": {MaxSize: 8}, "age": {Every: time.Second}} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			tries := 0
			opts.OnError = func(error) {}
			f := openTest(t, filepath.Join(t.TempDir(), "app.log"), opts, func(s *system) {
				s.now = c.now
				s.rename = func(_, _ string) error { tries++; return errors.New("broken") }
			})
			write(t, f, "line\n")
			c.move(2 * time.Second)
			for range 1000 {
				f.due.Store(true)
				write(t, f, "line\n")
			}
			if tries != 1 {
				t.Errorf("%d tries within a second", tries)
			}
		})
	}
}

func TestPathBecomesADirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	var p problems
	f := openTest(t, path, &Options{OnError: p.add})
	write(t, f, "1\n")
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	f.due.Store(true)
	for range 500 {
		if n, err := f.Write([]byte("lost\n")); n != 0 || err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("write: %d, %v", n, err)
		}
	}
	if f.Rotate() == nil || f.Health(t.Context()) == nil {
		t.Error("rotated or healthy")
	}
	if errs := p.all(); len(errs) == 0 || len(errs) > int(kinds) {
		t.Errorf("reported: %v", errs)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	write(t, f, "2\n")
	if got := read(t, path); got != "2\n" {
		t.Errorf("file: %q", got)
	}
	if err := f.Health(t.Context()); err != nil {
		t.Errorf("health after recovery: %v", err)
	}
}

func TestDirectoryThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	fails := false
	var p problems
	f := openTest(t, path, &Options{OnError: p.add}, func(s *system) {
		openFile := s.openFile
		s.openFile = func(path string, flag int, mode os.FileMode) (*os.File, error) {
			if fails && flag&os.O_CREATE != 0 {
				return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrPermission}
			}
			return openFile(path, flag, mode)
		}
	})
	write(t, f, "1\n")
	fails = true
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	f.due.Store(true)
	write(t, f, "2\n") // the renamed file is still there to take it
	if err := f.Reopen(); !errors.Is(err, os.ErrPermission) {
		t.Errorf("reopen: %v", err)
	}
	if errs := p.all(); len(errs) != 1 || !errors.Is(errs[0], os.ErrPermission) {
		t.Errorf("reported: %v", errs)
	}
	fails = false
	f.due.Store(true)
	write(t, f, "3\n")
	if diff := cmp.Diff([]string{"1\n2\n", "3\n"}, []string{read(t, path+".1"), read(t, path)}); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
