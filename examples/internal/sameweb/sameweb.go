// Package sameweb checks that an app is the same in browsers as over Gopher.
package sameweb

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gopherframe"
	"gopherframe/gophertest"
	"gopherframe/listen/web"
)

// An App is asked over Gopher and over HTTP.
type App struct {
	gopher  *gophertest.Server
	web     *httptest.Server
	mu      sync.Mutex
	matched map[string]bool // the patterns of the routes that answered
}

// Serve serves an app over both until the test ends.
func Serve(t *testing.T, h gopherframe.Handler) *App {
	a := &App{matched: map[string]bool{}}
	counted := func(q *gopherframe.Request) gopherframe.Response {
		resp := h(q)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.matched[q.Pattern()] = true
		return resp
	}
	a.gopher = gophertest.NewServer(t, counted)
	a.web = httptest.NewServer(web.Handler(counted, web.Config{Public: a.gopher.Addr, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(a.web.Close)
	return a
}

// Compare asks for a line over both, and returns the menu, nil if it is none. Items must have
// the same types, names, selectors, hosts and ports, texts must be the same, and an error must
// be one.
func (a *App) Compare(t *testing.T, typ gopherframe.ItemType, line string) *gopherframe.Menu {
	t.Helper()
	res := a.gopher.Get(t.Context(), typ, line)
	if res.Err != nil {
		t.Fatalf("%.40q: %v", line, res.Err)
	}
	status, page := a.page(t, typ, line)
	isError := res.Menu != nil && len(res.Menu.Items) == 1 && res.Menu.Items[0].Type == gopherframe.TypeError
	if isError != (status != http.StatusOK) {
		t.Errorf("%.40q: status %d for %q", line, status, res.Wire)
	}
	switch {
	case isError:
		compare(t, line, res.Menu.Items[0].Name, first(errorText, page))
	case res.Menu != nil:
		compare(t, line, comparable(res.Menu.Items), comparable(a.items(t, page)))
	default:
		compare(t, line, strings.TrimRight(masked.ReplaceAllString(res.Text, "#"), "\n"), strings.TrimRight(masked.ReplaceAllString(first(text, page), "#"), "\n"))
	}
	return res.Menu
}

// CheckRoutes checks that each of the routes has answered, but for those with the patterns in
// except.
func (a *App) CheckRoutes(t *testing.T, routes []gopherframe.RouteInfo, except ...string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, route := range routes {
		if !a.matched[route.Pattern] && !slices.Contains(except, route.Pattern) {
			t.Errorf("nobody has asked for the route %q", route.Pattern)
		}
	}
}

func compare(t *testing.T, line string, gopher, http any) {
	t.Helper()
	if !reflect.DeepEqual(gopher, http) {
		t.Errorf("%.40q:\n%+v over Gopher\n%+v over HTTP", line, gopher, http)
	}
}

// These are what differs from one answer to the next: tokens, times, dice and counters.
var (
	masked = regexp.MustCompile(`[0-9]+`)
	tokens = regexp.MustCompile(`[A-Za-z0-9_-]{30,}`)
)

// comparable returns items as they are in both. What leads nowhere has only a name, and dates
// are not sent.
func comparable(items []gopherframe.Item) []gopherframe.Item {
	list := []gopherframe.Item{}
	for _, it := range items {
		it.Name = masked.ReplaceAllString(it.Name, "#")
		it.Selector = tokens.ReplaceAllString(it.Selector, "#")
		if it.Type.LeadsNowhere() {
			it = gopherframe.Item{Type: it.Type, Name: it.Name}
		}
		if strings.HasPrefix(it.Selector, "URL:") {
			it.Host, it.Port = "", 0 // of no meaning
		}
		list = append(list, it)
	}
	return list
}

// page returns the page of a line and its status.
func (a *App) page(t *testing.T, typ gopherframe.ItemType, line string) (int, string) {
	t.Helper()
	selector, query, asked := strings.Cut(line, "\t")
	target := a.web.URL + "/" + string(typ) + "/" + url.PathEscape(selector)
	if asked {
		target += "?q=" + url.QueryEscape(query)
	}
	r, err := http.Get(target)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(page)
}

var (
	errorText = regexp.MustCompile(`<p class="error">(.*?)</p>`)
	text      = regexp.MustCompile(`(?s)<pre class="text"[^>]*>\n(.*?)</pre>`)
	tags      = regexp.MustCompile(`<[^>]*>`)
	// item finds lines of text, and links with their type, address and name.
	item = regexp.MustCompile(`(?s)<pre class="info"[^>]*>\n(.*?)</pre>|<li class="[a-z]+" data-type="(.)"><i [^>]*></i>(?:<a href="([^"]*)">|<form action="([^"]*)"[^>]*><label>)?<span class="name">(.*?)</span>`)
)

// first returns the text of the first match.
func first(re *regexp.Regexp, page string) string {
	found := re.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(tags.ReplaceAllString(found[1], ""))
}

// items reads the items of a page.
func (a *App) items(t *testing.T, page string) []gopherframe.Item {
	t.Helper()
	var list []gopherframe.Item
	for _, found := range item.FindAllStringSubmatch(page, -1) {
		if found[2] == "" {
			for line := range strings.Lines(html.UnescapeString(found[1])) {
				list = append(list, gopherframe.Item{Type: gopherframe.TypeInfo, Name: strings.TrimSuffix(line, "\n")})
			}
			continue
		}
		it := gopherframe.Item{Type: gopherframe.ItemType(found[2][0]), Name: html.UnescapeString(found[5])}
		place(t, html.UnescapeString(found[3]+found[4]), &it)
		list = append(list, it)
	}
	return list
}

// place sets where an item leads: to a path of the site, to another server, or out of Gopher.
func place(t *testing.T, href string, it *gopherframe.Item) {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	switch u.Scheme {
	case "":
	case "gopher":
		it.Host = u.Hostname()
		if it.Port, _ = strconv.Atoi(u.Port()); it.Port == 0 {
			it.Port = 70
		}
	default:
		it.Selector = "URL:" + href
		return
	}
	if len(u.Path) < 2 {
		return // the root
	}
	if u.Path[1] != byte(it.Type) {
		t.Errorf("%s has another type than its item, %c", href, it.Type)
	}
	it.Selector = u.Path[2:]
	if u.Scheme == "" {
		it.Selector = strings.TrimPrefix(it.Selector, "/")
	}
}
