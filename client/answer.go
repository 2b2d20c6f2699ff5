package client

import (
	"bufio"
	"cmp"
	"io"

	"gopherframe"
	"gopherframe/internal/answer"
)

// An Answer is the answer of a server, which is read while the server sends it. It must
// be closed. It is not safe for concurrent use, except that Close may be called at any
// time and makes a Read fail.
type Answer struct {
	URL  *URL // as it was asked for
	body *bufio.Reader
	wire *patient
	stop func() bool // ends the watch for the end of the context
}

func newAnswer(u *URL, wire *patient, maxBytes int64, stop func() bool) *Answer {
	return &Answer{URL: u, body: bufio.NewReader(limit(wire, cmp.Or(maxBytes, defaultBytes))), wire: wire, stop: stop}
}

// Read reads the bytes as they were sent. It returns as soon as some have arrived.
func (a *Answer) Read(p []byte) (int, error) { return a.body.Read(p) }

// Text returns a reader of the answer as a text: see [NewTextReader].
func (a *Answer) Text() io.Reader { return NewTextReader(a.body) }

// Menu reads the answer as a menu: see [ParseMenu]. A menu of more than 16 MiB is an
// [ErrTooLong], too.
func (a *Answer) Menu() (*gopherframe.Menu, error) {
	return ParseMenu(limit(a.body, answer.MaxMenu))
}

// Close closes the connection.
func (a *Answer) Close() error {
	a.stop()
	return a.wire.conn.Close()
}

// Refusal returns a *gopherframe.Error if the answer is one error item and nothing else,
// whatever the type of the URL, and nil otherwise, also if the answer breaks off. It must
// be called before anything is read, and leaves all to be read. It waits until enough of
// the answer has arrived to decide, no longer.
func (a *Answer) Refusal() error {
	for n := 1; n <= answer.MaxRefusal+1; n = a.body.Buffered() + 1 {
		_, err := a.body.Peek(n)
		seen, _ := a.body.Peek(a.body.Buffered()) // may be more than n bytes
		text, state := answer.Refusal(seen, err != nil)
		switch state {
		case answer.IsRefusal:
			return &gopherframe.Error{Text: text}
		case answer.IsOther:
			return nil
		}
	}
	return nil
}
