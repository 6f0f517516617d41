package rotate

import "bytes"

// A disk that fills up cuts a line in the middle. The part in the file is taken back, so that no line is
// followed by another on the same line, whether the caller tries again or gives the line up. Where the
// file cannot be shortened, rest remembers how the cut line ends.

// takeBack ends a Write of p that failed after n bytes. It returns how many bytes of p are in the file.
func (f *File) takeBack(p []byte, n int) int {
	whole := bytes.LastIndexByte(p[:n], '\n') + 1
	if whole > 0 {
		f.rest = nil
	}
	if whole == n {
		return n
	}
	if info, err := f.file.Stat(); err == nil && f.regular && f.rest == nil && info.Size() == f.size {
		size := f.size - int64(n-whole)
		if f.sys.truncate(f.file, size) == nil {
			f.size = size
			return whole
		}
	}
	f.rest = bytes.Clone(firstLine(p[n:]))
	return n
}

// mend makes the cut line whole before p is written: p may be its end, otherwise it ends here.
func (f *File) mend(p []byte) error {
	if f.rest == nil {
		return nil
	}
	if !bytes.HasPrefix(p, f.rest) {
		if _, err := f.append([]byte{'\n'}); err != nil {
			return err
		}
	}
	f.rest = nil
	f.limit = -1 // until append has written p
	return nil
}

// firstLine returns p up to the end of its first line.
func firstLine(p []byte) []byte {
	if i := bytes.IndexByte(p, '\n'); i >= 0 {
		return p[:i+1]
	}
	return p
}

// firstLines returns as much of p as one file may hold: whole lines of at most limit bytes, or one line.
func firstLines(p []byte, limit int64) []byte {
	if limit <= 0 || int64(len(p)) <= limit {
		return p
	}
	if i := bytes.LastIndexByte(p[:limit], '\n'); i >= 0 {
		return p[:i+1]
	}
	return firstLine(p)
}
