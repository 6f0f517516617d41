package rotate

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// defaultMode is the mode of new files: logs hold what others must not read.
const defaultMode os.FileMode = 0o600

// day bounds the clock times of [Options].At.
const day = 24 * time.Hour

// Options are the options of [Open]. A nil *Options means the defaults: the file is rotated only when
// [File.Rotate] is called, and every backup is kept as it is.
type Options struct {
	// MaxSize is the most bytes in the file before it is rotated. Zero means no limit.
	//
	// A line is never divided: a line larger than MaxSize gets a file of its own. A Write that is larger
	// than MaxSize is divided between its lines; a smaller one goes to one file whole.
	MaxSize int64

	// Every is the age at which the file is rotated, counted from its creation. For a file that was there
	// before [Open] it is counted from the newest backup or, if there is none, from its last change.
	// Zero means never. An empty file is not rotated.
	Every time.Duration

	// At are the times of day at which the file is rotated, counted from midnight: 0 is midnight, 90 minutes
	// half past one. Each is at least 0 and less than 24 hours.
	At []time.Duration

	// Location is where the times of At are read. Nil means [time.Local].
	Location *time.Location

	// MaxBackups is the most backups kept. Zero means all.
	MaxBackups int

	// MaxAge is how long a backup is kept after its last line. Zero means for ever.
	MaxAge time.Duration

	// MaxTotalSize is the most bytes in all backups together, as they are on the disk; the active file is
	// not counted. Zero means no limit. The oldest backups go first.
	MaxTotalSize int64

	// Compress says that backups are compressed in the background.
	Compress bool

	// Compressor is what Compress uses. The zero value means gzip.
	Compressor Compressor

	// Mode is the mode of new files, whatever the umask. It must let the owner write. Zero means 0600 for a
	// first file, and for the following ones the mode of the file that they replace.
	Mode os.FileMode

	// OnError is told of problems: of writes, of rotations, and of the care for backups, each at most once in
	// 10 seconds, with the number of those held back. It may write to the File. Nil means a line on standard
	// error.
	OnError func(error)
}

// Compressor is a way to compress backups, such as Zstandard:
//
//	rotate.Compressor{
//		Ext: ".zst",
//		New: func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
//	}
type Compressor struct {
	// Ext is appended to the name of a compressed backup. It starts with a dot.
	Ext string

	// New returns a writer that compresses to w. Its Close must flush, and must not close w.
	New func(w io.Writer) (io.WriteCloser, error)
}

// Validate returns an error that names each setting out of its range, or nil.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	errs := []error{
		notNegative("MaxSize", o.MaxSize),
		notNegative("Every", o.Every),
		notNegative("MaxBackups", o.MaxBackups),
		notNegative("MaxAge", o.MaxAge),
		notNegative("MaxTotalSize", o.MaxTotalSize),
	}
	for _, at := range o.At {
		if at < 0 || at >= day {
			errs = append(errs, fmt.Errorf("check rotate options: At %s is not a time of day", at))
		}
	}
	if o.Mode&^os.ModePerm != 0 || o.Mode != 0 && o.Mode&0o200 == 0 {
		errs = append(errs, fmt.Errorf("check rotate options: Mode %#o is not a permission that lets the owner write",
			uint32(o.Mode)))
	}
	return errors.Join(append(errs, o.Compressor.validate())...)
}

func notNegative[T cmp.Ordered](name string, v T) error {
	var zero T
	if v >= zero {
		return nil
	}
	return fmt.Errorf("check rotate options: %s %v is negative", name, v)
}

func (c Compressor) validate() error {
	switch {
	case c.Ext == "" && c.New == nil:
		return nil
	case c.New == nil:
		return fmt.Errorf("check rotate options: Compressor %q has no New", c.Ext)
	case len(c.Ext) < 2 || c.Ext[0] != '.' || c.Ext == tempExt || strings.ContainsAny(c.Ext, `/\:*?"<>|`):
		return fmt.Errorf("check rotate options: Compressor.Ext %q is not a file name extension", c.Ext)
	default:
		return nil
	}
}

var gzipCompressor = Compressor{
	Ext: ".gz",
	New: func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
}
