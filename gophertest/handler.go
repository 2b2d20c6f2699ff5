package gophertest

import (
	"bytes"
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
	"gopherframe/internal/lint"
	"gopherframe/internal/memory"
)

const (
	// trialTime is when the context of a request ends that does not end by itself,
	// and attackTime when it is one of many.
	trialTime  = 2 * time.Second
	attackTime = 200 * time.Millisecond
	// trialBytes is how much of an answer is looked at.
	trialBytes = 1 << 20
	// firstByte is how long a Stream may take to begin before its context ends.
	firstByte = 100 * time.Millisecond
	// together is how many clients ask at the same time.
	together = 8
)

// TestHandler tests what every [gopherframe.Handler] has to do, and returns an
// error that joins all that is wrong, nil if nothing is. It is a plain function
// after [testing/slogtest.TestHandler], so that it also runs outside of a test.
// The lines are requests that h answers well, a selector and behind a TAB the query
// of a search; without any it is the root. Run it with -race.
//
// For the lines, and for some that attackers send:
//
//   - h returns an answer: not nil, no nil pointer, no panic;
//   - a request cannot put lines of its own into a menu, or get at /etc/passwd;
//   - h leaves the fields of its Request as they are;
//   - a Request that was made by hand is answered, too.
//
// For the lines alone:
//
//   - menus are well formed: see [Lint], warnings apart;
//   - h, or the Stream that it returns, ends within a second after the context of the
//     request ended, at the start or in the middle;
//   - eight clients at a time get the answer that one gets, or an error: servers are
//     busy at times. It may be another if one alone gets another, too, as of dice.
func TestHandler(h gopherframe.Handler, lines ...string) error {
	if len(lines) == 0 {
		lines = []string{""}
	}
	t := &trial{h: h}
	for _, line := range lines {
		t.wellFormed(line)
		t.endsEarly(line)
	}
	t.atOnce(lines)
	t.attack(lines)
	return errors.Join(t.errs...)
}

// A trial collects what is wrong with a handler.
type trial struct {
	h    gopherframe.Handler
	mu   sync.Mutex
	said map[string]bool
	errs []error
}

// errorf notes what is wrong, once.
func (t *trial) errorf(line, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.said[text] {
		if t.said == nil {
			t.said = map[string]bool{}
		}
		t.said[text] = true
		t.errs = append(t.errs, fmt.Errorf("gophertest: request %.100q: %s", line, text))
	}
}

var info = gopherframe.Info{
	Host:      "gopher.example",
	Port:      7070,
	Transport: "tcp",
	Remote:    netip.MustParseAddrPort("192.0.2.1:40000"),
	Log:       slog.New(slog.DiscardHandler),
}

// ask sends the line, and returns what came until the time was over.
func (t *trial) ask(line string, limit time.Duration) *Result {
	return t.exchange(line, limit, func(ctx context.Context, h gopherframe.Handler) *memory.Answer {
		return memory.Ask(ctx, h, line+"\r\n", info)
	})
}

// hand hands h a Request which need not fit into a line.
func (t *trial) hand(line string, prepare func(*gopherframe.Request) *gopherframe.Request) *Result {
	return t.exchange(line, attackTime, func(ctx context.Context, h gopherframe.Handler) *memory.Answer {
		return memory.Ask(ctx, func(q *gopherframe.Request) gopherframe.Response { return h(prepare(q)) }, "\r\n", info)
	})
}

