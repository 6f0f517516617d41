package rotate

import (
	"context"
	"errors"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// rotationsTotal is the counter that an observer gets, one at a time.
const rotationsTotal = "slogx_rotations_total"

// kind is what can go wrong independently.
type kind int

const (
	kindWrite  kind = iota
	kindRotate      // rotation and reopening
	kindKeep        // compression and removal of backups
	kinds
)

// ledger holds what there is to tell about a File. Everything but publish needs the lock of the File.
type ledger struct {
	reporters [kinds]*report.Reporter // one each, so that one problem does not hide another
	errs      [kinds]error            // what is wrong now
	observer  chain.Observer
	news      []note
}

// note is what has to be told once the lock is free.
type note struct {
	reporter *report.Reporter
	err      error

	observer       chain.Observer
	reason, result string
}

func newLedger(onError func(error)) ledger {
	var l ledger
	for i := range l.reporters {
		l.reporters[i] = report.New(onError)
	}
	return l
}

// fail notes err, if there is one, and returns it.
func (l *ledger) fail(k kind, err error) error {
	if err != nil {
		l.errs[k] = err
		l.news = append(l.news, note{reporter: l.reporters[k], err: err})
	}
	return err
}

func (l *ledger) succeed(k kind) {
	if l.errs[k] != nil {
		l.errs[k] = nil
	}
}

// count notes a rotation.
func (l *ledger) count(reason Reason, err error) {
	if l.observer == nil {
		return
	}
	result := "ok"
	if err != nil {
		result = "error"
	}
	l.news = append(l.news, note{observer: l.observer, reason: string(reason), result: result})
}

// publish tells what was noted. It needs no lock.
func (l *ledger) publish(news []note) {
	for _, n := range news {
		if n.observer != nil {
			n.observer.Observe(rotationsTotal, 1, "reason", n.reason, "result", n.result)
		} else {
			n.reporter.Report(n.err)
		}
	}
}

// SetObserver has o told of each rotation, as slogx_rotations_total with the labels reason and result (ok
// or error). A nil o ends that.
func (f *File) SetObserver(o chain.Observer) {
	f.mu.Lock()
	defer f.unlock()
	f.ledger.observer = o
}

// Health returns what is wrong with the File at present: the error of the last write, of the last rotation
// and of the last care for the backups, joined, or nil. It does not touch the file.
func (f *File) Health(context.Context) error {
	f.mu.Lock()
	defer f.unlock()
	if f.closed {
		return f.errClosed("check")
	}
	return errors.Join(f.ledger.errs[:]...)
}
