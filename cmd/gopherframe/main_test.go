package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests run the program: this test binary calls main if beProgram is set in its
// environment.
const beProgram = "GOPHERFRAME_TEST_BE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(beProgram) != "" {
		main()
	}
	// With the race detector a program sleeps for a second before it exits. The programs
	// that the tests start do not.
	os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
	os.Exit(m.Run())
}

func program(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), beProgram+"=1")
	return cmd
}

// call runs the program and waits for its end.
func call(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := program(args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// A running is a program that runs as a server.
type running struct {
	cmd    *exec.Cmd
	addr   string            // of the last listener
	addrs  map[string]string // of all listeners, by scheme
	said   []string          // the lines on stderr before and between "listening"
	stderr *bufio.Reader
}

// start starts the program on a free TCP port, and waits until it listens.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	return startOn(t, []string{"tcp://127.0.0.1:0"}, args...)
}

// startOn starts the program with a --listen for each URL, and waits until it listens.
func startOn(t *testing.T, urls []string, args ...string) *running {
	t.Helper()
	all := []string{"serve"}
	for _, url := range urls {
		all = append(all, "--listen", url)
	}
	return startCommand(t, program(append(all, args...)...), len(urls))
}

// startCommand starts the program, and waits until it has that many listeners.
func startCommand(t *testing.T, cmd *exec.Cmd, listeners int) *running {
	t.Helper()
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	r := &running{cmd: cmd, stderr: bufio.NewReader(pipe), addrs: map[string]string{}}
	for len(r.addrs) < listeners {
		line := r.line(t)
		scheme, addr, ok := parseListening(line)
		if !ok {
			r.said = append(r.said, line)
			continue
		}
		r.addrs[scheme] = addr
		r.addr = addr
	}
	return r
}

// parseListening returns what a line says of a listener: `listening tcp 127.0.0.1:7000`, or
// the same in JSON.
func parseListening(line string) (scheme, addr string, ok bool) {
	var fields struct{ Msg, Transport, Address string }
	if json.Unmarshal([]byte(line), &fields) == nil {
		return fields.Transport, fields.Address, fields.Msg == "listening"
	}
	listener, ok := strings.CutPrefix(line, "listening ")
	scheme, addr, _ = strings.Cut(listener, " ")
	return scheme, addr, ok
}

// line returns the next line on stderr.
func (r *running) line(t *testing.T) string {
	t.Helper()
	line, err := r.stderr.ReadString('\n')
	if err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// stop sends the signal and waits for the end of the program.
func (r *running) stop(t *testing.T, sig syscall.Signal) (string, int) {
	t.Helper()
	r.cmd.Process.Signal(sig)
	return r.wait(t)
}

// wait waits for the end of the program, and returns the rest of stderr and the exit code.
func (r *running) wait(t *testing.T) (string, int) {
	t.Helper()
	rest, err := io.ReadAll(r.stderr)
	if err != nil {
		t.Fatal(err)
	}
	r.cmd.Wait()
	return string(rest), r.cmd.ProcessState.ExitCode()
}

// ask sends a line and returns the answer.
func (r *running) ask(t *testing.T, line string) string {
	t.Helper()
	c, err := net.Dial("tcp", r.addr)
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

const site = "../../examples/files/site"

func TestServe(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		r := start(t, site)
		if got := r.ask(t, "docs/gopher.txt\r\n"); !strings.HasPrefix(got, "Gopher is a protocol") || !strings.HasSuffix(got, "\r\n.\r\n") {
			t.Errorf("%q", got)
		}
		if line := r.line(t); !strings.Contains(line, "selector=docs/gopher.txt") || !strings.Contains(line, "bytes=") {
			t.Errorf("log: %q", line)
		}
		r.cmd.Process.Signal(syscall.SIGHUP) // is ignored
		if got := r.ask(t, "nope\r\n"); got != "3Not found.\t\terror.host\t0\r\n.\r\n" {
			t.Errorf("%q", got)
		}
		if line := r.line(t); !strings.Contains(line, "error=") {
			t.Errorf("log: %q", line)
		}
		if rest, code := r.stop(t, sig); rest != "" || code != 0 {
			t.Errorf("%v: exit %d, %q", sig, code, rest)
		}
	}
}

func TestLogFormats(t *testing.T) {
	tests := []struct {
		format string
		want   []string // in the line
	}{
		{"text", []string{"msg=request", `selector="a b\"c"`, "transport=tcp", "remote=127.0.0.1:", "duration="}},
		{"json", []string{`"msg":"request"`, `"selector":"a b\"c"`, `"bytes":30`}},
		{"text --redact-ip", []string{`msg=request`, ` remote=127.0.0.0 bytes=30`}},
	}
	for _, tt := range tests {
		r := start(t, append(strings.Fields("--log "+tt.format), site)...)
		r.ask(t, "a b\"c\r\n")
		line := r.line(t)
		for _, want := range tt.want {
			if !strings.Contains(line, want) {
				t.Errorf("--log %s: no %q in %q", tt.format, want, line)
			}
		}
		r.stop(t, syscall.SIGTERM)
	}
	r := start(t, "--log", "off", site)
	r.ask(t, "x\r\n")
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("--log off: exit %d, %q", code, rest)
	}
}

// TestCourtesies: requests of Gopher+ clients and of web browsers, and for URL: selectors,
// get an answer that the client understands.
func TestCourtesies(t *testing.T) {
	r := start(t, "--log", "off", site)
	_, port, _ := net.SplitHostPort(r.addr)
	for line, want := range map[string]string{
		"\t$\r\n":                         "+-1\r\n+INFO: 1Main menu\t\t127.0.0.1\t" + port + "\r\n.\r\n",
		"URL:https://example.org/\r\n":    `<a href="https://example.org/">`,
		"GET /about.txt HTTP/1.1\r\n\r\n": "gopher://127.0.0.1:" + port + "/1/about.txt",
	} {
		if got := r.ask(t, line); !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q in it", line, got, want)
		}
	}
	has(t, browse(t, "", "curl", "-sS", "http://"+r.addr+"/about.txt"), "This server speaks Gopher, not HTTP.")
}

