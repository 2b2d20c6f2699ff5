package middleware

import (
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopherframe"
	"gopherframe/internal/framing"
)

// urlSchemes are the schemes that a redirect may have. javascript:, data: and vbscript:
// must not be among them: browsers run those with the rights of the page that links to
// them.
var urlSchemes = []string{"http", "https", "gopher", "gemini", "mailto", "ftp"}

// RedirectURL answers selectors such as "URL:https://example.org/", which the items of
// [gopherframe.Menu.URL] have, with a small HTML page that leads to the URL. vf1, UMN
// gopher, lynx and curl ask for it, because they cannot follow such an item by themselves.
//
// Anybody can make a link that leads from this server to anywhere, as with every Gopher
// server that has such pages. So the page shows the URL, escaped, and waits five seconds
// before it leads there. A URL that is not of http, https, gopher, gemini, mailto or ftp,
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
		link, err := safeURL(target)
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

// safeURL returns the URL in text, put together again from what net/url understood, so that
// a browser cannot read it differently. The error says why nobody should be led there.
func safeURL(text string) (string, error) {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("middleware: %q has bytes that no URL has", text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", fmt.Errorf("middleware: no URL: %w", err)
	}
	if !slices.Contains(urlSchemes, u.Scheme) || u.Hostname() == "" && u.Scheme != "mailto" {
		return "", fmt.Errorf("middleware: nobody is led to %q", text)
	}
	return u.String(), nil
}
