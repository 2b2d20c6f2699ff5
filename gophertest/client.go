package gophertest

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/memory"
)

const (
	// patience is how long Get waits for an answer: much less than the timeout of go
	// test, so that the test itself can fail.
	patience = 10 * time.Second
	// maxAnswer is how many bytes of an answer are kept, because some never end.
	maxAnswer = 64 << 20
)

// errTooLong is the error of an answer that has more than maxAnswer bytes.
var errTooLong = errors.New("gophertest: the answer has more than 64 MiB")

// Get asks h in memory, as a client that sends line and CRLF. The line is a selector, for
// a search followed by a TAB and the query. The answer is that of [gopherframe.Serve],
// also if h panics. After 10 seconds the context of the request ends; see [Client.Get] for
// handlers that then go on.
func Get(h gopherframe.Handler, line string) *Result {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return new(Client).Get(ctx, h, line)
}

// A Client asks handlers in memory, as if over the connection that Info describes. The
// zero Client works. It is safe for concurrent use.
type Client struct {
	Info gopherframe.Info // the zero Info works
}

// Get asks h as the function [Get] does. ctx becomes [gopherframe.Request.Context]. If h
// goes on for a second after ctx ended, or the answer has more than 64 MiB, Get returns
// the part that it has, and a Result with an Err. The goroutine of a handler that never
// ends is left behind.
func (c *Client) Get(ctx context.Context, h gopherframe.Handler, line string) *Result {
	answer := memory.Ask(ctx, h, line+"\r\n", c.Info)
	wire, err := readAll(answer)
	if closed := answer.Close(); err == nil {
		err = closed
	}
	res := &Result{Response: answer.Response(), Wire: wire, Err: err}
	typ, known := typeOf(res.Response)
	if !known && endsAsText(wire) {
		typ = gopherframe.TypeText
	}
	res.decode(typ, c.Info.PlainText)
	res.localize(cmp.Or(c.Info.Host, framing.DefaultHost), cmp.Or(c.Info.Port, framing.DefaultPort))
	return res
}

// readAll reads an answer, and no more than maxAnswer bytes of it.
func readAll(r io.Reader) ([]byte, error) {
	wire, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if len(wire) > maxAnswer {
		return wire[:maxAnswer], errTooLong
	}
	return wire, err
}
