package cgi_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/client"
)

// TestLinks follows the links of the app, under a server: a parameter, a selector that no
// server would let through, a Mount, a stream and a file.
func TestLinks(t *testing.T) {
	eachServer(t, func(t *testing.T, h host) {
		page, home := menu(t, "gopher://"+h.addr+"/1"+h.script)
		if got := home.Items[0].Name; got != "Welcome" {
			t.Fatalf("the home menu begins with %q", got)
		}
		text := func(page *client.Answer, item gopherframe.Item) string {
			got, err := io.ReadAll(get(t, page.URL.Link(item)))
			if err != nil {
				t.Error(err)
			}
			return string(got)
		}
		find := func(m *gopherframe.Menu, name string) gopherframe.Item {
			for _, item := range m.Items {
				if item.Name == name {
					return item
				}
			}
			t.Fatalf("no %q in %v", name, m.Items)
			return gopherframe.Item{}
		}
		for name, want := range map[string]string{
			"Grace":     "hello Grace Hopper\r\n",
			"Odd":       "odd\r\n",
			"Slashed":   "slashed\r\n",
			"Dots":      ".\r\n..\r\n.hidden\r\nlast\r\n",
			"All bytes": string(all),
			"A file":    "from a file\r\n",
		} {
			if got := text(page, find(home, name)); got != want {
				t.Errorf("%s: %.100q, want %.100q", name, got, want)
			}
		}
		if it := find(home, "Elsewhere"); it.Selector != "x" || it.Host != "gopher.example" || it.Port != 70 {
			t.Errorf("an item of another server: %+v", it)
		}
		if it := find(home, "The web"); it.Selector != "URL:https://example.org/" {
			t.Errorf("a link by URL: %+v", it)
		}
		page, below := menu(t, page.URL.Link(find(home, "Mounted")))
		if got := text(page, find(below, "Below")); got != "below mounted/\r\n" {
			t.Errorf("in a Mount: %q", got)
		}
		page, streamed := menu(t, page.URL.Link(find(home, "A stream")))
		if got := text(page, find(streamed, "Dots")); !strings.HasSuffix(got, "last\r\n") || find(streamed, "Elsewhere").Selector != "x" {
			t.Errorf("from a stream: %q, %v", got, streamed)
		}
		_, again := menu(t, page.URL.Link(find(below, "Home")))
		if diff := cmp.Diff(home, again); diff != "" {
			t.Errorf("back home (-first +second):\n%s", diff)
		}
	})
}

// TestSearch: words arrive byte for byte, whatever the search leads to and even if it is
// called like them. (With gophernicus, words that are the same as "/find" in the link arrive as
// none.)
func TestSearch(t *testing.T) {
	eachServer(t, func(t *testing.T, h host) {
		for _, query := range []string{"grüße a b", "100% a+b%20c", "find", "/", "\xe4"} {
			got := h.raw(t, h.script+"?/find\t"+query)
			want := fmt.Sprintf("i%q\t\terror.host\t0\r\n", query)
			if !strings.HasPrefix(got, want) {
				t.Errorf("%q: %q, want %q", query, got, want)
			}
		}
		for _, script := range []string{h.script, h.script + "?/"} {
			if got := h.raw(t, script+"\tfind"); !strings.HasPrefix(got, "iWelcome\t") {
				t.Errorf("a search of the home menu %q: %.100q", script, got)
			}
		}
	})
}

// TestErrors: a client reads the fixed texts, and nothing of what is logged.
func TestErrors(t *testing.T) {
	eachServer(t, func(t *testing.T, h host) {
		for selector, want := range map[string]string{
			"none": "Not found.", "gone": "Not found.", "wrong": "Internal server error.", "fail": "Internal server error.",
		} {
			if got, want := h.raw(t, h.script+"?/"+selector), "3"+want+"\t\terror.host\t0\r\n.\r\n"; got != want {
				t.Errorf("%s: %q, want %q", selector, got, want)
			}
		}
	})
}

// TestStream: what has been written is there before the rest, also if the client has ended
// its side.
func TestStream(t *testing.T) {
	eachServer(t, func(t *testing.T, h host) {
		c := h.dial(t, h.script+"?/slow")
		if err := c.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		first := make([]byte, len("first\r\n"))
		if _, err := io.ReadFull(c, first); err != nil || string(first) != "first\r\n" {
			t.Fatalf("%q, %v", first, err)
		}
		if err := touch(filepath.Join(h.dir, "go on")); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(c); err != nil || string(rest) != "second\r\n" {
			t.Errorf("%q, %v", rest, err)
		}
	})
}

// TestEnd: an answer without end ends when the client goes, and when the program is to.
func TestEnd(t *testing.T) {
	ways := map[string]func(c *net.TCPConn, pid int) error{
		"signal": func(_ *net.TCPConn, pid int) error { return syscall.Kill(pid, syscall.SIGTERM) },
		"reset": func(c *net.TCPConn, _ int) error {
			c.SetLinger(0)
			return c.Close()
		},
	}
	eachServer(t, func(t *testing.T, h host) {
		for way, end := range ways {
			c := h.dial(t, h.script+"?/endless")
			var pid int
			if _, err := fmt.Fscanln(c, &pid); err != nil {
				t.Fatal(err)
			}
			if err := end(c, pid); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			ended := filepath.Join(h.dir, "ended")
			if err := waitFor(ctx, ended); err != nil {
				t.Fatalf("%s: still going: %v", way, err)
			}
			os.Remove(ended)
		}
	})
}
