package client

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"net"

	"gopherframe"
)

// An Answer is what a server sends, while it sends it. It must be closed.
type Answer struct {
	URL  *URL
	body *bufio.Reader
	conn net.Conn
	stop func() bool // watching the context
}

func newAnswer(u *URL, conn net.Conn, r io.Reader, maxBytes int64, stop func() bool) *Answer {
	return &Answer{URL: u, body: bufio.NewReader(limit(r, cmp.Or(maxBytes, defaultBytes))), conn: conn, stop: stop}
}

// Read reads the bytes as they come.
func (a *Answer) Read(p []byte) (int, error) { return a.body.Read(p) }

// Text returns a reader of the answer as a text: see gopherframe.NewTextReader.
func (a *Answer) Text() io.Reader { return gopherframe.NewTextReader(a.body) }

// maxMenu is how many bytes a menu may have, which is kept whole: a hundred thousand
// items.
const maxMenu = 16 << 20

// Menu reads the answer as a menu.
func (a *Answer) Menu() (*gopherframe.Menu, error) {
	return gopherframe.ParseMenu(limit(a.body, maxMenu))
}

// Close closes the connection.
func (a *Answer) Close() error {
	a.stop()
	return a.conn.Close()
}

// maxRefusal is how many bytes Refusal looks at.
const maxRefusal = 1024

// Refusal returns a *gopherframe.Error if all of the answer is one error item,
// whatever was asked for, and nil otherwise. It must be called before anything
// is read, and leaves all to be read. It waits for no more of the answer than it
// takes to know.
func (a *Answer) Refusal() error {
	for n := 1; n <= maxRefusal; n = a.body.Buffered() + 1 {
		seen, err := a.body.Peek(n)
		if len(seen) == 0 || seen[0] != byte(gopherframe.TypeError) {
			return nil
		}
		seen, _ = a.body.Peek(a.body.Buffered()) // what came with it
		menu, parse := gopherframe.ParseMenu(bytes.NewReader(seen))
		switch {
		case parse != nil || len(menu.Items) > 1 && !isEnd(seen):
			return nil
		case isEnd(seen) || err == io.EOF:
			if len(menu.Items) == 1 && menu.Items[0].Type == gopherframe.TypeError && bytes.IndexByte(seen, '\t') > 0 {
				return &gopherframe.Error{Text: menu.Items[0].Name}
			}
			return nil
		case err != nil:
			return nil
		}
	}
	return nil
}

// isEnd reports whether a menu ends with what was seen of it.
func isEnd(seen []byte) bool {
	return bytes.HasSuffix(seen, []byte("\n.\r\n")) || bytes.HasSuffix(seen, []byte("\n.\n"))
}
