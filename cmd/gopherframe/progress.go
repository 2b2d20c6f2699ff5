package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// A progress is a writer to w that shows on stderr how much was written, after some time
// and only if stderr is a terminal and w is not.
type progress struct {
	w        io.Writer
	onScreen bool  // w is a terminal
	quiet    bool  // nothing is shown
	total    int64 // bytes written
	next     time.Time
	shown    bool // there is a message on the terminal
}

const (
	progressAfter = time.Second            // until the first message
	progressEvery = 200 * time.Millisecond // until the next one
)

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	onScreen := ok && term.IsTerminal(int(f.Fd()))
	return &progress{
		w:        w,
		onScreen: onScreen,
		quiet:    onScreen || !term.IsTerminal(int(os.Stderr.Fd())),
		next:     time.Now().Add(progressAfter),
	}
}

// Write implements io.Writer.
func (p *progress) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.total += int64(n)
	p.show("%.1f MB", float64(p.total)/1e6)
	return n, err
}

// show replaces the message on the terminal, if it is time for the next one.
func (p *progress) show(format string, args ...any) {
	if now := time.Now(); !p.quiet && now.After(p.next) {
		fmt.Fprintf(os.Stderr, "\r\x1b[K"+format, args...)
		p.next = now.Add(progressEvery)
		p.shown = true
	}
}

// clear removes the message from the terminal.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
		p.shown = false
	}
}
