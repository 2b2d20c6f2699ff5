package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/harmless"
)

// getCmd has the flags of get.
type getCmd struct {
	saveAs    `embed:""`
	Raw       bool     `help:"Write the bytes as the server sent them."`
	Timeout   duration `default:"60s" placeholder:"TIME" help:"How long connecting, or the next byte of an answer, may take. A bare number is seconds. (default: ${default})"`
	clientTLS `embed:""`
	URL       []string `arg:"" name:"url" help:"gopher://HOST[:PORT]/TSELECTOR, where T is the item type; %09 and words behind it for a search. gophers:// for TLS, gopher+quic:// for QUIC. Several are fetched one after the other."`
}

// errTold is for errors that stderr has been told of.
var errTold = errors.New("")

// Run fetches the URLs and prints or saves the answers. If there are several, one that
// fails does not keep the others from being fetched.
func (c *getCmd) Run(ctx context.Context) error {
	for _, url := range c.URL {
		if _, err := client.ParseURL(url); err != nil {
			return usageError{err}
		}
	}
	if err := cmp.Or(c.check(len(c.URL)), c.Timeout.moreThanNothing("--timeout")); err != nil {
		return err
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // for what libraries log: quic-go advises on buffer sizes
	from, err := c.clientTLS.client()
	if err != nil {
		return err
	}
	from.IdleTimeout = time.Duration(c.Timeout)
	var told error
	for _, url := range c.URL {
		switch err := c.fetch(ctx, from, url); {
		case ctx.Err() != nil && (err != nil || len(c.URL) > 1):
			return errors.New("interrupted")
		case err != nil && len(c.URL) == 1:
			return err
		case err != nil:
			complain(fmt.Errorf("%s: %s", url, message(err)))
			told = errTold
		}
	}
	return told
}

// fetch fetches a URL and prints or saves the answer.
func (c *getCmd) fetch(ctx context.Context, from *client.Client, url string) error {
	u, err := client.ParseURL(url)
	if err != nil {
		return err
	}
	name, err := c.name(u)
	if err != nil {
		return err
	}
	answer, err := from.Get(ctx, url)
	if err != nil {
		return explain(err)
	}
	defer answer.Close()
	if !c.Raw {
		if err := answer.Refusal(); err != nil {
			return fmt.Errorf("%s says: %s%s", u.Host, err, typeHint(u, true))
		}
	}
	write := func(w io.Writer) error { return c.write(w, answer) }
	switch {
	case c.RemoteName:
		err = saveNew(name, write)
	case name != "":
		err = save(name, write)
	case c.isBinary(u.Type) && term.IsTerminal(int(os.Stdout.Fd())):
		return usageError{fmt.Errorf("%s is not for a terminal: use -o FILE, or --raw to see it all the same%s", url, typeHint(u, false))}
	default:
		err = write(os.Stdout)
	}
	if err != nil {
		return explain(err)
	}
	if hint := typeHint(u, false); hint != "" {
		complain(errors.New(url + hint))
	}
	return nil
}

// isBinary reports whether the bytes of an answer may be anything, and are written as
// they come.
func (c *getCmd) isBinary(typ gopherframe.ItemType) bool {
	return !c.Raw && !typ.IsText() && !typ.IsMenu() && typ != gopherframe.TypeHTML
}

// A countingReader counts the bytes that are read through it.
type countingReader struct {
	io.Reader
	n int64
}

// Read implements io.Reader.
func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

// write writes the answer to w in the form that its type and --raw ask for, each part as
// soon as it arrives. An answer without a byte is an error, except for a file: an empty
// menu or text has its final period.
func (c *getCmd) write(w io.Writer, answer *client.Answer) error {
	out := newProgress(w)
	defer out.clear()
	received := &countingReader{Reader: answer}
	typ := answer.URL.Type
	var err error
	switch {
	case !c.Raw && typ.IsMenu():
		err = printMenu(out, answer.URL, received)
	case !c.Raw && typ.IsText() && out.onScreen:
		err = printText(out, client.NewTextReader(received))
	case !c.Raw && typ.IsText():
		_, err = io.Copy(out, client.NewTextReader(received))
	case !c.Raw && typ == gopherframe.TypeHTML && out.onScreen:
		err = printText(out, received)
	default:
		_, err = io.Copy(out, received)
	}
	if err != nil || received.n > 0 || c.Raw || c.isBinary(typ) {
		return err
	}
	if answer.URL.Scheme == "gopher" {
		return fmt.Errorf("%s sent nothing (if it speaks TLS there, try gophers://)", answer.URL.Host)
	}
	return fmt.Errorf("%s sent nothing", answer.URL.Host)
}

// printText copies text to a terminal, line by line while it arrives, without the
// characters that would steer the terminal. Of a line of more than 64 KiB it prints a
// piece at a time.
func printText(w io.Writer, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := lines.ReadSlice('\n')
		text, ended := strings.CutSuffix(string(line), "\n")
		text = harmless.Text(text)
		if ended {
			text += "\n"
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		switch err {
		case nil, bufio.ErrBufferFull:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}
