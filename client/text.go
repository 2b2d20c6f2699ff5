package client

import (
	"io"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
)

// NewTextReader returns a reader of the text in an answer r: CRLF becomes LF, a period that
// was doubled at the beginning of a line becomes one, and the final period is gone. A
// period alone on a line with more text after it comes from a server that does not double
// periods, and stays. After a period alone on a line some servers send nothing more and keep
// the connection open. As more text could follow, the reader waits for what r has, and takes the
// period for the final one if r fails with os.ErrDeadlineExceeded then, as an [Answer]
// does after [Client.IdleTimeout].
func NewTextReader(r io.Reader) io.Reader { return framing.NewReader(r) }

// ParseMenu reads a menu as it was sent, up to its final period or the end of r.
// It accepts what real servers send: lines that end LF, missing fields, Gopher+
// fields, and lines without a TAB, which become info items. Info and error
// items that lead nowhere come back without Host and Port, as [gopherframe.Menu.Info]
// makes them. It returns the error of r, or an [ErrTooLong] for a line of more than 64 KiB
// or for more than 200,000 items; the menu then has the items read so far.
func ParseMenu(r io.Reader) (*gopherframe.Menu, error) { return answer.ParseMenu(r) }
