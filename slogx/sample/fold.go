package sample

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/loggername"
	"github.com/slogx-go/slogx/slogx/internal/report"
	"github.com/slogx-go/slogx/slogx/level"
)

// folder counts records that repeat the one before. A nil folder folds nothing.
type folder struct {
	window   time.Duration
	weigh    bool // records that stand for others have their weight
	reporter *report.Reporter

	mu     sync.Mutex
	closed bool
	run    run
	timer  *time.Timer   // of the run, if anything was folded into it
	flying int           // records that stand for others, on their way to the next handler
	landed chan struct{} // closed when flying goes back to 0
}

// run is a row of records that repeat each other.
type run struct {
	next   chain.Handler   // nil if there is no run
	ctx    context.Context //nolint:containedctx // of the first record, for the one that stands for the others
	level  slog.Level
	msg    string
	logger string
	named  bool // logger stood in the record's top-level attributes, so that next does not have it
	pc     uintptr
	ends   int64     // on the clock
	last   time.Time // time of the last record
	folded int
	weight float64 // of those that were folded
}

// takes reports whether r, which has that weight, was folded. If not, r begins a run, and what stood for the run
// before has been passed on.
func (f *folder) takes(ctx context.Context, next chain.Handler, top []slog.Attr, r *slog.Record, logger string, weight float64) bool {
	if f == nil {
		return false
	}
	now := clock()
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return false
	}
	if f.run.repeatedBy(r, logger) && now < f.run.ends {
		f.run.folded++
		f.run.weight += weight
		f.run.last = r.Time
		if f.run.folded == 1 {
			f.startTimer(time.Duration(f.run.ends - now))
		}
		f.mu.Unlock()
		return true
	}
	done := f.take()
	f.run = run{
		next: next, ctx: ctx, level: r.Level, msg: r.Message, pc: r.PC,
		logger: logger, named: loggername.In(top) != "",
		ends: now + int64(f.window),
	}
	f.mu.Unlock()
	f.pass(done) //nolint:contextcheck // the record that stands for others goes on with the context of the first of them
	return false
}

func (r *run) repeatedBy(rec *slog.Record, logger string) bool {
	return r.next != nil && r.pc == rec.PC && r.level == rec.Level && r.msg == rec.Message && r.logger == logger
}

func (f *folder) startTimer(d time.Duration) {
	if f.timer == nil {
		f.timer = time.AfterFunc(d, f.expire)
		return
	}
	f.timer.Reset(d)
}

// expire ends a run whose time is over. A timer that was late for the run before finds one that has time
// left, and a timer of its own as soon as it needs one.
func (f *folder) expire() {
	f.mu.Lock()
	if clock() < f.run.ends {
		f.mu.Unlock()
		return
	}
	done := f.take()
	f.mu.Unlock()
	f.pass(done)
}

// end ends the run that is under way.
func (f *folder) end() {
	if f == nil {
		return
	}
	f.mu.Lock()
	done := f.take()
	f.mu.Unlock()
	f.pass(done)
}

// take takes the run. If records were folded into it, pass must be called with it. The lock is held.
func (f *folder) take() run {
	done := f.run
	f.run = run{}
	if done.folded > 0 {
		f.timer.Stop()
		if f.flying == 0 {
			f.landed = make(chan struct{})
		}
		f.flying++
	}
	return done
}

// pass passes on the record that stands for those that were folded into done, if there are any.
func (f *folder) pass(done run) {
	if done.folded == 0 {
		return
	}
	defer f.land()
	defer func() {
		if p := recover(); p != nil { // it may be the timer's goroutine, where a panic ends the program
			f.reporter.Report(fmt.Errorf("pass on a repeated record: panic: %v", p))
		}
	}()
	if err := done.handle(f.weigh); err != nil {
		f.reporter.Report(fmt.Errorf("pass on a repeated record: %w", err))
	}
}

func (f *folder) land() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.flying--; f.flying == 0 {
		close(f.landed)
	}
}

func (r *run) handle(weigh bool) error {
	ctx := r.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	ctx = context.WithoutCancel(ctx) // the request may be over
	if !r.next.Enabled(ctx, r.level) {
		return nil
	}
	top := chain.Top(nil, slog.Int(RepeatedKey, r.folded))
	defer top.Release()
	if r.named {
		top.Set(append(top.Attrs(), slog.String(level.NameKey, r.logger)))
	}
	if weigh {
		top.Set(append(top.Attrs(), slog.Float64(WeightKey, r.weight)))
	}
	return r.next.HandleTop(ctx, top.Attrs(), slog.NewRecord(r.last, r.level, r.msg, r.pc))
}

// flush ends the run, and waits for records that are on their way.
func (f *folder) flush(ctx context.Context) error {
	if f == nil {
		return nil
	}
	f.end() //nolint:contextcheck // the record that stands for others goes on with the context of the first of them
	f.mu.Lock()
	flying, landed := f.flying, f.landed
	f.mu.Unlock()
	if flying == 0 {
		return nil
	}
	select {
	case <-landed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("pass on repeated records: %w", context.Cause(ctx))
	}
}

// close ends the run and folds nothing more.
func (f *folder) close() {
	if f == nil {
		return
	}
	f.mu.Lock()
	f.closed = true
	done := f.take()
	f.mu.Unlock()
	f.pass(done)
}
