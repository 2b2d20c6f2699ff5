package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGet(t *testing.T) {
	r := start(t, "--log", "off", site)
	url := "gopher://" + r.addr + "/"
	picture, err := os.ReadFile(site + "/pictures/burrow.png")
	if err != nil {
		t.Fatal(err)
	}
	about, err := os.ReadFile(site + "/about.txt")
	if err != nil {
		t.Fatal(err)
	}
	menu := strings.ReplaceAll(`menu    notes                gopher://ADDR/1docs/notes
text    gopher.txt           gopher://ADDR/0docs/gopher.txt
text    grüße.txt            gopher://ADDR/0docs/gr%C3%BC%C3%9Fe.txt
text    name with space.txt  gopher://ADDR/0docs/name%20with%20space.txt
`, "ADDR", r.addr)
	tests := []struct {
		args   []string
		stdout string
		stderr string
		code   int
	}{
		{[]string{"get", url + "0about.txt"}, string(about), "", 0},
		{[]string{"get", url + "1docs"}, menu, "", 0},
		{[]string{"get", "--raw", url + "0docs/notes/README"}, "# Notes\r\n\r\nThis directory has no gophermap, so its menu is made of its entries.\r\n.\r\n", "", 0},
		{[]string{"get", url + "Ipictures/burrow.png"}, string(picture), "", 0},
		{[]string{"get", url + "0nope"}, "", "gopherframe: 127.0.0.1 says: Not found.\n", 1},
		{[]string{"get", "--raw", url + "0nope"}, "3Not found.\t\terror.host\t0\r\n.\r\n", "", 0},
		{[]string{"get", "-o", "-", url + "0docs/grüße.txt"}, "Nor is anything else of UTF-8: grüße, 你好.\n", "", 0},
		{[]string{"get", "-o", "/dev/null", url + "0about.txt"}, "", "", 0},
	}
	for _, tt := range tests {
		out, errs, code := call(t, "", tt.args...)
		if out != tt.stdout || errs != tt.stderr || code != tt.code {
			t.Errorf("%q: exit %d, %q, %q; want exit %d, %q, %q", tt.args, code, out, errs, tt.code, tt.stdout, tt.stderr)
		}
	}
}

func TestGetIntoAFile(t *testing.T) {
	r := start(t, "--log", "off", site)
	dir := t.TempDir()
	name := filepath.Join(dir, "out")
	if err := os.WriteFile(name, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	content := func() string {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}

	if _, errs, code := call(t, "", "get", "-o", name, "gopher://"+r.addr+"/0nope"); code != 1 || content() != "precious" {
		t.Errorf("refused: exit %d, %q, the file has %q", code, errs, content())
	}

	// A server resets the connection in the middle of the answer.
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, strings.Repeat("x", 100_000))
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	}()
	if _, errs, code := call(t, "", "get", "-o", name, "gopher://"+ln.Addr().String()+"/9x"); code != 1 || content() != "precious" || !strings.Contains(errs, "broke off") {
		t.Errorf("broken off: exit %d, %q, the file has %.20q", code, errs, content())
	}

	if _, errs, code := call(t, "", "get", "-o", name, "gopher://"+r.addr+"/0docs/grüße.txt"); code != 0 || !strings.HasPrefix(content(), "Nor is") {
		t.Errorf("exit %d, %q, the file has %q", code, errs, content())
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode was 0600, now it is %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left in the directory: %v", left)
	}

	if _, errs, code := call(t, "", "get", "-o", filepath.Join(dir, "no", "out"), "gopher://"+r.addr+"/"); code != 1 || !strings.Contains(errs, "no such file") || strings.Count(errs, "\n") != 1 {
		t.Errorf("no such directory: exit %d, %q", code, errs)
	}
	if _, errs, code := call(t, "", "get", "-o", dir, "gopher://"+r.addr+"/"); code != 2 || !strings.Contains(errs, "is a directory") {
		t.Errorf("a directory: exit %d, %q", code, errs)
	}
}

// answerOnce starts a server that answers one request with the bytes, and returns its
// address.
func answerOnce(t *testing.T, answer string) string {
	t.Helper()
	return writeOnce(t, func(w io.Writer) { io.WriteString(w, answer) })
}

// writeOnce starts a server that has write answer one request, and returns its address.
func writeOnce(t *testing.T, write func(io.Writer)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		bufio.NewReader(c).ReadString('\n')
		write(c)
	}()
	return ln.Addr().String()
}

// TestGetFromAHostileServer: bytes of an answer do not steer the terminal.
func TestGetFromAHostileServer(t *testing.T) {
	addr := answerOnce(t, "3\x1b]0;pwned\x07\x1b[31mx\t\te\t0\r\n.\r\n")
	if _, errs, code := call(t, "", "get", "gopher://"+addr+"/0x"); code != 1 || errs != "gopherframe: 127.0.0.1 says: ?]0;pwned??[31mx\n" {
		t.Errorf("refusal: exit %d, %q", code, errs)
	}
	addr = answerOnce(t, "\x1bname\tx\th\t70\r\n0\x1b[31mred\tx\th h\t70\r\n0no port\tx\th\r\n.\r\n")
	if out, errs, code := call(t, "", "get", "gopher://"+addr+"/"); code != 0 || strings.Contains(out, "\x1b") || !strings.Contains(out, "no port  gopher://h/0x\n") {
		t.Errorf("menu: exit %d, %q, %q", code, out, errs)
	}
}

