package async

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// closeTimeout is how long Close waits.
const closeTimeout = 5 * time.Second

// Writer is a queue of encoded lines before an io.Writer. It is safe for concurrent use; the io.Writer is
// called by one goroutine at a time and need not be.
type Writer struct {
	queue[[]byte]

	lines *lines
}

var _ io.WriteCloser = (*Writer)(nil)

// NewWriter returns a Writer that writes to w. It never fails; settings that [WriterOptions.Validate]
// finds fault with are replaced by the defaults. w must not keep what it is given after Write returned,
// as io.Writer demands; each Write gets whole lines. A nil w discards.
//
// Call Shutdown, or Close, before the program ends.
func NewWriter(w io.Writer, opts *WriterOptions) *Writer {
	var o WriterOptions
	if opts != nil {
		o = *opts
	}
	if w == nil {
		w = io.Discard
	}
	aw := &Writer{}
	aw.lines = &lines{queue: &aw.queue, w: w, limit: minBatch}
	aw.lines.init(positive(o.Capacity, DefaultCapacity))
	aw.init(aw.lines, min(aw.lines.total, maxLine-1), settings{
		overflow: o.Overflow, maxWait: o.MaxWait, keepWait: o.KeepWait, interval: o.FlushInterval, onError: o.OnError,
	}.withDefaults(o.Keep, o.FlushLevel))
	return aw
}

// Write queues p as one record of level INFO. It does not keep p.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.put(context.Background(), p, len(p), slog.LevelInfo); err != nil {
		return 0, err
	}
	return len(p), nil
}

// WriteRecord queues line as one record of the level. It does not keep line. The error is a [DroppedError]
// if the record was dropped; ctx bounds the wait for room.
//
//nolint:contextcheck // it makes a context only where it is given none
func (w *Writer) WriteRecord(ctx context.Context, level slog.Level, line []byte) error {
	if ctx == nil {
		ctx = context.Background()
	}
	return w.put(ctx, line, len(line), level)
}

// SetLossEncoder sets the func that appends a record to dst as one line, with its line break. It is used
// for the records that tell of losses. Without one they look as [slog.JSONHandler] writes them. An encoder
// that writes to a Writer sets its own here.
func (w *Writer) SetLossEncoder(encode func(dst []byte, r slog.Record) []byte) {
	w.lines.encode.Store(&encode)
}

// Unwrap returns the writer behind the queue, so that who formats for a terminal can see whether it is
// one.
func (w *Writer) Unwrap() io.Writer { return w.lines.w }

// Usage returns how full the queue is.
func (w *Writer) Usage() Usage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Usage{
		Records: int(w.books.queued()),
		Bytes:   w.lines.used(), BytesCapacity: w.lines.total,
	}
}

// Usage is how full a queue is.
type Usage struct {
	Records, RecordsCapacity int // a Writer has no capacity in records: 0
	Bytes, BytesCapacity     int
}

// Close is Shutdown within 5 seconds. It does not close the io.Writer.
func (w *Writer) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return w.Shutdown(ctx)
}

// minBatch is the size in bytes of the first batch. Batches grow while the sink is quick.
const minBatch = 1 << 10

// lines is the backend of a Writer.
type lines struct {
	chunks

	queue  *queue[[]byte]
	w      io.Writer
	encode atomic.Pointer[func(dst []byte, r slog.Record) []byte]
	limit  int // of a batch, in bytes
	left   uint64

	// In flight; the goroutine that delivers owns them.
	batchLines []byte
	batchMarks []mark
	wrote      int // bytes
	err        error
	panicked   bool
	scratch    []byte

	// torn is the rest of a line that the sink has the beginning of: nothing else is written before it.
	torn     []byte
	tornLine tornLine
	lastTry  bool
}

// tornLine is what the books have yet to learn of a torn line.
type tornLine struct {
	pending bool // it is neither delivered nor lost in the books
	band    band
}

func (l *lines) load() float64 { return float64(l.used()) / float64(l.total) }

func (l *lines) add(line []byte, m meta) bool {
	if t := l.tail; t != nil && t.hasRoom(len(line)) && (m.keep || l.held <= l.total-l.reserve) {
		t.append(line, m)
		return true
	}
	if !l.chunks.add(line, m) {
		return false
	}
	l.queue.filling = l.queue.pressing() // it changes little within a chunk
	return true
}

func (l *lines) evict(m meta) bool {
	return l.chunks.evict(m, func(at band) { l.queue.books.drop(queueFull, at) })
}

func (l *lines) done() uint64 { return l.left }

func (l *lines) take() bool {
	for l.head != nil && l.head.empty() && l.head != l.tail {
		l.drop(l.head, nil)
	}
	if l.head == nil || l.head.empty() {
		l.left = l.queue.seq
		if !l.tornLine.pending || l.queue.state != draining || l.lastTry {
			return false
		}
		l.lastTry = true
		l.batchLines, l.batchMarks = nil, nil
		return true
	}
	l.inFlight = true
	l.batchLines, l.batchMarks = l.batch(l.limit)
	return true
}

// deliver writes the batch. After a short write it goes on as long as the sink makes progress.
func (l *lines) deliver() {
	start := time.Now()
	l.wrote = l.write(l.batchLines)
	l.adapt(time.Since(start))
}

