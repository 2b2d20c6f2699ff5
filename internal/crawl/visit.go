package crawl

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
	"gopherframe/internal/lint"
)

const (
	// maxMenu is how many bytes of a menu are read. An automatic one of the largest
	// directory has less.
	maxMenu = 16 << 20
	// word is what a search is asked for that does not answer to nothing.
	word = "gopher"
)

// A visited page has what is wrong with it, and where it leads.
type visited struct {
	dead      []lint.Problem     // why the link to it is dead
	malformed []lint.Problem     // what is wrong with a menu
	items     []gopherframe.Item // the links to be followed
}

// visit asks for a page. A search is asked for nothing, as w3m does to show its
// form, and for a word if it then refuses; what it finds is not followed.
func (c *Crawler) visit(ctx context.Context, link Link) visited {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Timeout, defaultTimeout))
	defer cancel()
	wire, err := c.ask(ctx, link.Type, link.Selector)
	refusal, _ := answer.Refusal(wire, true)
	if link.Type == gopherframe.TypeSearch && err == nil && refusal != "" {
		wire, err = c.ask(ctx, link.Type, link.Selector, word)
		refusal, _ = answer.Refusal(wire, true)
	}
	if err == nil {
		if refusal != "" {
			err = fmt.Errorf("the answer is %q", refusal)
		} else if len(wire) == 0 && link.Type.IsText() {
			err = errors.New("nothing was sent")
		}
	}
	if err != nil {
		return visited{dead: []lint.Problem{{Text: harmless.Quoted(err.Error())}}}
	}
	if !link.Type.IsMenu() {
		return visited{}
	}
	if link.Type == gopherframe.TypeSearch && isText(wire) {
		return visited{malformed: []lint.Problem{{Text: "the answer to a search is read as a menu, and this is a text"}}}
	}
	a := visited{malformed: lint.Menu(wire)}
	if link.Type == gopherframe.TypeMenu {
		// The error of a line that is too long is among what is malformed.
		menu, _ := answer.ParseMenu(bytes.NewReader(wire))
		a.items = menu.Items
	}
	return a
}

// ask returns the whole of a menu, and of anything else as much as it takes to
// know that it is no refusal.
func (c *Crawler) ask(ctx context.Context, typ gopherframe.ItemType, fields ...string) (wire []byte, err error) {
	r, err := c.Fetch(ctx, typ, fields...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := r.Close(); err == nil {
			err = closed
		}
	}()
	if typ.IsMenu() {
		wire, err = io.ReadAll(io.LimitReader(r, maxMenu+1))
		if len(wire) > maxMenu {
			err = fmt.Errorf("the menu has more than %d bytes", maxMenu)
		}
		return wire, err
	}
	first := make([]byte, 1)
	if _, err = io.ReadFull(r, first); err == nil && first[0] == byte(gopherframe.TypeError) {
		wire, err = io.ReadAll(io.LimitReader(r, answer.MaxRefusal))
	}
	if err == io.EOF {
		return nil, nil
	}
	return append(first, wire...), err
}

// isText reports whether an answer has lines and none of them is an item, not even a
// malformed one, which has a TAB somewhere behind its type.
func isText(wire []byte) bool {
	lines := 0
	for line := range bytes.Lines(wire) {
		line = bytes.TrimRight(line, framing.LineEnd)
		if string(line) == framing.Final {
			break
		}
		if bytes.IndexByte(line, '\t') > 0 {
			return false
		}
		lines++
	}
	return lines > 0
}
