package gopherframe

// An ItemType is the first byte of a menu line and tells the client what the
// selector leads to: RFC 1436 section 3.8, and since then custom.
type ItemType byte

const (
	TypeText   ItemType = '0'
	TypeMenu   ItemType = '1'
	TypeError  ItemType = '3'
	TypeSearch ItemType = '7'
	TypeTelnet ItemType = '8'
	TypeBinary ItemType = '9'
	TypeGIF    ItemType = 'g'
	TypeHTML   ItemType = 'h' // also links by URL
	TypeInfo   ItemType = 'i' // text between the links
	TypeImage  ItemType = 'I'
	TypeSound  ItemType = 's'
)

// IsText reports whether answers of this type are framed as text, with lines
// that end CRLF and a final period. HTML is not: browsers take it verbatim, and
// would show the period.
func (t ItemType) IsText() bool { return t == TypeText }
