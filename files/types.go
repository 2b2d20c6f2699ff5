package files

import (
	"fmt"

	"gopherframe"
	"gopherframe/internal/filetype"
)

// Type returns an [Option]: files with the extension, as "gmi", in any case, have the type, in
// menus and when they are answered: a text is framed as text, all others are sent as they are.
// It comes before the type that the extension has otherwise, and of two for one extension the later
// one counts. A file of type 1 must be a menu as it goes over the wire. Type panics if no name can
// have the extension, and if nothing of the type can be asked for.
func Type(ext string, typ gopherframe.ItemType) Option {
	err := filetype.Extensions{}.Set(ext, byte(typ))
	if err == nil && typ.LeadsNowhere() {
		err = fmt.Errorf("nobody can ask for what has the type %v", typ)
	}
	if err != nil {
		panic(fmt.Sprintf("gopherframe: files.Type(%q, %q): %v", ext, byte(typ), err))
	}
	return func(s *server) {
		if s.types == nil {
			s.types = filetype.Extensions{}
		}
		s.types.Set(ext, byte(typ))
	}
}
