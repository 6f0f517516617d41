// Package rotate is a log file that changes for a new one by size, age, time of day or request, and
// keeps as many of the old ones as it is told.
//
// [Open] returns a [File], an io.WriteCloser for any logger:
//
//	f, err := rotate.Open("/var/log/shop/shop.log", &rotate.Options{
//		MaxSize:    100 << 20,
//		MaxBackups: 10,
//		Compress:   true,
//	})
//	if err != nil {
//		return err
//	}
//	defer f.Close()
//	slog.SetDefault(slog.New(slog.NewJSONHandler(f, nil)))
//
// # Backups
//
// A rotation renames shop.log to shop-20260102T150405.000000000-000001.log, with the time of the rotation
// in UTC and a number that tells rotations in one tick of the clock apart, and goes on in a new shop.log.
// Sorted by name the backups are sorted by time, also when the clock went back: a name never sorts before
// the one that was given last. With [Options].Compress a backup becomes ….log.gz, or what
// [Options].Compressor makes of it.
//
// [Options].MaxBackups, MaxAge and MaxTotalSize say what is kept. Only regular files whose names are
// exactly of the form above are ever removed. Compression and removal happen in the background, in one
// goroutine that lives while there is work; [File.Wait] waits for it, and so does [File.Close], for up to
// 5 seconds.
//
// # Lines
//
// A line is never divided between files and never joined with another. Each Write should hold one line or
// several. What a full disk cut is taken back; a file that ends in the middle of a line, because of a
// process that died, gets its line ended before the first new one.
//
// # Files moved by others
//
// A File looks at its path after 100 writes, and when half a second has passed since the last look, and
// opens the path anew if the file was renamed or removed. Lines written in between are in the renamed
// file, or lost with the removed one. [File.Reopen] does it at once, for SIGHUP. A file that was
// truncated goes on at its new end.
//
// # One process
//
// While a File is open it holds a lock on .shop.log.lock beside the file, so that two processes never
// rotate one file. The lock ends with the process, however it ends; [File.Close] also removes its file.
// On js, wasip1, plan9, aix and solaris there is no such lock.
//
// # Crashes
//
// Every Write is in the hands of the operating system when it returns: a process that is killed loses no
// line. [File.Sync] has it on the disk. A compressed backup has its name only once it is complete and on
// the disk, and only then its source is removed; the next [Open] removes temporary files and finishes the
// compression.
//
// # Modes and owners
//
// New files have [Options].Mode whatever the umask, 0600 if it is zero. Without a Mode a new file
// takes the mode of the file before it; owner and group are kept where the process may set them.
// Compressed backups have those of their sources.
package rotate
