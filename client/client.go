// Package client fetches what Gopher servers have.
package client

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"gopherframe"
)

// idle is how long a server may send nothing: nobody waits longer at a terminal.
const idle = 60 * time.Second

// An Answer is what a server sends, while it sends it. It must be closed.
type Answer struct {
	URL  *URL
	body *bufio.Reader
	conn net.Conn
	stop func() bool // watching the context
}

// Get asks for the URL, see ParseURL. It returns once the request is sent; a
// server that then sends nothing for a minute, or the end of ctx, is an error
// when the answer is read.
func Get(ctx context.Context, url string) (*Answer, error) {
	u, err := ParseURL(url)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	dial, cancel := context.WithTimeout(ctx, idle)
	defer cancel()
	conn, err := dialer.DialContext(dial, "tcp", net.JoinHostPort(u.Host, u.Port))
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	fields := []string{u.Selector}
	if u.Query != "" {
		fields = append(fields, u.Query)
	}
	if err := gopherframe.WriteRequest(conn, fields...); err != nil {
		conn.Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	return &Answer{URL: u, body: bufio.NewReader(&patient{ctx, conn}), conn: conn, stop: stop}, nil
}

// patient reads from a connection as long as something comes.
type patient struct {
	ctx  context.Context
	conn net.Conn
}

func (p *patient) Read(b []byte) (int, error) {
	p.conn.SetReadDeadline(time.Now().Add(idle))
	n, err := p.conn.Read(b)
	if err != nil && err != io.EOF {
		if p.ctx.Err() != nil {
			err = p.ctx.Err()
		}
		err = fmt.Errorf("client: the answer broke off: %w", err)
	}
	return n, err
}

// Read reads the bytes as they come.
func (a *Answer) Read(p []byte) (int, error) { return a.body.Read(p) }

// Text returns a reader of the answer as a text: see gopherframe.NewTextReader.
func (a *Answer) Text() io.Reader { return gopherframe.NewTextReader(a.body) }

// Menu reads the answer as a menu.
func (a *Answer) Menu() (*gopherframe.Menu, error) { return gopherframe.ParseMenu(a.body) }

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
