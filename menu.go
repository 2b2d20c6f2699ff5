package gopherframe

import (
	"fmt"
	"time"

	"gopherframe/internal/framing"
)

// A Menu is a list of items. Its methods add to it and return it. The zero Menu
// is empty and ready for use. No value put into a menu can forge a line: see
// [Item].
type Menu struct {
	Items []Item
}

// An Item is a line of a menu. CR, LF, TAB and NUL in any of its fields are
// written as SPACE.
//
// An item without Host or Port belongs to this server: [Request].Host and Port
// fill them when it is written. An item of another Host and without Port is on
// port 70, and one with a negative Port on Request.Port: another name of this server, see
// [Hosts]. Info and error items lead nowhere and need neither.
type Item struct {
	Type     ItemType
	Name     string // what people see
	Selector string
	Host     string
	Port     int
	// Date is when what the item leads to was written. Gopher has no place for it; a menu
	// with dates has a feed where listen/web serves it. The zero Date is unknown.
	Date time.Time
}

// NewMenu returns an empty menu.
func NewMenu() *Menu { return &Menu{} }

// Add adds items as they are.
func (m *Menu) Add(items ...Item) *Menu {
	m.Items = append(m.Items, items...)
	return m
}

// Link adds an item of this server.
func (m *Menu) Link(typ ItemType, name, selector string) *Menu {
	return m.Add(Item{Type: typ, Name: name, Selector: selector})
}

// Info adds a line of text. Clients show about 70 columns.
func (m *Menu) Info(text string) *Menu { return m.Link(TypeInfo, text, "") }

// Infof adds a line of text, formatted as by [fmt.Sprintf].
func (m *Menu) Infof(format string, args ...any) *Menu {
	return m.Info(fmt.Sprintf(format, args...))
}

// Text adds a link to a text.
func (m *Menu) Text(name, selector string) *Menu { return m.Link(TypeText, name, selector) }

// Menu adds a link to another menu.
func (m *Menu) Menu(name, selector string) *Menu { return m.Link(TypeMenu, name, selector) }

// Search adds a search: clients ask for words, which arrive as Request.Query.
func (m *Menu) Search(name, selector string) *Menu { return m.Link(TypeSearch, name, selector) }

// Binary adds a link to a file to be saved.
func (m *Menu) Binary(name, selector string) *Menu { return m.Link(TypeBinary, name, selector) }

// Image adds a link to a picture other than GIF.
func (m *Menu) Image(name, selector string) *Menu { return m.Link(TypeImage, name, selector) }

// URL adds a link to a URL outside Gopher, in the form that clients agree on:
// an HTML item with the selector "URL:" and the url. Many of them ask this
// server for that selector, so an app should answer it.
func (m *Menu) URL(name, url string) *Menu { return m.Link(TypeHTML, name, framing.URLPrefix+url) }

// Error adds a line that says what failed. Some clients then show nothing else
// of the menu, so it is best alone.
func (m *Menu) Error(text string) *Menu { return m.Link(TypeError, text, "") }
