package middleware

import (
	"fmt"
	"strings"

	"gopherframe"
	"gopherframe/internal/harmless"
)

// GopherPlus answers clients of Gopher+ so that they can use a plain server. The
// UMN client, started as `gopher HOST PORT`, sends TAB "$" and gives up unless it
// is answered in Gopher+: it gets the one +INFO block that makes it go on, and so
// does TAB "!" on the root. Elsewhere both pass as they are: no menu says that
// there is anything to ask for, so they are searches.
//
// A request that ends in "+" or in "+" with a view, as "+text/plain", is answered
// as a plain one, with the Query "" or that of the search before the "+". Extra
// still has all fields. A search for "+" alone cannot be told from that, and is
// none; one for "+gopher" is.
//
// Trust: Host and Port of the Request, without what would end their field.
// Failure: none. Order: of the Router at the top, outside of all that looks at the
// query, inside of Logger. It allocates nothing for plain requests.
func GopherPlus(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		if len(q.Extra) == 0 {
			return next(q)
		}
		if asksForInfo(q) {
			return gopherframe.Binary(fmt.Sprintf("+-1\r\n+INFO: 1Main menu\t\t%s\t%d\r\n.\r\n",
				harmless.Line(q.Host), min(max(q.Port, 0), 65535)))
		}
		if q.Query == q.Extra[0] && isPlus(q.Extra[0]) {
			// A copy: what is outside of this goes on with what was asked.
			q = q.WithContext(q.Context())
			q.Query = ""
		}
		return next(q)
	}
}

// asksForInfo reports whether the request is for what the root is. Names of
// blocks may follow, as in "!+ADMIN".
func asksForInfo(q *gopherframe.Request) bool {
	field := q.Extra[0]
	return (q.Selector == "" || q.Selector == "/") && len(q.Extra) == 1 &&
		(field == "$" || field == "!" || strings.HasPrefix(field, "$+") || strings.HasPrefix(field, "!+"))
}

// isPlus reports whether the first field after the selector is the mark of
// Gopher+ and not a search: "+" or "+" and a view, which is a media type and
// maybe a language.
func isPlus(field string) bool {
	view, ok := strings.CutPrefix(field, "+")
	if !ok || view == "" {
		return ok
	}
	view, _, _ = strings.Cut(view, " ")
	typ, subtype, _ := strings.Cut(view, "/")
	return typ != "" && subtype != ""
}
