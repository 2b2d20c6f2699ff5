package main

import (
	"bytes"
	"fmt"
	"io"
)

// An answer is the bytes that a server must send: a block, repeated, and a tail. So what
// is expected of a file of 100 MB takes the memory of its block.
type answer struct {
	block string
	times int
	tail  string
}

// size returns the length in bytes.
func (a answer) size() int64 { return int64(len(a.block))*int64(a.times) + int64(len(a.tail)) }

// WriteTo writes all of the answer to w.
func (a answer) WriteTo(w io.Writer) (n int64, err error) {
	for range a.times {
		if _, err := io.WriteString(w, a.block); err != nil {
			return 0, err
		}
	}
	_, err = io.WriteString(w, a.tail)
	return a.size(), err
}

// has reports whether the answer has p at the offset given, in bytes.
func (a answer) has(p []byte, at int64) bool {
	for repeated := a.size() - int64(len(a.tail)); len(p) > 0; {
		rest := a.tail
		if at < repeated {
			rest = a.block[at%int64(len(a.block)):]
		} else if rest = rest[min(at-repeated, int64(len(rest))):]; len(p) > len(rest) {
			return false
		}
		n := min(len(p), len(rest))
		if string(p[:n]) != rest[:n] {
			return false
		}
		p, at = p[n:], at+int64(n)
	}
	return true
}

// check reads r to its end, by way of buf, and returns an error unless it is the answer.
func (a answer) check(r io.Reader, buf []byte) error {
	var at int64
	for {
		n, err := r.Read(buf)
		if !a.has(buf[:n], at) {
			return fmt.Errorf("a wrong answer: at byte %d comes %.60q", at, bytes.Clone(buf[:n]))
		}
		at += int64(n)
		switch {
		case err == io.EOF && at == a.size():
			return nil
		case err == io.EOF:
			return fmt.Errorf("a wrong answer: it ends after %d of %d bytes", at, a.size())
		case err != nil:
			return fmt.Errorf("after %d of %d bytes: %w", at, a.size(), err)
		}
	}
}
