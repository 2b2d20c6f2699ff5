package gophertest

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"gopherframe"
	"gopherframe/internal/memory"
)

const (
	// patience is how long Get waits: a test should end before go test ends it.
	patience = 10 * time.Second
	// maxAnswer is how many bytes of an answer are kept: some never end.
	maxAnswer = 64 << 20
)

// errTooLong is the error of a Result that was cut.
var errTooLong = errors.New("gophertest: the answer has more than 64 MiB")

// Get asks h in memory, as a client asks that sends line and CRLF. The line is
// the selector, and behind a TAB the query of a search. The answer is the one of
// [gopherframe.Serve], also if h panics. After 10 seconds the context of the
// request ends; see [Client.Get] for what happens then.
func Get(h gopherframe.Handler, line string) *Result {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return new(Client).Get(ctx, h, line)
}

// A Client asks handlers in memory as one that came over a certain connection.
// The zero Client works. It is safe for concurrent use.
type Client struct {
	Info gopherframe.Info // address, transport, remote, server name and limits
}

// Get is the function Get for this client and ctx, which becomes
// [gopherframe.Request.Context]. If h goes on for a second after ctx ended, or the
// answer has more than 64 MiB, Get returns what there is with an Err. The goroutine
// of a handler that never ends is then left behind.
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
	res.localize(cmp.Or(c.Info.Host, memory.DefaultHost), cmp.Or(c.Info.Port, memory.DefaultPort))
	return res
}

// readAll reads an answer as far as a Result has it.
func readAll(r io.Reader) ([]byte, error) {
	wire, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if len(wire) > maxAnswer {
		return wire[:maxAnswer], errTooLong
	}
	return wire, err
}
