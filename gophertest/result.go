package gophertest

import (
	"bytes"
	"io"
	"strings"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
)

// A Result is an answer. What it has can be compared with go-cmp.
type Result struct {
	// Response is the value that the handler returned: nil if it panicked, was not
	// asked because the line was too long, or is behind a [Server].
	Response gopherframe.Response

	Wire []byte // as it was sent

	// Text is the answer if it is a text: lines end LF, and the framing is gone. A
	// File without a Type is a text if it was framed as one.
	Text string

	// Menu is the answer if it is a menu, as [client.ParseMenu] reads it, but
	// without Host and Port where an item is of this server: it equals the menu that
	// a handler made. An error is, to a client, a menu of one item of TypeError.
	Menu *gopherframe.Menu

	// Err is why not all was sent that the handler gave, or what it panicked with. It
	// is nil for an answer that is an error; see [gopherframe.ErrorOf] for these.
	Err error
}

// decode takes the answer apart as one of the type.
func (r *Result) decode(typ gopherframe.ItemType, plain bool) {
	if typ.IsMenu() || isRefusal(r.Wire) {
		r.Menu, _ = answer.ParseMenu(bytes.NewReader(r.Wire)) // as far as it can be read
		return
	}
	switch {
	case !typ.IsText():
	case plain:
		r.Text = strings.ReplaceAll(string(r.Wire), "\r\n", "\n")
	default:
		text, _ := io.ReadAll(framing.NewReader(bytes.NewReader(r.Wire))) // has no error
		r.Text = string(text)
	}
}

// localize removes the address from items of this server.
func (r *Result) localize(host string, port int) {
	if r.Menu == nil {
		return
	}
	for i := range r.Menu.Items {
		if it := &r.Menu.Items[i]; it.Host == host && it.Port == port {
			it.Host, it.Port = "", 0
		}
	}
}

// isRefusal reports whether the answer is one error item and nothing else.
func isRefusal(wire []byte) bool {
	_, state := answer.Refusal(wire, true)
	return state == answer.IsRefusal
}

// typeOf returns what type an answer is sent as, and false if only its content
// tells.
func typeOf(resp gopherframe.Response) (typ gopherframe.ItemType, known bool) {
	switch resp := resp.(type) {
	case gopherframe.Text:
		return gopherframe.TypeText, true
	case *gopherframe.Menu:
		return gopherframe.TypeMenu, true
	case *gopherframe.Stream:
		if resp != nil {
			return resp.Type, true
		}
	case *gopherframe.File:
		if resp != nil {
			return resp.Type, resp.Type != 0
		}
	}
	return gopherframe.TypeBinary, true // or an error, which shows
}

func endsAsText(wire []byte) bool {
	return bytes.HasSuffix(wire, []byte(framing.LineEnd+framing.Final+framing.LineEnd))
}
