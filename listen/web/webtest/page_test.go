package webtest

import (
	"cmp"
	"net"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/listen/web"
)

// parse returns the document that h answers with, and fails if there is anything in it that
// templates of listen/web never write.
func parse(t *testing.T, h gopherframe.Handler, target string) *html.Node {
	t.Helper()
	w := httptest.NewRecorder()
	web.Handler(h, web.Config{Public: "gopher.example:70"}).ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	if !utf8.Valid(w.Body.Bytes()) {
		t.Errorf("the page is not in UTF-8: %q", w.Body)
	}
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == 0 && n.Type == html.ElementNode {
			t.Errorf("there is a %q", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s has the attribute %s", n.Data, a.Key)
			}
			if a.Key == "href" || a.Key == "src" || a.Key == "action" {
				scheme, _, ok := strings.Cut(a.Val, ":")
				known := []string{"http", "https", "gopher", "gophers", "gemini", "mailto", "ftp", "telnet"}
				if !strings.HasPrefix(a.Val, "/") && (!ok || !slices.Contains(known, scheme)) || strings.HasPrefix(a.Val, "//") || strings.ContainsAny(a.Val, "\\ \t\r\n") {
					t.Errorf("%s leads to %q", n.Data, a.Val)
				}
			}
		}
	}
	return root
}

// text returns all text below n.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// element returns the first element below n with that attribute.
func element(n *html.Node, key, value string) *html.Node {
	for d := range n.Descendants() {
		if attr(d, key) == value {
			return d
		}
	}
	return nil
}

// latin returns s as it is shown: bytes that are not UTF-8 are taken for Latin-1.
func latin(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = rune(s[i])
		}
		if r == 0 {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// onLine returns a field as it is on the wire.
func onLine(s string) string {
	for _, c := range framing.Forbidden {
		s = strings.ReplaceAll(s, string(c), " ")
	}
	return s
}

// items reads the items back from a page: links, headings and lines, in their order.
func items(t *testing.T, root *html.Node) []gopherframe.Item {
	t.Helper()
	var found []gopherframe.Item
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.H2:
			found = append(found, gopherframe.Item{Type: '!', Name: text(n)})
		case n.DataAtom == atom.Pre:
			for line := range strings.Lines(text(n)) {
				found = append(found, gopherframe.Item{Type: 'i', Name: strings.TrimSuffix(line, "\n")})
			}
		case n.DataAtom == atom.Li && attr(n, "data-type") != "":
			it := gopherframe.Item{Type: gopherframe.ItemType(attr(n, "data-type")[0]), Name: text(element(n, "class", "name"))}
			for d := range n.Descendants() {
				if address := attr(d, "href") + attr(d, "action"); address != "" {
					place(t, address, &it)
				}
			}
			found = append(found, it)
		}
	}
	return found
}

// place sets where the address of an item leads.
func place(t *testing.T, address string, it *gopherframe.Item) {
	t.Helper()
	rest, here := strings.CutPrefix(address, "/")
	if !here {
		authority, ok := strings.CutPrefix(address, "gopher://")
		if !ok {
			return // out of Gopher
		}
		authority, rest, _ = strings.Cut(authority, "/")
		host, port, err := net.SplitHostPort(authority)
		if err != nil {
			host, port = strings.Trim(authority, "[]"), "70"
		}
		it.Host, _ = url.PathUnescape(host) // not url.Parse, which takes no escaped ASCII there
		it.Port, _ = strconv.Atoi(port)
	}
	if strings.HasPrefix(rest, "%") {
		rest = rest[2:] // the type
	}
	if rest == "" {
		return // the root
	}
	selector, err := url.PathUnescape(rest[1:])
	if err != nil {
		t.Fatal(err)
	}
	if it.Selector = selector; here {
		it.Selector = strings.TrimPrefix(selector, "/")
	}
}

// led returns an item with what is to be read back of where it leads, from a page of
// gopher.example.
func led(it gopherframe.Item) gopherframe.Item {
	host, port := cmp.Or(onLine(it.Host), "gopher.example"), cmp.Or(max(it.Port, 0), 70) // less than 0 is the port of the request
	it.Selector, it.Host, it.Port = onLine(it.Selector), "", 0
	switch {
	case it.Type == '!' || it.Type.LeadsNowhere() || it.Type == '8' || it.Type == 'T' || isURL(it):
		it.Selector = "" // no page
	case strings.EqualFold(host, "gopher.example") && port == 70:
	case !framing.IsHost(host):
		it.Selector = ""
	default:
		it.Host, it.Port = host, framing.Port(port)
	}
	return it
}

