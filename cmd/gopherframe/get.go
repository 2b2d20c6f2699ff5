package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/harmless"
)

// getCmd has the flags of get.
type getCmd struct {
	Output    string `short:"o" placeholder:"FILE" help:"Write to FILE, which is replaced when all of the answer has arrived."`
	Raw       bool   `help:"Write the bytes as the server sent them."`
	clientTLS `embed:""`
	URL       string `arg:"" name:"url" help:"gopher://HOST[:PORT]/TSELECTOR, where T is the item type; %09 and words behind it for a search. gophers:// for TLS, gopher+quic:// for QUIC."`
}

// Run fetches the URL and prints or saves the answer.
func (c *getCmd) Run(ctx context.Context) error {
	if _, err := client.ParseURL(c.URL); err != nil {
		return usageError{err}
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // for what libraries log: quic-go advises on buffer sizes
	from, err := c.clientTLS.client()
	if err != nil {
		return err
	}
	answer, err := from.Get(ctx, c.URL)
	if err != nil {
		return explain(err)
	}
	defer answer.Close()
	if !c.Raw {
		if err := answer.Refusal(); err != nil {
			return fmt.Errorf("%s says: %s", answer.URL.Host, err)
		}
	}
	if c.Output == "" || c.Output == "-" {
		if c.isBinary(answer.URL.Type) && term.IsTerminal(int(os.Stdout.Fd())) {
			return usageError{fmt.Errorf("%s is not for a terminal: use -o FILE, or --raw to see it all the same", c.URL)}
		}
		return c.write(os.Stdout, answer)
	}
	return c.save(answer)
}

// isBinary reports whether the bytes of an answer may be anything, and are written as
// they come.
func (c *getCmd) isBinary(typ gopherframe.ItemType) bool {
	return !c.Raw && !typ.IsText() && !typ.IsMenu() && typ != gopherframe.TypeHTML
}

// save writes the answer to the file of -o. A regular file is replaced when all of the
// answer has arrived; until then it stays as it is, and a file beside it is written.
func (c *getCmd) save(answer *client.Answer) error {
	if info, err := os.Stat(c.Output); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return usageError{fmt.Errorf("-o %s: is a directory; name a file", c.Output)}
		}
		f, err := os.OpenFile(c.Output, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		return c.write(f, answer)
	}
	f, name, err := c.part()
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // which fails after the Rename
	defer f.Close()
	if err := c.write(f, answer); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// part creates a file in the directory of the file of -o, to be renamed to name: the file
// of -o or, if that is a symbolic link, the file that it leads to, whose mode it gets.
func (c *getCmd) part() (f *os.File, name string, err error) {
	name, mode := c.Output, os.FileMode(0o666) // of a new file, reduced by the umask
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, "", err
		}
	}
	f, err = os.OpenFile(fmt.Sprintf("%s.%d.part", name, os.Getpid()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, "", fmt.Errorf("-o %s: %w", c.Output, err)
	}
	return f, name, nil
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
