package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/client"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		text string
		want client.URL
		back string // what String returns; "" if it returns text
	}{
		{"gopher://h", client.URL{"gopher", "h", "70", '1', "", ""}, "gopher://h/1"},
		{"gopher://h/", client.URL{"gopher", "h", "70", '1', "", ""}, "gopher://h/1"},
		{"gopher://h/1", client.URL{"gopher", "h", "70", '1', "", ""}, ""},
		{"gopher://h:7070/0about.txt", client.URL{"gopher", "h", "7070", '0', "about.txt", ""}, ""},
		{"gopher://h/0/about.txt", client.URL{"gopher", "h", "70", '0', "/about.txt", ""}, ""},
		{"gopher://h/0/a%20b%C3%BC", client.URL{"gopher", "h", "70", '0', "/a bü", ""}, ""},
		{"gopher://h/7find%09a%20b", client.URL{"gopher", "h", "70", '7', "find", "a b"}, ""},
		{"gopher://h/0/a?b=c", client.URL{"gopher", "h", "70", '0', "/a?b=c", ""}, "gopher://h/0/a%3Fb=c"},
		{"gopher://h/0/a#b", client.URL{"gopher", "h", "70", '0', "/a#b", ""}, "gopher://h/0/a%23b"},
		{"gopher://[::1]:7070/1x", client.URL{"gopher", "::1", "7070", '1', "x", ""}, ""},
		{"gopher://[fe80::1%25eth0]:7070/1x", client.URL{"gopher", "fe80::1%eth0", "7070", '1', "x", ""}, ""},
		{"gopher://[fe80::1%25eth0]/1x", client.URL{"gopher", "fe80::1%eth0", "70", '1', "x", ""}, ""},
		{"gopher://[::1]/1x", client.URL{"gopher", "::1", "70", '1', "x", ""}, ""},
		{"gophers://h:7071/0a", client.URL{"gophers", "h", "7071", '0', "a", ""}, ""},
		{"gopher+quic://h/7find%09a", client.URL{"gopher+quic", "h", "70", '7', "find", "a"}, ""},
		{"gopher://h/hURL:https://x.example/", client.URL{"gopher", "h", "70", 'h', "URL:https://x.example/", ""}, ""},
	}
	for _, tt := range tests {
		got, err := client.ParseURL(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
		if tt.back == "" {
			tt.back = tt.text
		}
		if got.String() != tt.back {
			t.Errorf("%s became %s, want %s", tt.text, got, tt.back)
		}
	}
	for text, want := range map[string]string{
		"http://h/":             "must begin with gopher://",
		"h:70":                  "must begin with gopher://",
		"10.0.0.1:70":           "must begin with gopher://",
		"gopher://h:65536/":     "a port is a number from 1 to 65535",
		"gopher://h:0/":         "a port is a number from 1 to 65535",
		"gopher://h/7a%09b%09+": "Gopher+ is not supported",
		"gopher://h/0100%":      "invalid URL escape",
		"gopher:///x":           "has no host",
		"gopher://::":           "in brackets",
		"gopher://[::%25\x8e]/": "the zone of an address",
		"gopher://h/%zz":        "invalid URL escape",
		"gopher://h:x/":         "invalid port",
		"gopher://h/0a%0D%0Ab":  "has no room for CR, LF",
		"gopher://me@h/0a":      "no names and passwords",
		"gopher://h/0a%00":      "has no room for CR, LF",
		"gopher://h/1\n/":       "invalid control character",
	} {
		if _, err := client.ParseURL(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
}

func link(typ gopherframe.ItemType, name, selector, host string, port int) gopherframe.Item {
	return gopherframe.Item{Type: typ, Name: name, Selector: selector, Host: host, Port: port}
}

func TestLink(t *testing.T) {
	tests := []struct {
		at   string
		item gopherframe.Item
		want string
	}{
		{"gopher://h/", link('0', "", "a b", "h", 70), "gopher://h/0a%20b"},
		{"gopher://h/", link('1', "", "/x", "h", 7070), "gopher://h:7070/1/x"},
		{"gopher://h/", link('h', "", "URL:https://x.example/?a=b", "h", 70), "https://x.example/?a=b"},
		{"gopher://h/", link('h', "", "page.html", "h", 70), "gopher://h/hpage.html"},
		{"gopher://h/", link('0', "", "a", "h", 0), "gopher://h/0a"},
		{"gopher://h/", link('0', "", "a", "", 0), ""},
		{"gopher://h/", link('0', "", "a", "h\x1b h", 70), ""},
		{"gopher://h/", link('0', "", "a", "good.example@evil.example", 70), ""},
		{"gopher://h/", link('0', "", "a", "h:80", 70), ""},
		{"gopher://h/", link('0', "", "a", "[x", 70), ""},
		{"gopher://h/", link('0', "", "a", "fe80::1%eth0", 70), ""},
		{"gopher://h/", link('0', "", "a", "2001:db8::1", 70), "gopher://[2001:db8::1]/0a"},
		{"gopher://h/", link('i', "", "", "h", 70), ""},
		{"gophers://h:7071/", link('0', "", "a", "H", 7071), "gophers://H:7071/0a"},
		{"gophers://h:7071/", link('0', "", "a", "h", 70), "gopher://h/0a"},
		{"gophers://h:7071/", link('0', "", "a", "i", 7071), "gopher://i:7071/0a"},
		{"gopher+quic://h/", link('0', "", "a", "h", 70), "gopher+quic://h/0a"},
	}
	for _, tt := range tests {
		u, err := client.ParseURL(tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := u.Link(tt.item); got != tt.want {
			t.Errorf("%v at %s: %s, want %s", tt.item, tt.at, got, tt.want)
		}
	}
}

// serve answers one request with answer, and sends the request to asked.
func serve(t *testing.T, answer string) (addr string, asked <-chan string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1)
	done := make(chan bool)
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 1000)
		n, _ := c.Read(buf)
		lines <- string(buf[:n])
		io.WriteString(c, answer)
	}()
	t.Cleanup(func() {
		ln.Close()
		<-done
	})
	return ln.Addr().String(), lines
}