// TestMetrics: Prometheus gets the number, the bytes and the duration of exchanges.
func TestMetrics(t *testing.T) {
	addr := freePort(t)
	cmd := program("serve", "--listen", "tcp://127.0.0.1:0", "--metrics", addr, "--log", "off", site)
	r := startCommand(t, cmd, 2)
	if r.addrs["metrics"] != addr {
		t.Errorf("the program says %v", r.addrs)
	}
	r.addr = r.addrs["tcp"]
	r.ask(t, "about.txt\r\n")
	r.ask(t, "nope\r\n")
	r.ask(t, "..\r\n")
	numbers := func() string { return browse(t, "", "curl", "-sS", "http://"+addr+"/metrics") }
	// An exchange is counted a little after the client has its answer, the duration last.
	for !strings.Contains(numbers(), `gopherframe_exchange_duration_seconds_count{host="",pattern="",transport="tcp"} 3`) {
		time.Sleep(10 * time.Millisecond)
	}
	has(t, numbers(),
		`gopherframe_exchange_duration_seconds_count{host="",pattern="",transport="tcp"} 3`,
		`gopherframe_exchanges_total{host="",outcome="bad",pattern="",transport="tcp",type="3"} 1`,
		`gopherframe_exchanges_total{host="",outcome="ok",pattern="",transport="tcp",type="0"} 1`,
		`gopherframe_exchanges_total{host="",outcome="refused",pattern="",transport="tcp",type="3"} 1`,
		`gopherframe_in_flight{transport="tcp"} 0`,
		`gopherframe_sent_bytes_total{host="",pattern="",transport="tcp",type="0"} 217`)
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
}

func TestServeFlags(t *testing.T) {
	r := start(t, "--public", "gopher.example:70", "--plain-text", "--log", "off", site)
	if got := r.ask(t, "\r\n"); !strings.Contains(got, "0About this site\tabout.txt\tgopher.example\t70\r\n") {
		t.Errorf("menu: %q", got)
	}
	if got := r.ask(t, "about.txt\r\n"); !strings.Contains(got, "\r\n.\r\nSo") || !strings.HasSuffix(got, "\r\n..and this is the end.\r\n") {
		t.Errorf("text: %q", got)
	}
}