// isURL reports whether an item leads out of Gopher, or may.
func isURL(it gopherframe.Item) bool { return it.Type == 'h' && strings.HasPrefix(it.Selector, "URL:") }

// FuzzMenu: any menu becomes a page from which the same items are read back.
func FuzzMenu(f *testing.F) {
	f.Add(byte('0'), "name", "selector", byte('1'), "<b>", "\"><script>", "far.example", 7070, byte('i'), "line")
	f.Add(byte('7'), "\x00\r\n\t", "a/../b//c", byte('h'), "url", "URL:javascript:alert(1)", "", 70, byte('3'), "</pre>")
	f.Add(byte(0xc5), "\x8e\n", "\xff\t\xfe", byte(0), "\x00", "", "2001:db8::1", 0, byte(255), "\r\x80")
	f.Add(byte('I'), "\xff\u202e", "..", byte('g'), " ", "%2e%2e", "Gopher.Example", 70, byte('!'), "\n")
	f.Add(byte('!'), "!", "x", byte('7'), "far", "/a//../b", "gopher.example", -1, byte('!'), "<h2>")
	f.Add(byte('i'), "heading", "TITLE", byte('i'), "line", "TITLES", "", 70, byte('i'), "line")
	f.Add(byte('1'), "\x00", "", byte('1'), "far", "", "\"><script>", 70, byte('!'), " ")
	f.Fuzz(func(t *testing.T, typ1 byte, name1, selector1 string, typ2 byte, name2, selector2, host string, port int, typ3 byte, name3 string) {
		given := []gopherframe.Item{
			{Type: 'i', Name: "first"},
			{Type: gopherframe.ItemType(typ1), Name: name1, Selector: selector1},
			{Type: gopherframe.ItemType(typ2), Name: name2, Selector: selector2, Host: host, Port: port},
			{Type: gopherframe.ItemType(typ3), Name: name3},
		}
		root := parse(t, func(*gopherframe.Request) gopherframe.Response { return gopherframe.NewMenu().Add(given...) }, "/1/x")
		var want []gopherframe.Item
		for _, it := range given {
			if strings.IndexByte(framing.Forbidden+".", byte(it.Type)) >= 0 {
				it.Type = ' '
			}
			it.Name = latin(onLine(it.Name))
			if it.Type == '!' || it.Type == 'i' && it.Selector == framing.TitleSelector {
				it.Type = '!'
				it.Name = cmp.Or(strings.TrimSpace(it.Name), "—")
			}
			want = append(want, led(it))
		}
		got := items(t, root)
		if len(got) != len(want) {
			t.Fatalf("%+v is read as %+v", want, got)
		}
		for i, it := range got {
			if strings.TrimSpace(want[i].Name) == "" && it.Type != 'i' {
				it.Name = want[i].Name // a link has a name, even if the item has none
			}
			if byte(want[i].Type) > '~' || byte(want[i].Type) < ' ' {
				it.Type = want[i].Type // shown as a number
			}
			if isURL(given[i]) {
				it.Selector, it.Host, it.Port = "", "", 0 // it may be a URL of Gopher
			}
			if it != want[i] {
				t.Errorf("%#v is read as %#v", want[i], it)
			}
		}
	})
}

// FuzzText: any text becomes a page from which the same text is read back, however it comes,
// and every link in it is one.
func FuzzText(f *testing.F) {
	f.Add("plain\r\n<b>\r&amp;\n\n", 3)
	f.Add("see https://example.org/(a), gopher://x/1, me@example.org. javascript:alert(1)", 10)
	f.Add("\n\n\xff\x00\u2028</pre><script>", 1)
	f.Add("@@@...:::////http://@:/http://http://a@b.c@d.e", 2)
	f.Fuzz(func(t *testing.T, given string, cut int) {
		want := latin(strings.ReplaceAll(strings.ReplaceAll(given, "\r\n", "\n"), "\r", "\n"))
		for _, h := range []gopherframe.Handler{
			func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text(given) },
			inPieces(given, cut),
		} {
			pre := element(parse(t, h, "/0/x"), "class", "text")
			if pre == nil {
				t.Fatal("there is no text")
			}
			if got := text(pre); got != want {
				t.Errorf("%+v is read as %+v", want, got)
			}
		}
	})
}
