package examples

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gopherframe/client"
)

// digits are what differs from one answer to the next: times, dice, counters.
var digits = regexp.MustCompile(`[0-9]+`)

// parts finds what a page has of a menu, a text or an error, in this order.
var parts = regexp.MustCompile(`(?s)<pre[^>]*>\n(.*?)</pre>|<li class="[a-z]+" data-type=.*?<span class="name">(.*?)</span>|<p class="error">(.*?)</p>`)

// overGopher returns the lines that people read of an answer.
func overGopher(t *testing.T, addr, line string, isText bool) string {
	t.Helper()
	wire := ask(t, addr, line+"\r\n")
	if isText && !strings.HasPrefix(wire, "3") {
		text, _ := io.ReadAll(client.NewTextReader(strings.NewReader(wire)))
		return string(text)
	}
	menu, err := client.ParseMenu(bytes.NewReader([]byte(wire)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, it := range menu.Items {
		b.WriteString(it.Name + "\n")
	}
	return b.String()
}

// overHTTP returns the same of a page, and its status.
func overHTTP(t *testing.T, addr, typ, line string) (string, int) {
	t.Helper()
	selector, query, asked := strings.Cut(line, "\t")
	target := "http://" + addr + "/" + typ + "/" + strings.ReplaceAll(url.PathEscape(selector), "%2F", "/")
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
	var b strings.Builder
	for _, found := range parts.FindAllStringSubmatch(string(page), -1) {
		if text := html.UnescapeString(found[1] + found[2] + found[3]); text != "" {
			b.WriteString(strings.TrimSuffix(text, "\n") + "\n")
		}
	}
	return b.String(), r.StatusCode
}

// TestWeb asks every route of three examples over Gopher and over HTTP: people read the same.
func TestWeb(t *testing.T) {
	for _, tt := range []struct {
		example string
		routes  map[string]string // the type of each line
	}{
		{"menu", map[string]string{"": "1", "routes.txt": "0", "shout\thello": "7", "dice": "1", "dice/6": "1", "dice/1": "1", "dice/x": "1", "none": "1"}},
		{"kitchen", map[string]string{"": "1", "clock": "0", "late": "0", "work": "0", "cellar": "0", "ascii": "0", "larder/1": "1", "larder/3": "1",
			"larder/9": "1", "larder/x": "1", "find\trice": "7", "find\tice+cream": "7", "find\t": "7", "find\t ": "7", "panic": "1", "secret": "0", "meter": "0", "caps.txt": "0", "robots.txt": "0", "none": "0",
			strings.Repeat("x", 256): "0", strings.Repeat("x", 2049): "0"}},
		{"quiz", map[string]string{"": "1", "answer/x/1": "1", "none": "1"}},
	} {
		web := freeAddr(t)
		addr := start(t, tt.example, "-web", web)
		compare := func(line, typ string) {
			t.Helper()
			want := digits.ReplaceAllString(overGopher(t, addr, line, typ == "0"), "#")
			got, status := overHTTP(t, web, typ, line)
			if got = digits.ReplaceAllString(got, "#"); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
				t.Errorf("%s: %.40q: %q over HTTP, %q over Gopher", tt.example, line, got, want)
			}
			if isError := strings.HasPrefix(ask(t, addr, line+"\r\n"), "3"); isError != (status != 200) {
				t.Errorf("%s: %.40q: status %d", tt.example, line, status)
			}
		}
		for line, typ := range tt.routes {
			compare(line, typ)
		}
		if tt.example == "quiz" {
			menu := ask(t, addr, "\r\n")
			for _, answer := range []string{"70", "Geneva", "7"} {
				line := follow(t, menu, answer)
				compare(line, "1")
				menu = ask(t, addr, line+"\r\n")
			}
		}
	}
}