func (t *trial) exchange(line string, limit time.Duration, ask func(context.Context, gopherframe.Handler) *memory.Answer) *Result {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	answer := ask(ctx, func(q *gopherframe.Request) gopherframe.Response { return t.call(line, t.h, q) })
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

// call calls h, and looks at what it does.
func (t *trial) call(line string, h gopherframe.Handler, q *gopherframe.Request) gopherframe.Response {
	before := fields(q)
	resp := h(q)
	if after := fields(q); !reflect.DeepEqual(before, after) {
		t.errorf(line, "the handler changed its Request, which others use: it was %+v and is %+v", before, after)
	}
	return t.look(line, resp)
}

// look looks at an answer, and returns it, or what can be sent instead.
func (t *trial) look(line string, resp gopherframe.Response) gopherframe.Response {
	if v := reflect.ValueOf(resp); !v.IsValid() {
		t.errorf(line, "the handler returned nil: return gopherframe.NotFound(\"\")")
	} else if v.Kind() == reflect.Pointer && v.IsNil() {
		t.errorf(line, "the handler returned a nil %T", resp)
		return nil
	}
	if s, ok := resp.(*gopherframe.Stream); ok {
		return t.stream(line, s)
	}
	return resp
}

// stream returns s, whose Write is looked at, too.
func (t *trial) stream(line string, s *gopherframe.Stream) gopherframe.Response {
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

// public is what a Request has that handlers can change.
type public struct {
	Selector, Query         string
	Extra                   []string
	Host                    string
	Port                    int
	Transport, Remote, Name string
}

func fields(q *gopherframe.Request) public {
	return public{q.Selector, q.Query, slices.Clone(q.Extra), q.Host, q.Port, q.Transport, q.Remote.String(), q.ServerName}
}

// wellFormed asks for a line that is answered well.
func (t *trial) wellFormed(line string) {
	res := t.ask(line, trialTime)
	if _, ok := res.Response.(*gopherframe.Menu); !ok && !isMenuStream(res.Response) || res.Err != nil {
		return
	}
	for _, p := range lint.Menu(res.Wire) {
		if p.Severity == lint.Error {
			t.errorf(line, "the menu is malformed: %v", p)
		}
	}
}

func isMenuStream(resp gopherframe.Response) bool {
	s, ok := resp.(*gopherframe.Stream)
	return ok && s != nil && s.Type.IsMenu()
}

// endsEarly ends the context before h is called, and in the middle.
func (t *trial) endsEarly(line string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := t.drain(memory.Ask(ctx, t.h, line+"\r\n", info)); errors.Is(err, memory.ErrStuck) {
		t.errorf(line, "the context ended before, and a second later there is no end of the answer")
	}

	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	defer time.AfterFunc(firstByte, cancel).Stop()
	answer := memory.Ask(ctx, t.h, line+"\r\n", info)
	io.ReadFull(answer, make([]byte, 1))
	cancel()
	if err := t.drain(answer); errors.Is(err, memory.ErrStuck) {
		t.errorf(line, "the context ended, and a second later there is no end of the answer")
	}
}

// drain reads what is left of an answer.
func (t *trial) drain(answer *memory.Answer) error {
	_, err := io.Copy(io.Discard, answer)
	if closed := answer.Close(); err == nil {
		err = closed
	}
	return err
}

// atOnce asks for all lines at the same time.
func (t *trial) atOnce(lines []string) {
	alone := make([]*Result, len(lines))
	for i, line := range lines {
		alone[i] = t.ask(line, trialTime)
	}
	others := make([]*Result, together*len(lines))
	var wait sync.WaitGroup
	for i := range others {
		wait.Go(func() { others[i] = t.ask(lines[i%len(lines)], trialTime) })
	}
	wait.Wait()
	for i, other := range others {
		i %= len(lines)
		if differs(alone[i], other) && !t.varies(lines[i], alone[i]) {
			t.errorf(lines[i], "the answer alone is %.200q, with others at the same time it can be another", alone[i].Wire)
		}
	}
}

// varies reports whether h gives other answers also to one client alone, as dice
// and clocks do.
func (t *trial) varies(line string, alone *Result) bool {
	for range 32 {
		if differs(alone, t.ask(line, trialTime)) {
			return true
		}
	}
	return false
}

// differs reports whether both answers came whole, other was no refusal, and they
// are not the same.
func differs(alone, other *Result) bool {
	return alone.Err == nil && other.Err == nil && !isRefusal(other.Wire) && !bytes.Equal(alone.Wire, other.Wire)
}