func TestGet(t *testing.T) {
	addr, asked := serve(t, "..a\r\nb\r\n.\r\n")
	a, err := client.Get(t.Context(), "gopher://"+addr+"/0/a%20b")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if got := <-asked; got != "/a b\r\n" {
		t.Errorf("asked %q", got)
	}
	if err := a.Refusal(); err != nil {
		t.Errorf("Refusal: %v", err)
	}
	if got, err := io.ReadAll(a.Text()); string(got) != ".a\nb\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}

	addr, asked = serve(t, "0A\ta\th\t70\r\n.\r\n")
	a, err = client.Get(t.Context(), "gopher://"+addr+"/7find%09x%20y")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if got := <-asked; got != "find\tx y\r\n" {
		t.Errorf("asked %q", got)
	}
	menu, err := a.Menu()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]gopherframe.Item{link('0', "A", "a", "h", 70)}, menu.Items); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefusal(t *testing.T) {
	tests := []struct{ answer, want string }{
		{"3Not found.\t\terror.host\t0\r\n.\r\n", "Not found."},
		{"3Gone\t\terror.host\t1\r\n", "Gone"},
		{"3 is a number\r\n", ""},
		{"3Not found.\t\terror.host\t0\r\n0a\tb\th\t70\r\n.\r\n", ""},
		{"", ""},
		{"3" + strings.Repeat("x", 5000), ""},
	}
	for _, tt := range tests {
		addr, _ := serve(t, tt.answer)
		a, err := client.Get(t.Context(), "gopher://"+addr+"/0x")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		var refused *gopherframe.Error
		if errors.As(a.Refusal(), &refused) {
			got = refused.Text
		}
		if got != tt.want {
			t.Errorf("%.30q: refusal %q, want %q", tt.answer, got, tt.want)
		}
		if all, err := io.ReadAll(a); string(all) != tt.answer || err != nil {
			t.Errorf("%.30q: %d bytes are left, %v", tt.answer, len(all), err)
		}
		a.Close()
	}
}

func TestErrors(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a, err := client.Get(ctx, "gopher://"+ln.Addr().String()+"/0x")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := io.ReadAll(a); !errors.Is(err, context.Canceled) {
		t.Errorf("a server that is silent, until the context ends: %v", err)
	}
	ln.Close()
	if _, err := client.Get(t.Context(), "gopher://"+ln.Addr().String()+"/"); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestNoConnection: a server that accepts a connection and then says nothing has the idle
// timeout for the handshake of TLS, and one that is silent on UDP for that of QUIC.
func TestNoConnection(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer packets.Close()
	c := &client.Client{IdleTimeout: 50 * time.Millisecond}
	for scheme, addr := range map[string]net.Addr{"gophers": ln.Addr(), "gopher+quic": packets.LocalAddr()} {
		_, err := c.Get(t.Context(), scheme+"://"+addr.String())
		if want := "client: no connection to " + addr.String() + " within 50ms: i/o timeout"; err == nil || err.Error() != want || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v, want %s", scheme, err, want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Get(ctx, "gophers://"+ln.Addr().String()); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "within") {
		t.Errorf("the context ends: %v", err)
	}
}
