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

// urlSchemes are where a redirect may lead. Above all it is not javascript:,
// data: or vbscript:, which run with the rights of the page that links to them.
var urlSchemes = []string{"http", "https", "gopher", "gemini", "mailto", "ftp"}

// RedirectURL answers selectors as "URL:https://example.org/", which items made
// by [gopherframe.Menu.URL] have, with a small HTML page that leads there. Clients
// that know no other way to follow such a link ask for it: vf1, UMN gopher, lynx,
// curl.
//
// Trust: the selector is the client's, so anybody can make a link that leads from
// this server to anywhere, as with every Gopher server. The page says where it
// leads, waits five seconds and has all of it escaped. Failure: what is no URL of
// http, https, gopher, gemini, mailto or ftp, or has control characters in it, is
// "Not found.". Order: anywhere, but of the Router at the top; a mounted one sees
// the selectors below its prefix only. It allocates nothing for other selectors.
func RedirectURL(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		target, ok := strings.CutPrefix(path(q), framing.URLPrefix)
		if !ok {
			return next(q)
		}
		if q.Query != "" {
			target += "?" + q.Query // w3m and libwww-perl make a TAB of the first "?"
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

// safeURL returns the URL as a browser is to read it: put together again from
// what net/url found in it.
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
