package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
	"github.com/julienschmidt/httprouter"
	"github.com/uptrace/bunrouter"

	"gopherframe"
)

// sink keeps the parameter that a handler reads, so that the compiler does not remove the
// reading.
var sink string

// A rival is a router to be compared. Its requests are made before the measurement
// begins. Its handlers read the parameter, if the route has one.
type rival struct {
	name string
	// build registers the routes, and returns a function that has the router answer a
	// request for paths[i].
	build func(routes []route, paths []string) func(i int)
}

// A route is a prefix, such as "s17/hello/", with the parameter "name" behind it, or a
// literal.
type route struct {
	prefix string // all of a literal
	param  bool   // the parameter follows
}

// constant is the Response of all handlers.
var constant = gopherframe.Response(gopherframe.Text("hello"))

var rivals = []rival{
	{"gopherframe", gopherframeWith("(?P<name>.+)")},
	{"bunrouter", func(routes []route, paths []string) func(int) {
		r := bunrouter.New()
		for _, rt := range routes {
			if rt.param {
				r.GET("/"+rt.prefix+":name", func(_ http.ResponseWriter, q bunrouter.Request) error {
					sink = q.Param("name")
					return nil
				})
			} else {
				r.GET("/"+rt.prefix, func(http.ResponseWriter, bunrouter.Request) error { return nil })
			}
		}
		return overHTTP(r, paths)
	}},
	{"httprouter", func(routes []route, paths []string) func(int) {
		r := httprouter.New()
		for _, rt := range routes {
			if rt.param {
				r.GET("/"+rt.prefix+":name", func(_ http.ResponseWriter, _ *http.Request, ps httprouter.Params) {
					sink = ps.ByName("name")
				})
			} else {
				r.GET("/"+rt.prefix, func(http.ResponseWriter, *http.Request, httprouter.Params) {})
			}
		}
		return overHTTP(r, paths)
	}},
	{"chi", func(routes []route, paths []string) func(int) {
		r := chi.NewRouter()
		for _, rt := range routes {
			if rt.param {
				r.Get("/"+rt.prefix+"{name}", func(_ http.ResponseWriter, q *http.Request) { sink = chi.URLParam(q, "name") })
			} else {
				r.Get("/"+rt.prefix, func(http.ResponseWriter, *http.Request) {})
			}
		}
		return overHTTP(r, paths)
	}},
	{"ServeMux", func(routes []route, paths []string) func(int) {
		r := http.NewServeMux()
		for _, rt := range routes {
			if rt.param {
				r.HandleFunc("GET /"+rt.prefix+"{name}", func(_ http.ResponseWriter, q *http.Request) { sink = q.PathValue("name") })
			} else {
				r.HandleFunc("GET /"+rt.prefix, func(http.ResponseWriter, *http.Request) {})
			}
		}
		return overHTTP(r, paths)
	}},
	{"gorilla", func(routes []route, paths []string) func(int) {
		r := mux.NewRouter()
		for _, rt := range routes {
			if rt.param {
				r.HandleFunc("/"+rt.prefix+"{name}", func(_ http.ResponseWriter, q *http.Request) { sink = mux.Vars(q)["name"] }).Methods("GET")
			} else {
				r.HandleFunc("/"+rt.prefix, func(http.ResponseWriter, *http.Request) {}).Methods("GET")
			}
		}
		return overHTTP(r, paths)
	}},
	{"regexp scan", func(routes []route, paths []string) func(int) {
		var table []*regexp.Regexp
		for _, rt := range routes {
			expr := regexp.QuoteMeta(rt.prefix)
			if rt.param {
				expr += "(?P<name>.+)"
			}
			table = append(table, regexp.MustCompile(`\A(?:`+expr+`)\z`))
		}
		return func(i int) {
			for _, re := range table {
				if found := re.FindStringSubmatchIndex(paths[i]); found != nil {
					if len(found) > 2 {
						sink = paths[i][found[2]:found[3]]
					}
					return
				}
			}
			panic("no match")
		}
	}},
}

// gopherframeWith builds a Router whose routes have the parameter written as given.
func gopherframeWith(param string) func([]route, []string) func(int) {
	return func(routes []route, paths []string) func(int) {
		r := gopherframe.NewRouter()
		for _, rt := range routes {
			if rt.param {
				r.Handle(rt.prefix+param, func(q *gopherframe.Request) gopherframe.Response {
					sink = q.Param("name")
					return constant
				})
			} else {
				r.Handle(rt.prefix, func(*gopherframe.Request) gopherframe.Response { return constant })
			}
		}
		requests := make([]*gopherframe.Request, len(paths))
		for i, path := range paths {
			requests[i] = &gopherframe.Request{Selector: path}
		}
		return func(i int) { r.Respond(requests[i]) }
	}
}

// nowhere is an http.ResponseWriter that keeps nothing. It panics for a request that no
// route matched.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(code int) {
	if code != http.StatusOK {
		panic(fmt.Sprint("status ", code))
	}
}

// overHTTP returns a function that has h answer a request for paths[i].
func overHTTP(h http.Handler, paths []string) func(int) {
	requests := make([]*http.Request, len(paths))
	for i, path := range paths {
		requests[i] = (&http.Request{Method: "GET", URL: &url.URL{Path: "/" + path}, Header: http.Header{}}).WithContext(context.Background())
	}
	w := nowhere{http.Header{}}
	return func(i int) { h.ServeHTTP(w, requests[i]) }
}

// table returns n routes, all with a parameter or all literal, and a path for each.
func table(n int, param bool) (routes []route, paths []string) {
	for i := range n {
		prefix := fmt.Sprintf("s%d/hello/", i)
		if param {
			routes, paths = append(routes, route{prefix, true}), append(paths, prefix+"gopher")
		} else {
			routes, paths = append(routes, route{prefix + "about.txt", false}), append(paths, prefix+"about.txt")
		}
	}
	return routes, paths
}
