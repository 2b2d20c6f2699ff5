package middleware

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"gopherframe"
)

// An Exchange is what there is to know of an exchange once its last byte went out.
type Exchange struct {
	Request  *gopherframe.Request
	Response gopherframe.Response // what the handler gave; nil if it panicked
	Sent     gopherframe.Sent
	Began    time.Time // when the request line was complete
	Duration time.Duration
}

// Err returns what went wrong, nil if nothing did: the error that is the answer,
// or what kept it from being sent.
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

// Type returns the item type of the answer, 0 for a File whose type was found out
// when it was sent.
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

// An Outcome says in a word how an exchange ended. There are so few of them that
// they can label a metric.
type Outcome string

const (
	OutcomeOK       Outcome = "ok"        // the answer was sent whole
	OutcomeRefused  Outcome = "refused"   // an error with a text of the app's, or "Not found."
	OutcomeBad      Outcome = "bad"       // "Bad selector."
	OutcomeBusy     Outcome = "busy"      // "Server busy."
	OutcomeTimedOut Outcome = "timed out" // "Timed out."
	OutcomeFailed   Outcome = "failed"    // "Internal server error.", or a panic
	OutcomeCut      Outcome = "cut"       // the answer was not sent whole: the client went away, or the app gave up
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
	case errors.Is(err, fs.ErrNotExist): // of a File
		return OutcomeRefused
	case x.Response == nil && !errors.Is(err, gopherframe.Abort):
		return OutcomeFailed
	}
	return OutcomeCut
}

// The texts of errors for which gopherframe has no constant but Fail.
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

// A recorder collects exchanges and hands them on once they are over.
type recorder struct {
	over func(*Exchange)
	pool sync.Pool // of *recording
}

// A recording is an exchange that is not over. It is used again after that, with
// the function that ends it, which saves allocating both.
type recording struct {
	Exchange
	end func(gopherframe.Sent)

	mu  sync.Mutex
	use int // counts the exchanges, for handlers that outlive theirs
}

// record returns the answer of next, and hands on the exchange when it is over.
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
