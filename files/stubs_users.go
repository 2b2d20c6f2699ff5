package files

import "gopherframe"

// userItems returns the items of "~" in a map: none.
func (s *server) userItems(base string) []gopherframe.Item { return nil }

// hostItems returns the items of "%" in a map: none.
func (s *server) hostItems() []gopherframe.Item { return nil }
