package middleware

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"gopherframe"
)

// An Exchange describes an exchange that is over.
type Exchange struct {
	Request  *gopherframe.Request
	Response gopherframe.Response // of the handler; nil if it panicked
	Sent     gopherframe.Sent
	Began    time.Time     // when the request line was complete
	Duration time.Duration // until the last byte was written
}

// Err returns the error that was the answer, or else the error that kept the answer from
// being sent whole. It is nil if a whole answer was sent.
func (x *Exchange) Err() error {
	if err := gopherframe.ErrorOf(x.Response); err != nil {
		return err
	}
	if x.Response == nil && x.Sent.Err == nil {
		return errNoResponse
	}
	return x.Sent.Err
}

var errNoResponse = errors.New("panic, or no response")

// Type returns the item type of the answer. It is 0 for a File whose Type is 0, which is
// found out while it is sent, and TypeError if there is no answer.
func (x *Exchange) Type() gopherframe.ItemType {
	switch resp := x.Response.(type) {
	case gopherframe.Text:
		return gopherframe.TypeText
	case gopherframe.Binary:
		return gopherframe.TypeBinary
	case *gopherframe.Menu:
		return gopherframe.TypeMenu
	case *gopherframe.File:
		if resp != nil {
			return resp.Type
		}
	case *gopherframe.Stream:
		if resp != nil {
			return resp.Type
		}
	}
	return gopherframe.TypeError
}

// An Outcome tells in a word how an exchange ended. There are only these, whatever clients
// send, so an Outcome can be a label of a metric.
type Outcome string

const (
	OutcomeOK       Outcome = "ok"        // the answer was sent whole
	OutcomeRefused  Outcome = "refused"   // "Not found.", or an error with a text of the app's own
	OutcomeBad      Outcome = "bad"       // "Bad selector."
	OutcomeBusy     Outcome = "busy"      // "Server busy."
	OutcomeTimedOut Outcome = "timed out" // "Timed out."
	OutcomeFailed   Outcome = "failed"    // "Internal server error.", or a panic
	OutcomeCut      Outcome = "cut"       // the answer was not sent whole: the client left, or the handler failed or gave up meanwhile
)

// Outcome returns how the exchange ended.
func (x *Exchange) Outcome() Outcome {
	err := x.Err()
	if err == nil {
		return OutcomeOK
	}
	// errors.As makes answer escape to the heap. Success has returned before that.
	var answer *gopherframe.Error
	switch {
	case errors.As(err, &answer):
		return outcomeOf(answer.Text)
	case errors.Is(err, fs.ErrNotExist): // a File that turned out not to exist
		return OutcomeRefused
	case x.Response == nil && !errors.Is(err, gopherframe.Abort):
		return OutcomeFailed
	}
	return OutcomeCut
}

// The texts of Fail, for which gopherframe has no constants.
var (
	failedText   = gopherframe.Fail(nil).Text
	timedOutText = gopherframe.Fail(context.DeadlineExceeded).Text
)

func outcomeOf(text string) Outcome {
	switch text {
	case gopherframe.BadSelectorText:
		return OutcomeBad
	case gopherframe.BusyText:
		return OutcomeBusy
	case timedOutText:
		return OutcomeTimedOut
	case failedText, "":
		return OutcomeFailed
	}
	return OutcomeRefused
}

// A recorder makes an Exchange for each request, and calls over with it when it has ended.
type recorder struct {
	over func(*Exchange)
	pool sync.Pool // of *recording
}

// A recording is an exchange under way. It is pooled together with its function end, which
// saves allocating both.
type recording struct {
	Exchange
	end func(gopherframe.Sent)

	mu  sync.Mutex
	use int // counts its exchanges: a handler that outlives its own finds another number
}

// record calls next and returns its answer. r.over is called once that is sent.
func (r *recorder) record(next gopherframe.Handler, q *gopherframe.Request) gopherframe.Response {
	rec, _ := r.pool.Get().(*recording)
	if rec == nil {
		rec = &recording{}
		rec.end = func(sent gopherframe.Sent) { r.end(rec, sent) }
	}
	rec.Exchange = Exchange{Request: q, Began: time.Now()}
	use := rec.use
	q.AfterWrite(rec.end) // before next, which may panic
	resp := next(q)
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.use == use {
		rec.Response = resp
	}
	return resp
}

func (r *recorder) end(rec *recording, sent gopherframe.Sent) {
	rec.mu.Lock()
	rec.use++
	rec.mu.Unlock()
	rec.Sent = sent
	rec.Duration = time.Since(rec.Began)
	r.over(&rec.Exchange)
	rec.Exchange = Exchange{}
	r.pool.Put(rec)
}
