// Package gopherframe is a router and a framework for Gopher servers, RFC 1436.
//
// An app is a function from a request to a response, usually that of a Router:
//
//	r := gopherframe.NewRouter()
//	r.Handle("", home)
//	r.Handle("hello/{name}", func(q *gopherframe.Request) gopherframe.Response {
//		return gopherframe.Text("hello " + q.Param("name"))
//	})
//	r.Mount("files/", files.Server(fsys)) // package files
//	err := listen.Run(ctx, r.Respond, &listen.TCP{Addr: ":70"})
//
// A menu is built line by line:
//
//	gopherframe.NewMenu().Info("Welcome").Text("About", "about.txt").Menu("Files", "files/")
//
// # Layers
//
// Each has one job and can be used alone:
//
//   - package listen brings bytes in and out: sockets, deadlines, draining;
//   - [Serve] makes one exchange over any io.ReadWriter;
//   - a [Router] picks the handler and puts middleware round it;
//   - a [Handler] is the app's own code.
//
// A [Response] is a value that describes the answer. What a handler returns can
// be looked at, kept or replaced by [Middleware], see package middleware.
//
// # Patterns
//
// A pattern is one of these, or several in a row:
//
//	about.txt          itself: matches "about.txt", not "aboutXtxt"
//	post/{id}          one or more bytes except "/": matches "post/7", not "post/" or "post/7/8"
//	files/{path...}    one or more of anything: matches "files/a/b", not "files/"
//	log/{y:[0-9]{4}}   exactly the expression: matches "log/2026", not "log/26" or "log/20261"
//	hello/(?P<n>.+)    a regular expression: matches "hello/a/b", not "hello/" or "xhello/a"
//
// If what is left of a pattern without its placeholders has one of
//
//	\ ^ $ | ? * + ( ) [ ]
//
// the whole pattern is an RE2 regular expression, see regexp/syntax, in which
// placeholders still work. Otherwise it is literal text, in which a dot is a dot.
// Named groups and placeholders are parameters, see [Request.Param]; unnamed
// groups are not. As in RE2 the dot and so {path...} match no line end, which no
// request can have in it.
//
// A pattern always has to match the whole selector. One leading slash is ignored
// on both sides, so "", "/" are the root and "/about.txt" is "about.txt". Nothing
// else is cleaned, decoded or trimmed: "about.txt/" is another selector. A pattern whose
// matches all begin with a further "/", such as (?:/x), is refused; //x is the way to match
// selectors that begin with "//".
//
// # Precedence
//
// The first registered route that matches wins, whatever its kind: register what
// is special before what is general. A pattern that repeats an earlier one, or
// is a literal that an earlier one already matches, is refused by a panic that
// names both lines; so is a pattern that makes no sense.
//
// # Concurrency
//
// A Router is set up by one goroutine and freezes at its first answer. From then
// on it is safe for concurrent use, as handlers and middleware must be. A Request
// belongs to its exchange.
package gopherframe
