// Package examples checks that the example programs do what they say.
package examples

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopherframe/client"
)

// start builds and runs an example, and returns its address once it accepts connections.
func start(t *testing.T, name string, args ...string) string {
	t.Helper()
	addr := freeAddr(t)
	startAt(t, addr, name, append([]string{"-addr", addr}, args...)...)
	return addr
}

// startAt builds and runs an example that is to accept connections at addr.
func startAt(t *testing.T, addr, name string, args ...string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-o", binary, "./"+name).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(binary, args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("after ^C: %v", err)
		}
	})
	for range 500 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not listen on %s", name, addr)
}

// freeAddr returns an address on which nobody listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// ask sends the line, and returns the answer as it was sent.
func ask(t *testing.T, addr, line string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, line)
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestHello(t *testing.T) {
	addr := start(t, "hello")
	host, port, _ := strings.Cut(addr, ":")
	at := "\t" + host + "\t" + port + "\r\n"
	want := "iWhom shall I greet?\t\terror.host\t0\r\n0The world\thello/world" + at + "0All gophers\thello/gophers" + at + "0Grace\thello/Grace Hopper" + at + ".\r\n"
	if got := ask(t, addr, "\r\n"); got != want {
		t.Errorf("the menu is %q, want %q", got, want)
	}
	if got, want := ask(t, addr, "hello/Grace Hopper\r\n"), "hello Grace Hopper\r\n.\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFiles(t *testing.T) {
	for _, args := range [][]string{nil, {"-dir", "files/site"}} {
		addr := start(t, "files", args...)
		if got := ask(t, addr, "files\r\n"); !strings.HasPrefix(got, "iWelcome to a small site.") || !strings.Contains(got, "\tfiles/about.txt\t") {
			t.Errorf("%q: the menu is %q", args, got)
		}
		if got := ask(t, addr, "files/about.txt\r\n"); !strings.HasPrefix(got, "This site is served by gopherframe.\r\n") {
			t.Errorf("%q: %q", args, got)
		}
		if got := ask(t, addr, "\r\n"); !strings.Contains(got, "1The files\tfiles/\t") {
			t.Errorf("%q: the home menu is %q", args, got)
		}
	}
}

func TestMenu(t *testing.T) {
	addr := start(t, "menu")
	home := ask(t, addr, "\r\n")
	at := "\t" + strings.Replace(addr, ":", "\t", 1) + "\r\n"
	want := "iThis menu is made from the routes of the app.\t\terror.host\t0\r\n" +
		"0All routes of this app\troutes.txt" + at +
		"1What is new\tnews" + at +
		"7Say something, and hear it shouted\tshout" + at +
		"1Throw dice\tdice" + at +
		"1Throw a hundred-sided die\tdice/100" + at + ".\r\n"
	if home != want {
		t.Errorf("home is %q, want %q", home, want)
	}
	for line, want := range map[string]string{
		"routes.txt":   "PATTERN                KIND      NAME   TYPE  TITLE",
		"shout\thello": "iHELLO\t",
		"dice/6":       "iYou threw ",
		"dice/1":       "3There is no such die.\t",
		"dice/x":       "3There is no such die.\t",
	} {
		if got := ask(t, addr, line+"\r\n"); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q, want %q at its beginning", line, got, want)
		}
	}
}

