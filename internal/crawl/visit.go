package crawl

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
	"gopherframe/internal/lint"
)

// word is the query for a search that answers a request without a query by an error.
const word = "gopher"

// An outcome is the result of asking for one page.
type outcome struct {
	dead      []lint.Problem     // why the link to the page is dead
	malformed []lint.Problem     // what is wrong with the menu, if it is one
	items     []gopherframe.Item // of the menu, unless it is the answer to a search
}

// visit asks for a page. A search is asked without a query, as w3m does to show its form,
// and with one if the answer to that is an error.
func (c *Crawler) visit(ctx context.Context, link Link) outcome {
	timeout := cmp.Or(c.Timeout, defaultTimeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
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
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no whole answer within %v", timeout)
	}
	if err != nil {
		return outcome{dead: []lint.Problem{{Text: harmless.Quoted(err.Error())}}}
	}
	if !link.Type.IsMenu() {
		return outcome{}
	}
	if link.Type == gopherframe.TypeSearch && isText(wire) {
		return outcome{malformed: []lint.Problem{{Text: "the answer to a search is read as a menu, and this is a text"}}}
	}
	o := outcome{malformed: lint.Menu(wire)}
	if link.Type == gopherframe.TypeMenu {
		menu, err := answer.ParseMenu(bytes.NewReader(wire))
		o.items = menu.Items
		if err != nil {
			o.malformed = append(o.malformed, lint.Problem{Line: len(o.items) + 1, Text: strings.TrimPrefix(err.Error(), answer.ErrTooLong.Error()+": ") + ": the links from here on are not followed"})
		}
	}
	return o
}

// ask returns all of a menu, and of any other answer as much as tells whether it is an
// error. That is the first byte, or answer.MaxRefusal bytes more if that is the type of
// errors.
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
		wire, err = io.ReadAll(io.LimitReader(r, answer.MaxMenu+1))
		if len(wire) > answer.MaxMenu {
			err = fmt.Errorf("the menu has more than %d bytes", answer.MaxMenu)
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
