package gophertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"time"

	"gopherframe"
	"gopherframe/internal/memory"
)

const (
	// trialTime is how long the context of a request lasts, and attackTime how long
	// that of one of the many hostile requests.
	trialTime  = 2 * time.Second
	attackTime = 200 * time.Millisecond
	// trialBytes is how many bytes of an answer are read.
	trialBytes = 1 << 20
)

// trialInfo is the connection over which a trial asks.
var trialInfo = gopherframe.Info{
	Host:      "gopher.example",
	Port:      7070,
	Transport: "tcp",
	Remote:    netip.MustParseAddrPort("192.0.2.1:40000"),
	Log:       slog.New(slog.DiscardHandler),
}

// A trial asks a handler and collects what is wrong with it.
type trial struct {
	h        gopherframe.Handler
	mu       sync.Mutex      // guards the fields below
	reported map[string]bool // by text
	errs     []error
}

// errorf reports a fault. Of equal texts only the first is kept, whatever the line: a
// hundred hostile requests may find the same fault.
func (t *trial) errorf(line, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.reported[text] {
		if t.reported == nil {
			t.reported = map[string]bool{}
		}
		t.reported[text] = true
		t.errs = append(t.errs, fmt.Errorf("gophertest: request %.100q: %s", line, text))
	}
}

// ask sends the line, and returns what came within trialTime.
func (t *trial) ask(line string) *Result {
	ctx, cancel := context.WithTimeout(context.Background(), trialTime)
	defer cancel()
	return t.askContext(ctx, line)
}

// askContext sends the line, and returns what came until ctx ended.
func (t *trial) askContext(ctx context.Context, line string) *Result {
	return t.read(line, memory.Ask(ctx, t.checked(line), line+"\r\n", trialInfo))
}

// askWith calls h with the Request that change makes of the one for the root. It may
// have fields that no request line can have. Faults are reported for line.
func (t *trial) askWith(line string, change func(*gopherframe.Request) *gopherframe.Request) *Result {
	ctx, cancel := context.WithTimeout(context.Background(), attackTime)
	defer cancel()
	h := t.checked(line)
	return t.read(line, memory.Ask(ctx, func(q *gopherframe.Request) gopherframe.Response { return h(change(q)) }, "\r\n", trialInfo))
}

// read reads an answer, and reports a handler that panicked or does not end.
func (t *trial) read(line string, answer *memory.Answer) *Result {
	wire, err := io.ReadAll(io.LimitReader(answer, trialBytes))
	if closed := answer.Close(); err == nil {
		err = closed
	}
	var ended memory.Ended
	if errors.As(err, &ended) {
		t.errorf(line, "%v", ended)
	}
	return &Result{Response: answer.Response(), Wire: wire, Err: err}
}

// checked returns a handler that calls t.h and reports what is wrong with its answer,
// and a Request that it changed.
func (t *trial) checked(line string) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response { return t.call(line, t.h, q) }
}

func (t *trial) call(line string, h gopherframe.Handler, q *gopherframe.Request) gopherframe.Response {
	before := fieldsOf(q)
	resp := h(q)
	if after := fieldsOf(q); !reflect.DeepEqual(before, after) {
		t.errorf(line, "the handler changed its Request, which others use: it was %+v and is %+v", before, after)
	}
	if v := reflect.ValueOf(resp); !v.IsValid() {
		t.errorf(line, "the handler returned nil: return gopherframe.NotFound(\"\")")
	} else if v.Kind() == reflect.Pointer && v.IsNil() {
		t.errorf(line, "the handler returned a nil %T", resp)
		return nil
	}
	if s, ok := resp.(*gopherframe.Stream); ok {
		return t.checkedStream(line, s)
	}
	return resp
}

// checkedStream returns a Stream that calls s.Write and reports its panic.
func (t *trial) checkedStream(line string, s *gopherframe.Stream) gopherframe.Response {
	if s.Write == nil {
		t.errorf(line, "the handler returned a Stream without Write")
		return nil
	}
	return &gopherframe.Stream{Type: s.Type, Write: func(ctx context.Context, w io.Writer) error {
		defer func() {
			if v := recover(); v != nil {
				t.errorf(line, "the Stream panicked: %v", v)
			}
		}()
		return s.Write(ctx, w)
	}}
}

// requestFields are the exported fields of a Request: those that a handler can change.
type requestFields struct {
	Selector, Query               string
	Extra                         []string
	Host                          string
	Port                          int
	Transport, Remote, ServerName string
}

func fieldsOf(q *gopherframe.Request) requestFields {
	return requestFields{q.Selector, q.Query, slices.Clone(q.Extra), q.Host, q.Port, q.Transport, q.Remote.String(), q.ServerName}
}

// drain reads and closes what is left of an answer.
func drain(answer *memory.Answer) error {
	_, err := io.Copy(io.Discard, answer)
	if closed := answer.Close(); err == nil {
		err = closed
	}
	return err
}
