package middleware

import (
	"fmt"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
)

// GopherPlus answers clients of Gopher+ so that they can use a server of plain Gopher. The
// UMN client, started as `gopher HOST PORT`, sends TAB "$" and gives up unless the answer
// is in the format of Gopher+. It gets an +INFO block for the root menu, after which it
// goes on; TAB "!" on the root gets the same. On other selectors "$" and "!" are searches
// and go to the handler: Gopher+ clients ask for attributes only where a menu says that
// there are some, and menus here never do.
//
// A request with the field "+", or "+" and a view, such as "+text/plain", is answered like
// a plain one: the handler sees an empty Query, or the words of the search that came before
// that field. Extra keeps all fields. A search for "+" alone looks the same, so its handler
// sees no query; a search for "+gopher" is a search.
//
// Host and Port of the Request go into the +INFO block, with SPACE for control characters.
// GopherPlus belongs on the Router at the top, inside Logger and outside everything that
// looks at the query. It allocates nothing for plain requests.
func GopherPlus(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		if len(q.Extra) == 0 {
			return next(q)
		}
		if asksForInfo(q) {
			return gopherframe.Binary(fmt.Sprintf("+-1\r\n+INFO: 1Main menu\t\t%s\t%d\r\n.\r\n",
				harmless.Line(q.Host), framing.Port(q.Port)))
		}
		if q.Query == q.Extra[0] && isPlus(q.Extra[0]) {
			// A copy: middleware outside goes on with the query that was sent.
			q = q.WithContext(q.Context())
			q.Query = ""
		}
		return next(q)
	}
}

// asksForInfo reports whether q asks for the attributes of the root menu. Names of blocks
// may follow the mark, as in "!+ADMIN".
func asksForInfo(q *gopherframe.Request) bool {
	field := q.Extra[0]
	return (q.Selector == "" || q.Selector == "/") && len(q.Extra) == 1 &&
		(field == "$" || field == "!" || strings.HasPrefix(field, "$+") || strings.HasPrefix(field, "!+"))
}

// isPlus reports whether field, the first one after the selector, is the mark of Gopher+
// and not a search: "+", or "+" and a view, which is a media type and perhaps a language.
func isPlus(field string) bool {
	view, ok := strings.CutPrefix(field, "+")
	if !ok || view == "" {
		return ok
	}
	view, _, _ = strings.Cut(view, " ")
	typ, subtype, _ := strings.Cut(view, "/")
	return typ != "" && subtype != ""
}
