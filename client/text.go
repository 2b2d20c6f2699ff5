package client

import (
	"io"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
)

// NewTextReader returns a reader of the text in an answer r. Lines end LF, whatever the
// server ended them with, a period that was doubled at the beginning of a line is single,
// and the final period is gone. A period alone on a line with more text after it comes
// from a server that does not double periods, and stays.
func NewTextReader(r io.Reader) io.Reader { return framing.NewReader(r) }

// ParseMenu reads a menu as it was sent, up to its final period or the end of r.
// It takes what real servers send: lines that end LF, missing fields, Gopher+
// fields, and text without a TAB, which becomes an info item. Info and error
// items that lead nowhere come back without Host and Port, as [gopherframe.Menu.Info]
// makes them. It returns the error of r, or an [ErrTooLong] for a line of more than 64 KiB
// or for more than 200,000 items; the menu then has the items read so far.
func ParseMenu(r io.Reader) (*gopherframe.Menu, error) { return answer.ParseMenu(r) }
