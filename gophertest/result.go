package gophertest

import (
	"bytes"
	"io"
	"strings"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
)

// A Result is an answer. Its fields can be compared with go-cmp.
type Result struct {
	// Response is the value that the handler returned. It is nil if the handler
	// panicked, if it was not asked because the line was too long, and if the answer
	// is that of a [Server].
	Response gopherframe.Response

	Wire []byte // the answer as it was sent

	// Text is the answer if it is a text, without the framing and with lines that end in
	// LF. A File without a Type is a text if it was framed as one.
	Text string

	// Menu is the answer if it is a menu, as [client.ParseMenu] reads it. Items of this
	// server have neither Host nor Port, so that it equals the menu that a handler
	// made. An error is a menu with one item of TypeError, as it is to clients.
	Menu *gopherframe.Menu

	// Err says why Response was not sent whole, or is the panic of the handler. It is nil
	// for an *Error that was sent, which [gopherframe.ErrorOf] returns.
	Err error
}

// decode sets Menu or Text, for an answer of the type. A plain text has no
// dot-stuffing and no final period.
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

// localize removes Host and Port from the items of the server at that address.
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

// typeOf returns the type as which an answer is sent. It is not known of a File without a
// Type, which Serve finds out from its name or content.
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
	return gopherframe.TypeBinary, true // also for an *Error, which decode knows by its bytes
}

func endsAsText(wire []byte) bool {
	return bytes.HasSuffix(wire, []byte(framing.LineEnd+framing.Final+framing.LineEnd))
}