// write writes whole lines, behind the rest of a torn one, and returns how many of their bytes the sink
// took.
func (l *lines) write(lines []byte) int {
	l.err, l.panicked = nil, false
	for len(l.torn) > 0 && l.err == nil {
		l.torn = l.torn[l.writeSome(l.torn):]
	}
	if len(l.torn) > 0 {
		return 0
	}
	l.torn = nil
	n := 0
	for n < len(lines) && l.err == nil {
		n += l.writeSome(lines[n:])
	}
	return n
}

// writeSome calls the sink once. A short write is no error as long as something was written.
func (l *lines) writeSome(p []byte) int {
	n, err, panicked := l.call(p)
	if err != nil && (n == 0 || n == len(p)) {
		l.err, l.panicked = err, panicked
	}
	return n
}

func (l *lines) call(p []byte) (n int, err error, panicked bool) { //nolint:revive // the error is not all
	start := l.queue.started()
	defer func() { l.queue.took(start, err != nil) }()
	defer l.queue.caught("write log lines", &err, &panicked)
	n, err = l.w.Write(p)
	n = min(max(n, 0), len(p))
	l.queue.observer.Observe(sentBytes, float64(n))
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err, false
}

// adapt keeps batches so small that a sink that is slow by the byte still shows progress several times
// within KeepWait.
func (l *lines) adapt(took time.Duration) {
	goal := max(l.queue.keepWait, DefaultKeepWait) / 8
	switch {
	case took > 2*goal:
		l.limit = max(1, int(float64(len(l.batchLines))*float64(goal)/float64(took)))
	case took < goal && len(l.batchLines) >= l.limit/2:
		l.limit = min(2*l.limit, maxChunk)
	}
}

func (l *lines) settle(exited bool) (progress bool) {
	if exited {
		l.wrote, l.err = 0, errExited
	}
	q := l.queue
	progress = l.wrote > 0
	if q.state != gaveUp {
		q.failure = l.err
	}
	if t := &l.tornLine; t.pending && (l.torn == nil || l.lastTry) {
		q.outcome(t.band, l.torn != nil, sinkError)
		progress = progress || l.torn == nil
		t.pending = false
	}
	why := reasonOf(l.err, l.panicked)
	low, start := 0, 0
	base := 0
	if len(l.batchMarks) > 0 {
		base = l.batchMarks[len(l.batchMarks)-1].end() - len(l.batchLines)
	}
	for _, mk := range l.batchMarks {
		end := mk.end() - base
		if !mk.keep() {
			low++
		}
		if start < l.wrote && l.wrote < end { // cut
			l.torn = append([]byte(nil), l.batchLines[l.wrote:end]...)
			l.tornLine = tornLine{pending: q.state != gaveUp, band: mk.band()}
		} else {
			q.outcome(mk.band(), l.wrote < end, why)
		}
		start = end
	}
	l.inFlight = false
	if q.state == gaveUp || len(l.batchMarks) == 0 {
		return progress
	}
	last := l.head.last
	if l.written(len(l.batchLines), len(l.batchMarks), low) {
		l.left = last
	}
	l.batchLines, l.batchMarks = nil, nil
	return progress
}

func (l *lines) giveUp() {
	q := l.queue
	if l.tornLine.pending {
		q.books.drop(leftAtShutdown, l.tornLine.band)
	}
	for c := l.head; c != nil; c = c.next {
		for _, mk := range c.marks[c.first:] {
			q.books.drop(leftAtShutdown, mk.band())
		}
	}
	l.clear()
}

func (l *lines) deliverLoss(r slog.Record) error {
	l.scratch = l.lossLine(l.scratch[:0], r)
	return l.writeOne(l.scratch)
}

// writeOne writes a line that is not in the queue. If it is cut, the rest is written before the next.
func (l *lines) writeOne(line []byte) error {
	n := l.write(line)
	if n > 0 && n < len(line) {
		l.torn = append([]byte(nil), line[n:]...)
	}
	if n == len(line) {
		return nil
	}
	return l.err
}

func (l *lines) direct(line []byte, m meta) (err error) {
	err = errExited // unless the sink returns
	defer func() {
		l.queue.mu.Lock()
		defer l.queue.mu.Unlock()
		l.queue.failure = err
		l.queue.outcome(bandOf(m.level), err != nil, reasonOf(err, l.panicked))
	}()
	err = l.writeOne(line)
	return err
}

// lossLine appends r as a line.
func (l *lines) lossLine(dst []byte, r slog.Record) (line []byte) {
	if encode := l.encode.Load(); encode != nil && *encode != nil {
		defer func() {
			if p := recover(); p != nil {
				l.queue.report.Report(fmt.Errorf("encode a record about losses: %s", attr.Panic(nil, p)))
				line = appendJSON(dst, r)
			}
		}()
		return (*encode)(dst, r)
	}
	return appendJSON(dst, r)
}

// appendJSON appends r as [slog.JSONHandler] writes it.
func appendJSON(dst []byte, r slog.Record) []byte {
	w := appender{dst}
	_ = slog.NewJSONHandler(&w, nil).Handle(context.Background(), r) // an appender does not fail
	return w.b
}

type appender struct{ b []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}
