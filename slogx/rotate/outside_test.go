//go:build unix && !aix && !solaris

package rotate

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRenamedOrRemovedFileIsNoticed(t *testing.T) {
	for name, leave := range map[string]func(path string) error{
		"renamed":  func(path string) error { return os.Rename(path, path+".1") },
		"removed":  os.Remove,
		"replaced": func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
		"directory removed": func(path string) error {
			return os.RemoveAll(filepath.Dir(path))
		},
	} {
		for _, when := range []string{"after 100 writes", "after some time"} {
			t.Run(name+" "+when, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "logs", "app.log")
				f := openTest(t, path, nil)
				got := counts{}
				f.SetObserver(got)
				write(t, f, "first\n")
				if err := leave(path); err != nil {
					t.Fatal(err)
				}
				if when == "after some time" {
					f.due.Store(true)
				} else {
					for range checkWrites {
						write(t, f, "between\n")
					}
				}
				write(t, f, "last\n")
				if content := read(t, path); !strings.HasSuffix(content, "last\n") {
					t.Errorf("file: %q", content)
				}
				if _, err := os.Stat(path + ".1"); name == "renamed" && err == nil {
					if n := strings.Count(read(t, path+".1")+read(t, path), "\n"); n < 2 {
						t.Errorf("%d lines", n)
					}
				}
				if diff := cmp.Diff(counts{"slogx_rotations_total reason outside result ok": 1}, got); diff != "" {
					t.Errorf("observed (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestRemovedFileIsNoticedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "app.log")
		f := openTest(t, path, nil)
		write(t, f, "first\n")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Second)
		write(t, f, "second\n")
		if got := read(t, path); got != "second\n" {
			t.Errorf("file: %q", got)
		}
	})
}

func TestReopenAfterRename(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, nil)
	write(t, f, "1\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, f, "2\n")
	if err := f.Reopen(); err != nil {
		t.Fatal(err)
	}
	write(t, f, "3\n")
	if diff := cmp.Diff([]string{"1\n2\n", "3\n"}, []string{read(t, path+".1"), read(t, path)}); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestTruncatedFileGoesOnAtItsEnd(t *testing.T) {
	for size, want := range map[int64]string{0: "next\n", 6: "whole\nnext\n", 8: "whole\nha\nnext\n"} {
		path := filepath.Join(t.TempDir(), "app.log")
		f := openTest(t, path, &Options{MaxSize: 20})
		write(t, f, "whole\nhalf\n")
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		f.due.Store(true)
		write(t, f, "next\n")
		if got := readAll(t, path); got != want {
			t.Errorf("truncated to %d: %q, want %q", size, got, want)
		}
	}
}

func TestRotateDoesNotTakeAForeignFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, nil)
	write(t, f, "ours\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	put(t, path, "theirs\n")
	rotate(t, f)
	write(t, f, "ours\n")
	if diff := cmp.Diff([]string{"theirs\n", "ours\n", "ours\n"}, append(contents(t, path), read(t, path),
		read(t, path+".1"))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestSymbolicLinkStays(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "current.log")
	target := filepath.Join(dir, "logs", "app.log")
	if err := os.Symlink(filepath.Join("logs", "app.log"), link); err != nil {
		t.Fatal(err)
	}
	f := openTest(t, link, nil) // leads nowhere yet
	write(t, f, "1\n")
	rotate(t, f)
	write(t, f, "2\n")
	if diff := cmp.Diff([]string{"1\n", "2\n", "2\n"}, append(contents(t, target), read(t, target), read(t, link))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("no link any more: %v, %v", info, err)
	}
	if _, err := Open(target, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("opened by its other name: %v", err)
	}
}

func TestLinksInACircle(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := errors.Join(os.Symlink(a, b), os.Symlink(b, a)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(a, nil); err == nil || !strings.Contains(err.Error(), "symbolic links") {
		t.Errorf("error: %v", err)
	}
}

func TestMode(t *testing.T) {
	old := syscall.Umask(0o022)
	t.Cleanup(func() { syscall.Umask(old) })
	for name, tt := range map[string]struct {
		existing, option os.FileMode
		want             []os.FileMode // active file, then active file, backup, compressed backup
	}{
		"default":               {0, 0, []os.FileMode{0o600, 0o600, 0o600}},
		"option beats umask":    {0, 0o660, []os.FileMode{0o660, 0o660, 0o660}},
		"existing kept":         {0o644, 0, []os.FileMode{0o644, 0o644, 0o644}},
		"existing, then option": {0o640, 0o660, []os.FileMode{0o640, 0o660, 0o640}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			if tt.existing != 0 {
				put(t, path, "")
				if err := os.Chmod(path, tt.existing); err != nil {
					t.Fatal(err)
				}
			}
			f := openTest(t, path, &Options{Mode: tt.option, Compress: true})
			got := []os.FileMode{modeOf(t, path)}
			write(t, f, "1\n")
			rotate(t, f)
			wait(t, f)
			got = append(got, modeOf(t, path), modeOf(t, backupsOf(t, path)[0]))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("modes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDirectoryMode(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	openTest(t, filepath.Join(dir, "app.log"), nil)
	if got := modeOf(t, dir); got&0o007 != 0 {
		t.Errorf("mode %#o lets everybody in", got)
	}
}

func TestOwnerIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	put(t, path, "1\n")
	_ = os.Chown(path, 12345, 12346) // only root can: others see that their own is kept
	want := ownerOf(t, path)
	f := openTest(t, path, &Options{Compress: true})
	rotate(t, f)
	wait(t, f)
	for _, p := range append(backupsOf(t, path), path) {
		if got := ownerOf(t, p); got != want {
			t.Errorf("%s: owner %v, want %v", filepath.Base(p), got, want)
		}
	}
}

func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	f := openTest(t, path, &Options{MaxSize: 4, Mode: 0o600})
	write(t, f, "123\n")
	write(t, f, "456\n")
	buf := make([]byte, 8)
	for n := 0; n < len(buf); {
		m, err := reader.Read(buf[n:])
		if n += m; err != nil {
			t.Fatal(err)
		}
	}
	if string(buf) != "123\n456\n" {
		t.Errorf("read %q", buf)
	}
	if err := errors.Join(f.Reopen(), f.Sync()); err != nil {
		t.Error(err)
	}
	if err := f.Rotate(); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("rotate: %v", err)
	}
	if got := modeOf(t, path); got != 0o644 {
		t.Errorf("mode changed to %#o", got)
	}
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func ownerOf(t *testing.T, path string) [2]uint32 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	return [2]uint32{st.Uid, st.Gid}
}
