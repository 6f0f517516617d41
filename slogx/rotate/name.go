package rotate

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	stampLayout = "20060102T150405.000000000" // UTC; no colon, which Windows does not allow
	seqDigits   = 6
	maxSeq      = 999_999
	tempExt     = ".tmp"
)

// stamp is the part of a backup's name that orders it: two backups never have the same one.
type stamp struct {
	t   time.Time // UTC
	seq int
}

func (s stamp) compare(o stamp) int {
	return cmp.Or(s.t.Compare(o.t), cmp.Compare(s.seq, o.seq))
}

// next returns a stamp for now that sorts after s, also when the clock stood still or went back.
func (s stamp) next(now time.Time) stamp {
	now = now.UTC().Round(0)
	switch {
	case now.After(s.t):
		return stamp{t: now, seq: 1}
	case s.seq < maxSeq:
		return stamp{t: s.t, seq: s.seq + 1}
	default:
		return stamp{t: s.t.Add(1), seq: 1}
	}
}

// namer makes and reads the names of one file's backups: for app.log,
// app-20260102T150405.000000000-000001.log, and the same with .gz.
type namer struct {
	dir, stem, ext string
	compressed     []string // extensions of compressed backups
}

func newNamer(path, compressed string) namer {
	dir, base := filepath.Split(path)
	ext := filepath.Ext(base)
	if ext == base { // .log has no stem to put a stamp behind
		ext = ""
	}
	n := namer{dir: dir, stem: strings.TrimSuffix(base, ext), ext: ext, compressed: []string{gzipCompressor.Ext}}
	if compressed != gzipCompressor.Ext {
		n.compressed = append(n.compressed, compressed)
	}
	return n
}

// path returns the path of the uncompressed backup with stamp s.
func (n namer) path(s stamp) string {
	return fmt.Sprintf("%s%s-%s-%0*d%s", n.dir, n.stem, s.t.Format(stampLayout), seqDigits, s.seq, n.ext)
}

// temp returns the path under which the file at path is written before it is complete. The dot in front
// keeps it out of patterns such as app-*.
func (n namer) temp(path string) string {
	return n.dir + "." + filepath.Base(path) + tempExt
}

// parse reads the name of a backup. compressed is its extension behind ours, if it has one.
func (n namer) parse(name string) (s stamp, compressed string, ok bool) {
	rest, ok := strings.CutPrefix(name, n.stem+"-")
	if !ok || len(rest) < len(stampLayout)+1+seqDigits {
		return stamp{}, "", false
	}
	t, err := time.Parse(stampLayout, rest[:len(stampLayout)])
	if err != nil || t.Format(stampLayout) != rest[:len(stampLayout)] {
		return stamp{}, "", false
	}
	rest = rest[len(stampLayout):]
	seq, err := strconv.ParseUint(rest[1:1+seqDigits], 10, 32)
	if err != nil || rest[0] != '-' {
		return stamp{}, "", false
	}
	compressed, ok = strings.CutPrefix(rest[1+seqDigits:], n.ext)
	if !ok || compressed != "" && !slices.Contains(n.compressed, compressed) {
		return stamp{}, "", false
	}
	return stamp{t: t, seq: int(seq)}, compressed, true
}

// isTemp reports whether name is what temp makes of a backup's name.
func (n namer) isTemp(name string) bool {
	name, ok := strings.CutSuffix(name, tempExt)
	if !ok || !strings.HasPrefix(name, ".") {
		return false
	}
	_, compressed, ok := n.parse(name[1:])
	return ok && compressed != ""
}

// backup is a backup as it is on the disk.
type backup struct {
	stamp
	path string
	ext  string // of its compressed form, empty if it is not compressed
	size int64
	last time.Time // of its last line
}

// list returns the backups, the oldest first and compressed ones behind their sources, and the temporary
// files. Anything but a regular file is none of ours.
func (n namer) list() (backups []backup, temps []string, err error) {
	entries, err := os.ReadDir(n.dir)
	if err != nil {
		return nil, nil, fmt.Errorf("list backups: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() {
			continue
		}
		if n.isTemp(name) {
			temps = append(temps, n.dir+name)
			continue
		}
		s, compressed, ok := n.parse(name)
		if !ok {
			continue
		}
		info, err := e.Info()
		if err != nil { // removed in the meantime
			continue
		}
		backups = append(backups, backup{
			stamp: s, path: n.dir + name, ext: compressed, size: info.Size(), last: lastLine(s, info),
		})
	}
	slices.SortFunc(backups, func(a, b backup) int { return cmp.Or(a.compare(b.stamp), cmp.Compare(a.path, b.path)) })
	return backups, temps, nil
}

// lastLine returns when a backup got its last line: when it was last changed or rotated, whichever is
// earlier. A copy changes the one, a clock that was ahead for a while the other.
func lastLine(s stamp, info fs.FileInfo) time.Time {
	if info.ModTime().Before(s.t) {
		return info.ModTime()
	}
	return s.t
}
