//go:build !unix

package rotate

import "os"

func linked(os.FileInfo) bool { return true }

func keepOwner(*os.File, os.FileInfo) {}

func syncDir(string) error { return nil }

// look is what follow asks of the file system: where the path leads.
type look struct{ want os.FileInfo }

func (l *look) expect(info os.FileInfo) { l.want = info }

func (l *look) same(path string) (size int64, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	return info.Size(), os.SameFile(info, l.want)
}
