package middleware

import (
	"fmt"
	"html"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
)

// RedirectURL answers selectors such as "URL:https://example.org/", which the items of
// [gopherframe.Menu.URL] have, with a small HTML page that leads to the URL. vf1, UMN
// gopher, lynx and curl ask for it, because they cannot follow such an item by themselves.
//
// Anybody can make a link that leads from this server to anywhere, as with every Gopher
// server that has such pages. So the page shows the URL, escaped, and waits five seconds
// before it leads there. A URL that is not of http, https, gopher, gophers, gemini, mailto or ftp,
// or has control characters in it, is "Not found." RedirectURL belongs on the Router at the
// top, anywhere among the middleware: on a mounted one it sees only selectors below the
// prefix. It allocates nothing for other selectors.
func RedirectURL(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		target, ok := strings.CutPrefix(framing.Path(q.Base(), q.Selector), framing.URLPrefix)
		if !ok {
			return next(q)
		}
		if q.Query != "" {
			target += "?" + q.Query // w3m and libwww-perl send a TAB for the first "?" of a URL
		}
		link, err := harmless.URL(target)
		if err != nil {
			return notFound(err)
		}
		return gopherframe.Binary(fmt.Sprintf(redirectPage, html.EscapeString(link)))
	}
}

const redirectPage = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Out of Gopher</title>
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="5; url=%[1]s"></head>
<body><p>This link leads out of Gopher, to</p>
<p><a href="%[1]s">%[1]s</a></p></body></html>
`
