package middleware

import (
	"slices"

	"gopherframe"
)

// Footer returns a middleware that puts the items of m at the end of every menu. It
// copies m now and each menu then, so that neither that of the handler nor one that
// is kept in a Cache changes. It panics if m is nil.
//
// Other answers pass through, errors among them: clients that find an error in a
// menu show nothing else. It believes nothing that a client says, and cannot fail.
// It comes outside of Cache, to be the same everywhere, or inside, to save the copy.
func Footer(m *gopherframe.Menu) gopherframe.Middleware {
	if m == nil {
		panic("middleware: Footer(nil): give a menu, or leave it out")
	}
	items := slices.Clone(m.Items)
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			if menu, ok := resp.(*gopherframe.Menu); ok && menu != nil {
				return &gopherframe.Menu{Items: slices.Concat(menu.Items, items)}
			}
			return resp
		}
	}
}