func TestStdio(t *testing.T) {
	out, errs, code := call(t, "docs/notes/README\r\n", "serve", "--listen", "stdio:", site)
	if !strings.HasPrefix(out, "# Notes\r\n") || code != 0 || !strings.Contains(errs, "transport=stdio") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}

// TestStdioWaits: the request line comes late, on a pipe.
func TestStdioWaits(t *testing.T) {
	cmd := program("serve", "--listen", "stdio:", "--log", "off", site)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	io.WriteString(stdin, "docs/notes/README\r\n")
	if err := cmd.Wait(); err != nil || !strings.HasPrefix(out.String(), "# Notes\r\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}

// TestStdioOverTwoSockets: standard input and output are two different sockets.
func TestStdioOverTwoSockets(t *testing.T) {
	pair := func() (ours, theirs *os.File) {
		fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		return os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "theirs")
	}
	in, theirIn := pair()
	out, theirOut := pair()
	cmd := program("serve", "--listen", "stdio:", "--log", "off", site)
	cmd.Stdin, cmd.Stdout = theirIn, theirOut
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	io.WriteString(in, "docs/notes/README\r\n")
	got, err := io.ReadAll(out)
	if err != nil || !strings.HasPrefix(string(got), "# Notes\r\n") {
		t.Errorf("%q, %v", got, err)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestLogReaderLeaves: the reader of the log closes the pipe, and the server goes on.
func TestLogReaderLeaves(t *testing.T) {
	cmd := program("serve", "--listen", "tcp://127.0.0.1:0", site)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	r := &running{cmd: cmd, stderr: bufio.NewReader(read)}
	r.addr = strings.TrimPrefix(r.line(t), "listening tcp ")
	read.Close()
	for range 3 {
		if got := r.ask(t, "docs/notes/README\r\n"); !strings.HasPrefix(got, "# Notes\r\n") {
			t.Errorf("%q", got)
		}
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestInetd: standard input, output and error are the socket of the client. The client
// sends more than a line, and gets the answer without lines of the log in it.
func TestInetd(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	socket, err := conn.(*net.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	cmd := program("serve", "--listen", "stdio:", site)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = socket, socket, socket
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	socket.Close()
	io.WriteString(client, "docs/notes/README\r\n"+strings.Repeat("x", 10_000))
	got, err := io.ReadAll(client)
	if err != nil || !strings.HasPrefix(string(got), "# Notes\r\n") || !strings.HasSuffix(string(got), "\r\n.\r\n") {
		t.Errorf("%q, %v", got, err)
	}
	client.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestBadUsage(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	busy := "tcp://" + taken.Addr().String()
	tests := []struct {
		args []string
		want string // in the one line on stderr
		code int
	}{
		{[]string{"serve", "--bad"}, "unknown flag --bad (see gopherframe serve --help)", 2},
		{[]string{"serve", "--listne", "x"}, `unknown flag --listne, did you mean "--listen"? (see`, 2},
		{[]string{"serve", "--prologue", "70"}, "unknown flag --prologue (see", 2},
		{[]string{"serve", "-p", "70"}, "unknown flag -p (see", 2},
		{[]string{"serve", "--listen"}, "--listen: needs a value (see", 2},
		{[]string{"serve", "--config"}, "--config: needs a value (see", 2},
		{[]string{"serve", "--max-conns", "many"}, `--max-conns: "many" is not a whole number, or too large (see`, 2},
		{[]string{"sevre"}, `unexpected argument sevre, did you mean "serve"? (see gopherframe --help)`, 2},
		{[]string{"serve", "--max-conns=-1", site}, "--max-conns -1: write a number of connections, or 0 for the default", 2},
		{[]string{"serve", "--rate", "10", site}, "--rate: write N/s, N/m or N/h, as 10/s", 2},
		{[]string{"serve", "--rate", "0/s", site}, "--rate: write N/s", 2},
		{[]string{"serve", "--rate", "5/d", site}, "--rate: write N/s", 2},
		{[]string{"serve", "--charset", "klingon", site}, `--charset: "klingon" is not known: write a name of the IANA registry`, 2},
		{[]string{"serve", "--charset", "utf-16", site}, `--charset: "utf-16" has no place for ASCII`, 2},
		{[]string{"serve", "--robots", "/no/such/file", site}, "--robots: open /no/such/file: no such file or directory", 1},
		{[]string{"serve", "--robots", site, site}, "--robots: read " + site + ": is a directory", 1},
		{[]string{"serve", "--log-file", "/no/such/dir/log", site}, "--log-file: open /no/such/dir/log: no such file or directory", 1},
		{[]string{"serve", "--log-file", site, site}, "is a directory", 1},
		{[]string{"serve", "--log", "off", "--log-file", "x", site}, "--log off leaves nothing to write to --log-file", 2},
		{[]string{"serve", "--log", "combined", "--listen", "stdio:", site}, "add --log-file FILE", 2},
		{[]string{"serve", "--config", "/no/such/file", site}, "--config: open /no/such/file: no such file or directory", 2},
		{[]string{"serve", "--cache=-1", "/nope"}, "--cache -1: write a number of MiB from 0 to 1048576", 2},
		{[]string{"serve", "--cache", "8796093022208", "/nope"}, "--cache 8796093022208: write a number", 2},
		{[]string{"serve", "--log", "xml"}, `must be one of "text","json","combined","off" but got "xml"`, 2},
		{[]string{"serve", site, "other"}, "unexpected argument other", 2},
		{[]string{"serve", "--listen", "gopher://:70", site}, "known are stdio:, tcp://HOST:PORT, tls://, tls+tcp://, quic://, http://, https:// and unix:///PATH", 2},
		{[]string{"serve", "--listen", "http:7000", site}, "write http://HOST:PORT", 2},
		{[]string{"serve", "--listen", "https://127.0.0.1:0", site}, "needs a certificate: --cert FILE and --key FILE, or --self-signed", 2},
		{[]string{"serve", "--listen", "http://127.0.0.1:0", "--self-signed", site}, "nothing needs a certificate", 2},
		{[]string{"serve", "--theme", site, site}, "--theme and --web-proxy are for http:// and https://", 2},
		{[]string{"serve", "--listen", "http://127.0.0.1:0", "--theme", "/no/such/dir", site}, "--theme: open /no/such/dir: no such file or directory", 1},
		{[]string{"serve", "--listen", "http://127.0.0.1:0", "--theme", badTheme(t), site}, "theme: template: menu.html:1: unclosed action", 1},
		{[]string{"serve", "--listen", "http://127.0.0.1:0", "--web-proxy", "x", site}, `proxy "x": write the beginning of its URLs`, 2},
		{[]string{"serve", "--listen", "7000", site}, "known are", 2},
		{[]string{"serve", "--listen", "quic:127.0.0.1:0", site}, "write quic://HOST:PORT", 2},
		{[]string{"serve", "--listen", "unix://path", site}, "write unix:///PATH", 2},
		{[]string{"serve", "--listen", "unix:///tmp/x?mode=9", site}, "as in ?mode=0660", 2},
		{[]string{"serve", "--listen", "unix:///tmp/x?owner=me", site}, "as in ?mode=0660", 2},
		{[]string{"serve", "--listen", "unix:///no/such/dir/socket", site}, "no such file or directory", 1},
		{[]string{"serve", "--listen", "tls://127.0.0.1:0", site}, "needs a certificate: --cert FILE and --key FILE, or --self-signed", 2},
		{[]string{"serve", "--listen", "quic://127.0.0.1:0", "--cert", "x", site}, "--cert and --key need each other", 2},
		{[]string{"serve", "--listen", "tls://127.0.0.1:0", "--cert", "x", "--key", "y", "--self-signed", site}, "leave out --cert and --key", 2},
		{[]string{"serve", "--self-signed", site}, "nothing needs a certificate", 2},
		{[]string{"serve", "--listen", "tls://127.0.0.1:0", "--cert", "no.crt", "--key", "no.key", site}, "no.crt: no such file", 1},
		{[]string{"serve", "--listen", "tls://127.0.0.1:0", "--cert", "main.go", "--key", "main.go", site}, "failed to find any PEM data", 1},
		{[]string{"serve", "--listen", "tls://127.0.0.1:0", "--cert", "x", "--cert", "y", "--key", "z", site}, "there are 2 of --cert and 1 of --key", 2},
		{[]string{"serve", "--host", "a.example", site}, `--host "a.example": write NAME=DIR`, 2},
		{[]string{"serve", "--host", "a.example=", site}, `--host "a.example=": write NAME=DIR`, 2},
		{[]string{"serve", "--host", "=" + site, site}, "write NAME=DIR", 2},
		{[]string{"serve", "--host", "a.example:70=" + site, site}, `"a.example:70" is no name of a host`, 2},
		{[]string{"serve", "--host", "127.0.0.1=" + site, site}, `"127.0.0.1" is no name of a host`, 2},
		{[]string{"serve", "--host", "bücher.example=" + site, site}, "other scripts are written as xn--", 2},
		{[]string{"serve", "--host", "a.example.=" + site, site}, `"a.example." is no name of a host`, 2},
		{[]string{"serve", "--host", "a.example=" + site, "--host", "A.example=" + site, site}, `there are two directories for A.example`, 2},
		{[]string{"serve", "--host", "a.example=/no/such/dir", site}, `--host "a.example=/no/such/dir": cannot serve directory "/no/such/dir"`, 1},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0=b.example", "--host", "a.example=" + site, site}, `--listen "tcp://127.0.0.1:0=b.example": no --host has the name "b.example"`, 2},
		{[]string{"serve", "--listen", "unix:///tmp/x?host=b.example", site}, `no --host has the name "b.example"`, 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0=", site}, "write a name of --host behind the =", 2},
		{[]string{"serve", "--listen", "stdio:=", site}, "write a name of --host behind the =", 2},
		{[]string{"serve", "--users", "/etc", site}, `--users "/etc": write a directory within the homes`, 2},
		{[]string{"serve", "--users", ".", site}, `--users ".": write a directory within the homes`, 2},
		{[]string{"serve", "--proxy-protocol", "10.0.0.1", site}, "or one address as 10.0.0.1/32", 2},
		{[]string{"serve", "--listen", "stdio:", "--proxy-protocol", "10.0.0.1/32", site}, "of which --listen has none", 2},
		{[]string{"get", "--pins", ".", "gophers://127.0.0.1:1/"}, "is a directory", 1},
		{[]string{"serve", "--listen", "tcp://", site}, "write tcp://HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://::", site}, "write tcp://HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://me@127.0.0.1:0", site}, "write tcp://HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:99999", site}, "write tcp://HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0?x", site}, "write tcp://HOST:PORT", 2},
		{[]string{"serve", "--listen", "stdio://", site}, "write stdio:", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--public", "a b:70", site}, "write HOST or HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0/x", site}, "write tcp://HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--public", "example.org:", site}, "write HOST or HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--public", ":70", site}, "write HOST or HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--public", "a:b:c", site}, "write HOST or HOST:PORT", 2},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--public", "example.org:gopher", site}, "write HOST or HOST:PORT", 2},
		{[]string{"serve", "no/such/dir"}, `cannot serve directory "no/such/dir"`, 1},
		{[]string{"serve", "main.go"}, `cannot serve directory "main.go"`, 1},
		{[]string{"serve", "--listen", busy, site}, "address already in use", 1},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--listen", busy, site}, "address already in use", 1},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--metrics", taken.Addr().String(), site}, "--metrics " + taken.Addr().String() + ": listen tcp", 1},
		{[]string{"serve", "--listen", "tcp://127.0.0.1:0", "--metrics", "x", site}, "--metrics x: listen tcp", 1},
		{[]string{"serve", "--sort", "size", site}, `must be one of "dirs","name","natural","newest" but got "size"`, 2},
		{[]string{"serve", "--hide", "[", site}, `--hide "[": write a pattern for names`, 2},
		{[]string{"serve", "--hide", "a/b", site}, `--hide "a/b": write a pattern for names`, 2},
		{[]string{"serve", "--hide", "", site}, `--hide "": write a pattern for names`, 2},
		{[]string{"serve", "--type", "gmi", site}, "--type gmi: write an extension and the one character of an item type", 2},
		{[]string{"serve", "--type", "gmi=00", site}, "--type gmi=00: write an extension", 2},
		{[]string{"serve", "--type", "tar.gz=9", site}, `--type tar.gz=9: extension "tar.gz": write what follows the last period`, 2},
		{[]string{"serve", "--type", "x=i", site}, "--type x=i: nobody can ask for what has the type i", 2},
		{[]string{"serve", "--header", "no/header", site}, "--header: open no/header: no such file or directory", 1},
		{[]string{"serve", "--footer", badMap(t), site}, `/map: line 2: port "x": write a number from 1 to 65535`, 1},
		{[]string{"check", "--long", "gopher://127.0.0.1/"}, "are for a directory", 2},
		{[]string{"check", "--sort", "name", "gopher://127.0.0.1/"}, "are for a directory", 2},
		{[]string{"check", "--type", "x", site}, "--type x: write an extension", 2},
		{[]string{"get"}, `expected "<url> ..."`, 2},
		{[]string{"get", "http://example.org/"}, "must begin with gopher://", 2},
		{[]string{"get", "127.0.0.1:70"}, "must begin with gopher://", 2},
		{[]string{"get", "gopher://127.0.0.1:70000/"}, "a port is a number from 1 to 65535", 2},
		{[]string{"get", "-o", "x", "gopher://127.0.0.1:1/", "gopher://127.0.0.1:1/"}, "-o x: one file cannot take 2 answers; use -O", 2},
		{[]string{"get", "-o", "x", "-O", "gopher://127.0.0.1:1/"}, "-o and -O: one of them", 2},
		{[]string{"get", "--timeout", "0", "gopher://127.0.0.1:1/"}, "--timeout 0: the time must be more than 0", 2},
		{[]string{"get", "--timeout=-1", "gopher://127.0.0.1:1/"}, "--timeout: -1 is less than 0", 2},
		{[]string{"get", "gopher://127.0.0.1:1/"}, "connection refused", 1},
		{[]string{"get", "gopher://127.0.0.1:1/0a%0Ab"}, "cannot be asked for", 2},
		{[]string{"check"}, `expected "<url|dir>"`, 2},
		{[]string{"check", "http://example.org/"}, "must begin with gopher://", 2},
		{[]string{"check", "gopher://127.0.0.1/7find%09words"}, "write gopher://HOST[:PORT]/TSELECTOR", 2},
		{[]string{"check", "--public", "a:70", "gopher://127.0.0.1/"}, "--public is for a directory", 2},
		{[]string{"check", "--public", "a:b", site}, "write HOST or HOST:PORT", 2},
		{[]string{"check", "--jobs", "0", site}, "--jobs 0: write a number of 1 or more", 2},
		{[]string{"check", "--max-pages=-1", site}, "--max-pages -1: write a number of 1 or more", 2},
		{[]string{"check", "--delay=-1s", site}, "--delay: -1s is less than 0", 2},
		{[]string{"check", "--timeout", "0", site}, "--timeout 0: the time must be more than 0", 2},
		{[]string{"check", "--timeout", "soon", site}, `--timeout: "soon" is no time: write a number of seconds, or one with its unit`, 2},
		{[]string{"check", "--timeout", "inf", site}, `--timeout: "inf" is no time`, 2},
		{[]string{"check", "no/such/dir"}, "no/such/dir: no such file or directory\n", 1},
		{[]string{"check", "./example.org"}, "no such file or directory\n", 1},
		{[]string{"check", "example.org"}, "no such file or directory; for a server write gopher://example.org/\n", 1},
		{[]string{"check", "localhost"}, "for a server write gopher://localhost/\n", 1},
		{[]string{"check", "localhost:70"}, "for a server write gopher://localhost:70/\n", 1},
		{[]string{"check", "[::1]:70/docs"}, "for a server write gopher://[::1]/1docs\n", 1},
		{[]string{"check", "gopher.example.org/1docs"}, "for a server write gopher://gopher.example.org/1docs\n", 1},
		{[]string{}, "expected one of", 2},
		{[]string{"server"}, "unexpected argument server", 2},
	}
	for _, tt := range tests {
		out, errs, code := call(t, "", tt.args...)
		if code != tt.code || !strings.Contains(errs, tt.want) || strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "gopherframe: ") || out != "" {
			t.Errorf("%q: exit %d, %q, %q; want exit %d, %q", tt.args, code, errs, out, tt.code, tt.want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"get", "--help"}, {"check", "--help"}} {
		out, errs, code := call(t, "", args...)
		if code != 0 || errs != "" || !strings.HasPrefix(out, "Usage: gopherframe") {
			t.Errorf("%q: exit %d, %q, %q", args, code, out, errs)
		}
	}
}
