package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress counts what is written to w, and says so on stderr when that takes
// long and is a terminal, unless w is a terminal itself.
type progress struct {
	w        io.Writer
	onScreen bool // w is a terminal
	quiet    bool
	total    int64
	next     time.Time // to say something
	shown    bool
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
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

func (p *progress) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.total += int64(n)
	p.say("%.1f MB", float64(p.total)/1e6)
	return n, err
}

// say replaces what was said last, if it is time for that.
func (p *progress) say(format string, args ...any) {
	if now := time.Now(); !p.quiet && now.After(p.next) {
		fmt.Fprintf(os.Stderr, "\r\x1b[K"+format, args...)
		p.next = now.Add(progressEvery)
		p.shown = true
	}
}

// clear takes the last word back.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
		p.shown = false
	}
}