// TestGetNothing: no bytes at all are an error, but for files. Menus and texts that have
// only their final period are empty.
func TestGetNothing(t *testing.T) {
	for _, path := range []string{"", "0x"} {
		addr := answerOnce(t, ".\r\n")
		if out, errs, code := call(t, "", "get", "gopher://"+addr+"/"+path); out != "" || errs != "" || code != 0 {
			t.Errorf("an empty page %q: exit %d, %q, %q", path, code, out, errs)
		}
		addr = answerOnce(t, "")
		if _, errs, code := call(t, "", "get", "gopher://"+addr+"/"+path); code != 1 || errs != "gopherframe: 127.0.0.1 sent nothing (if it speaks TLS there, try gophers://)\n" {
			t.Errorf("nothing for %q: exit %d, %q", path, code, errs)
		}
	}
	addr := answerOnce(t, "")
	if _, errs, code := call(t, "", "get", "gopher://"+addr+"/9x"); code != 0 || errs != "" {
		t.Errorf("an empty file: exit %d, %q", code, errs)
	}
}

// TestGetLineByLine: each line is printed before the server sends the next one.
func TestGetLineByLine(t *testing.T) {
	tests := []struct {
		args string
		sent []string
		want []string
	}{
		{"get /0x", []string{"a\r\n", "..b\r\n", "c\r\n.\r\n"}, []string{"a\n", ".b\n", "c\n"}},
		{"get --raw /0x", []string{"a\r\n", "..b\r\n"}, []string{"a\r\n", "..b\r\n"}},
		{"get /1x", []string{"ihi\t\te\t0\r\n", "0a\ta\th\t70\r\n", "0longer\tb\th\t70\r\n", "0c\tc\th\t70\r\n.\r\n"},
			[]string{"        hi\n", "text    a  gopher://h/0a\n", "text    longer  gopher://h/0b\n", "text    c       gopher://h/0c\n"}},
	}
	for _, tt := range tests {
		printed := make(chan struct{}, len(tt.sent))
		addr := writeOnce(t, func(w io.Writer) {
			for i, line := range tt.sent {
				if i > 0 {
					<-printed
				}
				io.WriteString(w, line)
			}
		})
		cmd := program(strings.Fields(strings.Replace(tt.args, "/", "gopher://"+addr+"/", 1))...)
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		hung := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
		out := bufio.NewReader(pipe)
		for _, want := range tt.want {
			if got, err := out.ReadString('\n'); got != want || err != nil {
				t.Errorf("%s: %q, %v, want %q", tt.args, got, err, want)
				break
			}
			printed <- struct{}{}
		}
		if rest, err := io.ReadAll(out); len(rest) > 0 || err != nil {
			t.Errorf("%s: then %q, %v", tt.args, rest, err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", tt.args, err)
		}
		hung.Stop()
	}
}

// TestProgress: a long download into a file shows its progress on a terminal.
func TestProgress(t *testing.T) {
	const size = 500_000
	shown := make(chan struct{}) // closed when the terminal shows progress
	addr := writeOnce(t, func(w io.Writer) {
		for left := size; left > 0; left -= 100 {
			w.Write(make([]byte, 100))
			select {
			case <-shown:
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	name := filepath.Join(t.TempDir(), "out")
	screen := onTerminal(t, os.Args[0]+" get -o "+name+" gopher://"+addr+"/9x")
	screen.expect(" MB")
	close(shown)
	screen.end()
	if info, err := os.Stat(name); err != nil || info.Size() != size {
		t.Errorf("the file: %v, %v", info, err)
	}
}

// TestTextOnATerminal: control characters of a text do not reach the terminal.
func TestTextOnATerminal(t *testing.T) {
	url := "gopher://" + answerOnce(t, "red \x1b[31m\r\n.\r\n") + "/0x"
	if got := onTerminal(t, os.Args[0]+" get "+url).end(); got != "red ?[31m\r\n" {
		t.Errorf("the terminal shows %q", got)
	}
}

// TestGetSeveral: URLs are fetched in their order, and one that fails does not keep the
// others from being fetched. A URL that is none is found before anything is fetched.
func TestGetSeveral(t *testing.T) {
	url := "gopher://" + start(t, "--log", "off", site).addr + "/"
	about, err := os.ReadFile(site + "/about.txt")
	if err != nil {
		t.Fatal(err)
	}
	out, errs, code := call(t, "", "get", url+"0about.txt", url+"0nope", "gopher://127.0.0.1:1/", url+"0/about.txt")
	want := "gopherframe: " + url + "0nope: 127.0.0.1 says: Not found.\n" +
		"gopherframe: gopher://127.0.0.1:1/: dial tcp 127.0.0.1:1: connect: connection refused\n"
	if out != string(about)+string(about) || errs != want || code != 1 {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	if out, errs, code := call(t, "", "get", "-o", "-", url+"0about.txt", url+"0about.txt"); out != string(about)+string(about) || errs != "" || code != 0 {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	if out, errs, code := call(t, "", "get", url+"0about.txt", "http://x/"); out != "" || !strings.Contains(errs, "must begin with gopher://") || code != 2 {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}

// TestGetTimeout: the time bounds the silence of the server.
func TestGetTimeout(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	url := "gopher://" + writeOnce(t, func(io.Writer) { <-release }) + "/0x"
	if out, errs, code := call(t, "", "get", "--timeout", "1", url); out != "" || errs != "gopherframe: the server sent nothing for 1s: i/o timeout\n" || code != 1 {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}