// TestWeb: the examples for browsers run beside each other, at an address without a host, and
// open a port for browsers if they are asked to.
func TestWeb(t *testing.T) {
	for _, name := range []string{"menu", "quiz", "kitchen"} {
		addr, web := freeAddr(t), freeAddr(t)
		_, port, _ := strings.Cut(addr, ":")
		startAt(t, addr, name, "-addr", ":"+port)
		startAt(t, web, name, "-addr", freeAddr(t), "-web", web, "-public", "gopher.example:70")
		if got := ask(t, web, "GET / HTTP/1.0\r\n\r\n"); !strings.Contains(got, `href="gopher://gopher.example/"`) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestHybrid follows the link of each transport's menu, over that transport.
func TestHybrid(t *testing.T) {
	secure := freeAddr(t)
	addr := start(t, "hybrid", "-tls", secure)
	pins, err := client.OpenPins(filepath.Join(t.TempDir(), "pins"))
	if err != nil {
		t.Fatal(err)
	}
	c := &client.Client{Pins: pins}
	for transport, url := range map[string]string{"tcp": "gopher://" + addr, "tls": "gophers://" + secure, "quic": "gopher+quic://" + addr} {
		a, err := c.Get(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		menu, err := a.Menu()
		a.Close()
		if err != nil || len(menu.Items) != 2 || menu.Items[0].Name != "You came over "+transport+"." {
			t.Fatalf("%s: %v, %v", url, menu, err)
		}
		if a, err = c.Get(t.Context(), a.URL.Link(menu.Items[1])); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(a.Text())
		a.Close()
		if !strings.HasPrefix(string(got), "Over "+transport+", to port "+url[strings.LastIndex(url, ":")+1:]+", from 127.0.0.1:") || err != nil {
			t.Errorf("%s: %q, %v", url, got, err)
		}
	}
}

func TestQuiz(t *testing.T) {
	addr := start(t, "quiz")
	menu := ask(t, addr, "\r\n")
	want := "iWhat do you know of Gopher?\t\terror.host\t0\r\ni===========================\t\terror.host\t0\r\niWhich port has Gopher?\t"
	if !strings.HasPrefix(menu, want) {
		t.Fatalf("the first question is %q, want %q at its beginning", menu, want)
	}
	first := follow(t, menu, "70")
	for _, step := range []struct{ answer, want string }{
		{"70", "iRight!\t"},
		{"Geneva", "iNo. It is Minnesota.\t"},
		{"7", "iRight!\t"},
	} {
		menu = ask(t, addr, follow(t, menu, step.answer)+"\r\n")
		if !strings.HasPrefix(menu, step.want) {
			t.Fatalf("after %q: %q, want %q at its beginning", step.answer, menu, step.want)
		}
	}
	if !strings.Contains(menu, "iThat was all. You know 2 of 3.\t") {
		t.Errorf("at the end: %q", menu)
	}
	forged := strings.Replace(first, "answer/A", "answer/B", 1)
	for _, selector := range []string{forged, "answer/x/1", "answer//1", strings.TrimSuffix(first, "/1") + "/11"} {
		if got := ask(t, addr, selector+"\r\n"); selector == first || !strings.HasPrefix(got, "3") {
			t.Errorf("%q: %q", selector, got)
		}
	}
}

// TestTilde signs the guest book, as a server of its own and as a program under another
// server, whose arguments come from clients.
func TestTilde(t *testing.T) {
	dir := t.TempDir()
	book := filepath.Join(dir, "tilde.cgi.book")
	addr := start(t, "tilde", "-book", book)
	if got := ask(t, addr, "\r\n"); !strings.Contains(got, "iThere are none.\t") {
		t.Errorf("the home menu is %q", got)
	}
	for line, want := range map[string]string{
		"sign": "3Please write something.\t", "sign\t \x1b ": "3Please write something.\t",
		"sign\t" + strings.Repeat("x", 201): "3That is too long: 200 bytes are the most.\t",
		"sign\tgrüße\x1b[0m  a":             "iThank you!\t",
	} {
		if got := ask(t, addr, line+"\r\n"); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	today := time.Now().UTC().Format(time.DateOnly)
	if got := ask(t, addr, "find\tGRÜSSE\r\n"); !strings.Contains(got, "iThere are none.\t") {
		t.Errorf("found: %q", got)
	}

	program := filepath.Join(dir, "tilde.cgi")
	if out, err := exec.Command("go", "build", "-o", program, "./tilde").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	under := func(query, search string) string {
		cmd := exec.Command(program, "-h") // an argument of a client is no flag
		cmd.Env = append(os.Environ(), "GATEWAY_INTERFACE=CGI/1.1", "SCRIPT_NAME=/~me/tilde.cgi", "SERVER_NAME=tilde.example", "SERVER_PORT=70",
			"QUERY_STRING="+query, "SEARCHREQUEST="+search)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if got := under("", ""); !strings.Contains(got, "  grüße [0m a\t") || !strings.Contains(got, "i"+today[:4]) || !strings.Contains(got, "7Find an entry\t/~me/tilde.cgi?/find\ttilde.example\t70\r\n") {
		t.Errorf("under a server: %q", got)
	}
	if got := under("/sign", "second"); !strings.HasPrefix(got, "iThank you!\t") {
		t.Errorf("under a server: %q", got)
	}
	if got := under("/find", "SEC"); !strings.Contains(got, "second\t") || strings.Contains(got, "grüße") {
		t.Errorf("found: %q", got)
	}
	if got := ask(t, addr, "book.txt\r\n"); strings.Count(got, "\r\n") != 3 || !strings.HasSuffix(got, "  second\r\n.\r\n") {
		t.Errorf("the book is %q", got)
	}
	if err := os.WriteFile(book, make([]byte, 64<<10+1), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, addr, "sign\tmore\r\n"); !strings.HasPrefix(got, "3The book is full.\t") {
		t.Errorf("a full book: %q", got)
	}

	cmd := exec.Command(program)
	var exit *exec.ExitError
	if out, err := cmd.CombinedOutput(); !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "cgi-bin") || !strings.Contains(string(out), "-addr") {
		t.Errorf("by hand: %v, %q", err, out)
	}
	if out, err := exec.Command(program, "-h").CombinedOutput(); err != nil || !strings.Contains(string(out), "guest book") {
		t.Errorf("-h: %v, %q", err, out)
	}
}

// follow returns the selector of the item that has the name.
func follow(t *testing.T, menu, name string) string {
	t.Helper()
	for line := range strings.Lines(menu) {
		if fields := strings.Split(line, "\t"); len(fields) == 4 && fields[0] == "1"+name {
			return fields[1]
		}
	}
	t.Fatalf("there is no %q in %q", name, menu)
	return ""
}
