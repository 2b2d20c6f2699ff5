package middleware

import (
	"slices"

	"gopherframe"
)

// Footer returns a middleware that adds the items of m to the end of every menu. It panics
// if m is nil. Footer copies m when it is called, and each menu before it adds to it, so
// that neither the handler's menu nor one kept by Cache changes.
//
// Other answers stay as they are, among them errors: a client that finds an error in a menu
// may show nothing else. Inside Cache, the footer is kept with the menu. Outside, it is
// added to each answer anew, which costs a copy of the menu.
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
