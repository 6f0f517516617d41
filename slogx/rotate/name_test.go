package rotate

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBackupNames(t *testing.T) {
	s := stamp{t: time.Date(2026, 1, 2, 15, 4, 5, 6, time.UTC), seq: 7}
	for path, want := range map[string]string{
		"/d/app.log":    "/d/app-20260102T150405.000000006-000007.log",
		"/d/app":        "/d/app-20260102T150405.000000006-000007",
		"/d/.log":       "/d/.log-20260102T150405.000000006-000007",
		"/d/a.b.c":      "/d/a.b-20260102T150405.000000006-000007.c",
		"/d/a b%s.json": "/d/a b%s-20260102T150405.000000006-000007.json",
	} {
		n := newNamer(filepath.FromSlash(path), ".zst")
		got := n.path(s)
		if got != filepath.FromSlash(want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
		for _, ext := range []string{"", ".gz", ".zst"} {
			back, compressed, ok := n.parse(filepath.Base(got) + ext)
			if !ok || compressed != ext || back != s {
				t.Errorf("parse %s: %v %q %t", got+ext, back, compressed, ok)
			}
			if temp := filepath.Base(n.temp(got + ext)); n.isTemp(temp) != (ext != "") {
				t.Errorf("isTemp %s: %t", temp, n.isTemp(temp))
			}
		}
	}
}

func TestForeignNames(t *testing.T) {
	n := newNamer("app.log", ".gz")
	for _, name := range []string{
		"", "app.log", "app-.log", "app-2026.log", "app-20260102T150405.000000006-000007",
		"app-20260102T150405.000000006-000007.log.zst", "app-20260102T150405.000000006-000007.log.gz.gz",
		"app-20260102T150405.000000006-00007.log", "app-20260102T150405.000000006-0000007.log",
		"app-20260102T150405.000000006_000007.log", "app-20260102T150405,000000006-000007.log",
		"app-20261302T150405.000000006-000007.log", "app-20260102T150405.000000006-+00007.log",
		"app-x-20260102T150405.000000006-000007.log", "xapp-20260102T150405.000000006-000007.log",
		"app-20260102T150405.000000006-000007.log.bak", "app-20260230T150405.000000006-000007.log",
	} {
		if _, _, ok := n.parse(name); ok {
			t.Errorf("%q taken for a backup", name)
		}
	}
}

func TestStampsNeverRepeatAndSort(t *testing.T) {
	n := newNamer("app.log", ".gz")
	now := time.Date(2026, 1, 2, 15, 4, 5, 0, time.FixedZone("", 3600))
	last := stamp{t: now.UTC(), seq: maxSeq - 2}
	var names []string
	for _, move := range []time.Duration{0, 0, 0, 0, time.Nanosecond, -time.Hour, -time.Hour, 3 * time.Hour, 0, -1} {
		now = now.Add(move)
		last = last.next(now)
		names = append(names, n.path(last))
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("not sorted or not distinct: %v", names)
	}
}

func TestNamesOfOthersAreNotTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	c := newClock()
	n := newNamer(path, ".gz")
	future := stamp{t: c.now().UTC().Add(time.Hour), seq: 4}
	put(t, n.path(future), "there before\n")
	f := openTest(t, path, nil, func(s *system) { s.now = c.now })
	write(t, f, "1\n")
	put(t, n.path(future.next(c.now())), "came later\n")
	put(t, n.path(future.next(c.now()).next(c.now()))+".gz", "compressed\n")
	rotate(t, f)
	var got []string
	for _, b := range backupsOf(t, path) {
		got = append(got, filepath.Base(b)[len(filepath.Base(b))-len("000004.log"):])
	}
	if diff := cmp.Diff([]string{"000004.log", "000005.log", "006.log.gz", "000007.log"}, got); diff != "" {
		t.Errorf("backups (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	n := newNamer("app.log", ".zst")
	f.Add("app-20260102T150405.000000006-000007.log.gz")
	f.Add("app-20260102T150405.000000006-000007.log")
	f.Fuzz(func(t *testing.T, name string) {
		s, ext, ok := n.parse(name)
		if ok && n.path(s)+ext != name {
			t.Errorf("%q is read as %q", name, fmt.Sprint(n.path(s), ext))
		}
	})
}
