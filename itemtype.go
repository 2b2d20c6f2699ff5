package gopherframe

import "fmt"

// An ItemType is the first byte of a menu line and tells the client what the
// selector leads to: RFC 1436 section 3.8, and since then custom.
type ItemType byte

const (
	TypeText   ItemType = '0' // a text, framed with a final period
	TypeMenu   ItemType = '1' // another menu
	TypeError  ItemType = '3' // what failed
	TypeSearch ItemType = '7' // a search: clients ask for words, and get a menu
	TypeTelnet ItemType = '8' // a host for telnet
	TypeBinary ItemType = '9' // a file to save
	TypeGIF    ItemType = 'g' // a picture in GIF form
	TypeHTML   ItemType = 'h' // a page of HTML, or a link by URL
	TypeInfo   ItemType = 'i' // text between the links
	TypeImage  ItemType = 'I' // a picture in any other form
	TypeSound  ItemType = 's' // a sound
)

// IsMenu reports whether clients read an answer of this type as a menu: of TypeMenu,
// and of TypeSearch, whose results are one.
func (t ItemType) IsMenu() bool { return t == TypeMenu || t == TypeSearch }

// LeadsNowhere reports whether an item of this type is only there to be read: its
// selector, host and port mean nothing.
func (t ItemType) LeadsNowhere() bool { return t == TypeInfo || t == TypeError }

// String returns the type as it stands in a menu, "I" for TypeImage, and "" for 0.
// A byte that is no printable ASCII is quoted, as "\x01".
func (t ItemType) String() string {
	switch {
	case t == 0:
		return ""
	case t < ' ' || t > '~':
		return fmt.Sprintf(`\x%02x`, byte(t))
	}
	return string(rune(t))
}

// IsText reports whether answers of this type are framed as text, with lines
// that end CRLF and a final period. HTML is not: browsers take it verbatim, and
// would show the period.
func (t ItemType) IsText() bool { return t == TypeText }
