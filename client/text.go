package client

import (
	"io"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
)

// NewTextReader returns a reader of the text that r has as it was sent: lines end LF,
// the period that the server put before another one is gone, and so is the final one.
// A period alone on a line with more text after it comes from a server that does not
// double periods, and stays.
func NewTextReader(r io.Reader) io.Reader { return framing.NewReader(r) }

// ParseMenu reads a menu as it was sent, up to its final period or the end of r.
// It takes what real servers send: lines that end LF, missing fields, Gopher+
// fields, and text without a TAB, which becomes an info item. Info and error
// items that lead nowhere come back without Host and Port, as [gopherframe.Menu.Info]
// makes them. The error is that of r, or of a line of more than 64 KiB; the menu then
// has the items read so far.
func ParseMenu(r io.Reader) (*gopherframe.Menu, error) { return answer.ParseMenu(r) }
