package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// badTheme returns a directory with a theme that does not parse.
func badTheme(t *testing.T) string {
	t.Helper()
	return themeOf(t, map[string]string{"menu.html": "{{"})
}

func themeOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestWeb: the site is there in a browser, over HTTP and HTTPS, in the look of the theme, and
// the pages say where it is in Gopher. A transfer under way survives SIGTERM.
func TestWeb(t *testing.T) {
	theme := themeOf(t, map[string]string{"theme.json": `{"title": "A themed site"}`, "style.css": "p{}"})
	const size = 100_000_000
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "about.txt"), []byte("This is <it>.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	big := filepath.Join(dir, "big.bin")
	if err := os.WriteFile(big, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, size); err != nil {
		t.Fatal(err)
	}
	r := startOn(t, []string{"tcp://127.0.0.1:0", "http://127.0.0.1:0", "https://127.0.0.1:0"}, "--self-signed", "--theme", theme, dir)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}, Timeout: time.Minute}
	get := func(url string) string {
		t.Helper()
		resp, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for _, scheme := range []string{"http", "https"} {
		base := scheme + "://" + r.addrs[scheme]
		has(t, get(base), "<h1>A themed site</h1>", `<a href="/0/about.txt">`, "gopher://"+r.addrs["tcp"]+"/")
		has(t, get(base+"/about.txt"), "This is &lt;it&gt;.", "gopher://"+r.addrs["tcp"]+"/0about.txt")
		if got := get(base + "/0/about.txt?raw"); got != "This is <it>.\n" {
			t.Errorf("%s: %q", scheme, got)
		}
		if got := get(base + "/-theme/style.css"); got != "p{}" {
			t.Errorf("%s: the style is %q", scheme, got)
		}
	}
	resp, err := c.Get("http://" + r.addrs["http"] + "/9/big.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 1000); err != nil {
		t.Fatal(err)
	}
	r.cmd.Process.Signal(syscall.SIGTERM)
	if n, err := io.Copy(io.Discard, resp.Body); n != size-1000 || err != nil {
		t.Errorf("%d bytes are missing, %v", size-1000-n, err)
	}
	rest, code := r.wait(t)
	if code != 0 || !strings.Contains(rest, "selector=big.bin query=0 transport=http ") || !strings.Contains(rest, "bytes=100000000 ") {
		t.Errorf("exit %d, %q", code, rest)
	}
}

// TestWebBehindProxy: the address of a browser is the one that a proxy in front tells, and
// nobody else can tell one.
func TestWebBehindProxy(t *testing.T) {
	r := startOn(t, []string{"http://127.0.0.1:0"}, "--proxy-protocol", "127.0.0.0/8", site)
	for header, want := range map[string]string{"PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n": "This site is served", "": ""} {
		c, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, header+"GET /0/about.txt?raw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		got, _ := io.ReadAll(c)
		c.Close()
		if !strings.Contains(string(got), want) || want == "" && len(got) > 0 {
			t.Errorf("%q: %q", header, got)
		}
	}
	if rest, code := r.stop(t, syscall.SIGTERM); code != 0 || !strings.Contains(rest, "remote=192.0.2.7:4711 ") {
		t.Errorf("exit %d, %q", code, rest)
	}
}
