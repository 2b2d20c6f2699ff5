package gophertest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/lint"
	"gopherframe/internal/memory"
)

const (
	// firstByte is how long a Stream may take to send its first byte before its
	// context ends.
	firstByte = 100 * time.Millisecond
	// clients is how many clients ask for each line at the same time.
	clients = 8
)

// TestHandler tests what every [gopherframe.Handler] has to do. It returns an error that
// joins all faults, nil if there are none. It is a plain function, like
// [testing/slogtest.TestHandler], so that it also runs outside of a test. Run it with
// -race.
//
// The lines are requests that h answers well, within two seconds: each is a selector,
// for a search followed by a TAB and the query. Without lines, it is the root.
//
// For the lines, and for hostile requests:
//
//   - h returns an answer: not nil, no nil pointer, no panic;
//   - a request cannot put lines of its own into a menu, or get at /etc/passwd;
//   - h leaves the fields of its Request as they are;
//   - a Request made by a literal is answered, too.
//
// For the lines alone:
//
//   - the answer is not an error, and does not break off: not an *Error, nor a File
//     that cannot be opened, nor a Stream that fails while its context lasts;
//   - menus are well formed: [Lint] finds no errors in them;
//   - h, or the Stream that it returns, ends within a second after the context of the
//     request, whether that ends before h is called or while the answer is sent;
//   - eight clients at a time get the answer that one gets, or an error, since a server
//     may be busy. Where one client alone gets different answers, as from dice, these
//     are not compared.
func TestHandler(h gopherframe.Handler, lines ...string) error {
	if len(lines) == 0 {
		lines = []string{""}
	}
	t := &trial{h: h}
	return t.run(lines, nil)
}

// run does what TestHandler does. The lines in failing are answered with an error, and
// may be.
func (t *trial) run(lines, failing []string) error {
	for _, line := range lines {
		t.answersWell(line)
	}
	lines = slices.Concat(lines, failing)
	for _, line := range lines {
		t.endsEarly(line)
	}
	t.atOnce(lines)
	t.attack(lines)
	return errors.Join(t.errs...)
}

// answersWell asks for a line whose answer is whole, no error, and well formed.
func (t *trial) answersWell(line string) {
	ctx, cancel := context.WithTimeout(context.Background(), trialTime)
	defer cancel()
	res := t.askContext(ctx, line)
	var ended memory.Ended
	if errors.As(res.Err, &ended) || res.Response == nil && res.Err == nil {
		return // a panic, no end, or no answer: each has been reported
	}
	refusal, _ := answer.Refusal(res.Wire, true)
	switch {
	case refusal != "":
		t.errorf(line, "a line that should be answered well gets the error %q%s", refusal, causeOf(res, refusal))
	case res.Err != nil && ctx.Err() == nil:
		t.errorf(line, "a line that should be answered well gets an answer that breaks off: %v", res.Err)
	case res.Err == nil && isMenu(res.Response):
		for _, p := range lint.Menu(res.Wire) {
			if p.Severity == lint.Error {
				t.errorf(line, "the menu is malformed: %v", p)
			}
		}
	}
}

// causeOf returns the cause of a refusal in parentheses, "" if the text of the refusal
// is all there is.
func causeOf(res *Result, refusal string) string {
	err := gopherframe.ErrorOf(res.Response)
	if err == nil {
		err = res.Err
	}
	if err == nil || err.Error() == refusal {
		return ""
	}
	return " (" + err.Error() + ")"
}

func isMenu(resp gopherframe.Response) bool {
	_, ok := resp.(*gopherframe.Menu)
	return ok || isMenuStream(resp)
}

func isMenuStream(resp gopherframe.Response) bool {
	s, ok := resp.(*gopherframe.Stream)
	return ok && s.Type.IsMenu()
}

// endsEarly ends the context of one request before h is called, and that of another
// while its answer is sent.
func (t *trial) endsEarly(line string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := drain(memory.Ask(ctx, t.h, line+"\r\n", trialInfo)); errors.Is(err, memory.ErrStuck) {
		t.errorf(line, "the context had ended before the handler was called, and a second later the answer goes on")
	}

	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	defer time.AfterFunc(firstByte, cancel).Stop()
	answer := memory.Ask(ctx, t.h, line+"\r\n", trialInfo)
	io.ReadFull(answer, make([]byte, 1))
	cancel()
	if err := drain(answer); errors.Is(err, memory.ErrStuck) {
		t.errorf(line, "the context ended, and a second later the answer goes on")
	}
}

// atOnce has several clients ask for each line, all at the same time.
func (t *trial) atOnce(lines []string) {
	alone := make([]*Result, len(lines))
	for i, line := range lines {
		alone[i] = t.ask(line)
	}
	others := make([]*Result, clients*len(lines))
	var wait sync.WaitGroup
	for i := range others {
		wait.Go(func() { others[i] = t.ask(lines[i%len(lines)]) })
	}
	wait.Wait()
	for i, other := range others {
		i %= len(lines)
		if differs(alone[i], other) && !t.varies(lines[i], alone[i]) {
			t.errorf(lines[i], "one client alone gets %.200q, and something else while others ask", alone[i].Wire)
		}
	}
}

// varies reports whether one client that asks repeatedly gets different answers, too, as
// from dice and clocks.
func (t *trial) varies(line string, alone *Result) bool {
	for range 32 {
		if differs(alone, t.ask(line)) {
			return true
		}
	}
	return false
}

// differs reports whether both answers are whole, other is not an error, and they have
// different bytes.
func differs(alone, other *Result) bool {
	return alone.Err == nil && other.Err == nil && !isRefusal(other.Wire) && !bytes.Equal(alone.Wire, other.Wire)
}
