package filetype

import (
	"fmt"
	"path"
	"strings"
)

// Extensions has types by extension, which is in lower case and begins with its period. The
// nil Extensions has none.
type Extensions map[string]byte

// IsType reports whether clients know items of the type: it is printable ASCII. A period would end the
// menu for some.
func IsType(typ byte) bool { return ' ' < typ && typ <= '~' && typ != '.' }

// Set sets the type of an extension, which may be written without its period and in any case.
// It returns an error if no file name can have the extension, or if no menu can have the type.
func (e Extensions) Set(ext string, typ byte) error {
	name := "." + strings.TrimPrefix(ext, ".")
	switch {
	case len(name) < 2 || strings.Contains(name, "/") || path.Ext(name) != name:
		return fmt.Errorf("extension %q: write what follows the last period of a name, as txt", ext)
	case !IsType(typ):
		return fmt.Errorf("type %q of the extension %q: write an item type, as 0 for a text or 9 for a file to save", typ, ext)
	}
	e[strings.ToLower(name)] = typ
	return nil
}
