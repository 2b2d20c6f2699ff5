package cgi

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/layout"
)

// safePath is the PATH of programs.
const safePath = "/usr/local/bin:/usr/bin:/bin"

// environ returns the environment of the program for q: RFC 3875 section 4.1, and what
// programs for other Gopher servers read. Names are fixed: a client chooses only values, and none of
// them has a NUL or the end of a line in it.
func (h *Handler) environ(q *gopherframe.Request) []string {
	var env []string
	set := func(name, value string) { env = append(env, name+"="+value) }
	whole, scriptName, pathInfo, query := h.parts(q)
	asked, _, _ := strings.Cut(whole, "?")
	if query == "" {
		query = q.Query
	}
	port := strconv.Itoa(framing.Port(q.Port))

	set("PATH", safePath)
	set("GATEWAY_INTERFACE", "CGI/1.1")
	set("SERVER_SOFTWARE", "gopherframe")
	set("SERVER_PROTOCOL", "RFC1436")
	set("SERVER_NAME", q.Host)
	set("SERVER_HOST", q.Host)
	set("SERVER_PORT", port)
	set("REQUEST_METHOD", "GET")
	set("SCRIPT_NAME", scriptName)
	set("SCRIPT_FILENAME", h.Path)
	set("PATH_INFO", pathInfo)
	set("QUERY_STRING", query)
	set("SEARCHREQUEST", q.Query)
	set("X_GOPHER_SEARCH", q.Query)
	set("SELECTOR", whole)
	set("REQUEST", asked)
	set("GOPHER_CHARSET", "UTF-8")
	set("COLUMNS", strconv.Itoa(layout.Columns))
	if h.Type != 0 {
		set("GOPHER_FILETYPE", h.Type.String())
	}
	if h.Root != "" {
		set("DOCUMENT_ROOT", h.Root)
		if below := strings.TrimPrefix(pathInfo, "/"); pathInfo != "" && fs.ValidPath(below) {
			set("PATH_TRANSLATED", filepath.Join(h.Root, filepath.FromSlash(below)))
		}
	}
	if q.Remote.IsValid() {
		addr := q.Remote.Addr().String()
		set("REMOTE_ADDR", addr)
		set("REMOTE_HOST", addr) // RFC 3875 section 4.1.9: if the name is not looked up
		set("REMOTE_PORT", strconv.Itoa(int(q.Remote.Port())))
	}
	if q.Transport == "tls" || q.Transport == "quic" {
		set("TLS", "on")
		set("HTTPS", "on")
		set("GOPHERS", "on")
	}
	for _, name := range h.InheritEnv {
		if value, ok := os.LookupEnv(name); ok {
			set(name, value)
		}
	}
	return append(env, h.Env...) // of two with the same name the last one counts
}

// script returns the selector that leads to the program, without the leading slash.
func (h *Handler) script(q *gopherframe.Request) string {
	return strings.TrimPrefix(cmp.Or(h.Script, q.Base()), "/")
}

// parts divides what q asks for: the whole selector, that of the program, what follows it, and
// what follows a "?" there. All but the last begin with a slash or are empty.
func (h *Handler) parts(q *gopherframe.Request) (whole, scriptName, pathInfo, query string) {
	whole = "/" + q.Base() + framing.Path(q.Base(), q.Selector)
	scriptName = strings.TrimSuffix("/"+h.script(q), "/")
	rest, _ := strings.CutPrefix(whole, scriptName)
	pathInfo, query, _ = strings.Cut(rest, "?")
	if pathInfo == "/" { // "dir/" is the same as "dir"
		pathInfo = ""
	}
	return whole, scriptName, pathInfo, query
}
