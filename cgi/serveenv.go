package cgi

import (
	"cmp"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

// A call is what a server tells a program that it starts.
type call struct {
	line string           // the request line for the app
	base string           // what begins the selectors that lead back to the program
	gph  bool             // the server takes the output for a .gph file
	info gopherframe.Info // of the connection
}

// readCall reads a call from the environment and the arguments of a program, the first of
// which is its name. Variables with the text of requests:
//
//	             selector of the program  of the app        behind the TAB
//	RFC 3875     SCRIPT_NAME              PATH_INFO         SEARCHREQUEST, if there is one
//	gophernicus  SCRIPT_NAME              QUERY_STRING      SEARCHREQUEST
//	geomyidae    in the 6th argument      QUERY_STRING      X_GOPHER_SEARCH
//	pygopherd    REQUEST                  within SELECTOR   SEARCHREQUEST
func readCall(environ, args []string) (*call, error) {
	env := make(environment, len(environ))
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		env[name] = value
	}
	c := &call{info: infoOf(env)}
	var script, selector string
	joint, search := "?/", env.first("SEARCHREQUEST", "X_GOPHER_SEARCH")
	switch {
	case strings.HasPrefix(env["SERVER_SOFTWARE"], "geomyidae"):
		script, selector = geomyidae(env, args)
		c.gph = strings.HasSuffix(env["SCRIPT_NAME"], ".dcgi")
	case env.has("GATEWAY_INTERFACE"):
		script, selector = env["SCRIPT_NAME"], env["QUERY_STRING"]
		path, hasPath := env["PATH_INFO"]
		if hasPath {
			joint = "/"
		}
		switch {
		case path != "" && (selector == "" || selector == search):
			selector = path
		case path != "":
			selector = path + "?" + selector
		case selector != search:
		case strings.HasPrefix(selector, "/") && !hasPath:
			search = "" // there was none: gophernicus put the query in its place
		default:
			selector = "" // there was no query: the server put the search in its place
		}
	case env.has("SELECTOR") && env.has("REQUEST"): // pygopherd
		script = env["REQUEST"]
		if rest := strings.TrimPrefix(env["SELECTOR"], script); rest != "" {
			selector = rest[1:] // behind the "?" or "|"
		}
	default:
		return nil, ErrNoServer
	}
	c.base = strings.ReplaceAll(oneLine.Replace(script), "\t", " ") + joint
	c.line = unescape(strings.TrimPrefix(selector, "/"))
	if search != "" {
		c.line += "\t" + search
	}
	c.line = oneLine.Replace(c.line)
	return c, nil
}

// oneLine keeps what a server has decoded, such as a PATH_INFO with %0A in it, from ending a line.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// geomyidae returns the selectors of the program and of the app. SCRIPT_NAME is only the
// last element of the former. Newer versions have two more arguments: the request line, and
// what of its path is below the directory whose index the program is.
func geomyidae(env environment, args []string) (script, selector string) {
	script, selector = env["SCRIPT_NAME"], env["QUERY_STRING"]
	if len(args) > 6 {
		below := args[5]
		script, _, _ = strings.Cut(args[6], "\t")
		script, _, _ = strings.Cut(script, "?")
		script = strings.TrimSuffix(script, below)
		selector = cmp.Or(below, selector)
	}
	return "/" + strings.TrimPrefix(script, "/"), selector
}

// infoOf returns what the server tells of itself and of the connection. Some servers have
// "unknown" for an address that they do not know.
func infoOf(env environment) gopherframe.Info {
	info := gopherframe.Info{Host: env.first("SERVER_NAME", "SERVER_HOST"), Transport: "tcp", PlainText: true}
	if env.first("TLS", "GOPHERS", "HTTPS") == "on" {
		info.Transport = "tls"
	}
	info.Port = int(portOf(env["SERVER_PORT"]))
	if addr, err := netip.ParseAddr(env["REMOTE_ADDR"]); err == nil {
		info.Remote = netip.AddrPortFrom(addr.Unmap(), portOf(env["REMOTE_PORT"]))
	}
	return info
}

// portOf returns 0 for a text that is no port.
func portOf(text string) uint16 {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(port)
}

// An environment has variables by name.
type environment map[string]string

func (e environment) has(name string) bool { _, ok := e[name]; return ok }

// first returns the value of the first variable that has one.
func (e environment) first(names ...string) string {
	for _, name := range names {
		if e[name] != "" {
			return e[name]
		}
	}
	return ""
}

// escape writes a selector so that it survives as a part of another one: servers refuse or
// change periods at the ends of an element and "..", "//", "?", ";", and a slash or spaces at
// the end; clients "#" and letters that are not ASCII.
func escape(selector string) string {
	elements := strings.Split(selector, "/")
	var b strings.Builder
	for i, element := range elements {
		switch {
		case i == 0:
		case element == "" || elements[i-1] == "":
			b.WriteString("%2F")
		default:
			b.WriteByte('/')
		}
		element = url.PathEscape(element)
		if strings.HasPrefix(element, ".") || strings.HasSuffix(element, ".") || strings.Contains(element, "..") {
			element = strings.ReplaceAll(element, ".", "%2E")
		}
		b.WriteString(element)
	}
	return b.String()
}

// unescape is the reverse of escape. What is not escaped right, or stands for a byte that no
// selector has, stays as it is.
func unescape(text string) string {
	selector, err := url.PathUnescape(text)
	if err != nil || strings.ContainsAny(selector, framing.Forbidden) {
		return text
	}
	return selector
}
