package main

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

var combinedLine = regexp.MustCompile(`^127\.0\.0\.[01] - - \[[^]]+\] "GET /\S* Gopher" \d{3} \d+ "-" "-"$`)

// TestCombined: a program that reads the log meets requests and nothing else, on stdout
// and in the file.
func TestCombined(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	for _, args := range [][]string{nil, {"--redact-ip"}, {"--log-file", log}} {
		cmd := program(append([]string{"serve", "--log", "combined", "--self-signed", "--metrics", "127.0.0.1:0",
			"--listen", "tls://127.0.0.1:0", "--listen", "tcp://127.0.0.1:0", writeSite(t, map[string]string{"gophermap": "0bad\tx\thost\tport\n"})}, args...)...)
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		r := startCommand(t, cmd, 3)
		r.addr = r.addrs["tcp"]
		r.ask(t, "\r\n") // warns of the line in the gophermap
		r.ask(t, "a b\"c\r\n")
		cmd.Process.Signal(syscall.SIGTERM)
		out, err := io.ReadAll(stdout)
		if err != nil {
			t.Fatal(err)
		}
		if rest, code := r.wait(t); !strings.Contains(rest, "level=WARN") || code != 0 {
			t.Errorf("%q: exit %d, stderr has no warning: %q", args, code, rest)
		}
		if len(args) == 2 {
			if len(out) > 0 {
				t.Errorf("%q: %q on stdout", args, out)
			}
			if out, err = os.ReadFile(log); err != nil {
				t.Fatal(err)
			}
		}
		lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		for _, line := range lines {
			if !combinedLine.MatchString(line) || strings.HasPrefix(line, "127.0.0.0") != (len(args) == 1) {
				t.Errorf("%q: %q", args, line)
			}
		}
		if len(lines) != 2 || !strings.Contains(string(out), `"GET /a%20b%22c Gopher" 404 30 `) {
			t.Errorf("%q: %q", args, out)
		}
	}
}

// TestJSON: all that stderr has is JSON, from the first line on, in the last one the error
// that ends the program.
func TestJSON(t *testing.T) {
	var said []map[string]any
	read := func(text string) {
		t.Helper()
		for line := range strings.Lines(text) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Errorf("%q: %v", line, err)
			}
			said = append(said, fields)
		}
	}
	cmd := program("serve", "--log", "json", "--self-signed", "--metrics", "127.0.0.1:0", "--listen", "tls://127.0.0.1:0", "--listen", "tcp://127.0.0.1:0", site)
	r := startCommand(t, cmd, 3)
	r.addr = r.addrs["tcp"]
	r.ask(t, "about.txt\r\n")
	rest, _ := r.stop(t, syscall.SIGTERM)
	read(strings.Join(r.said, "\n") + "\n" + rest)
	if len(said) != 2 || said[0]["msg"] != "certificate" || said[0]["hosts"] != "localhost, 127.0.0.1, ::1" || said[1]["msg"] != "request" {
		t.Errorf("%v", said)
	}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	said = nil
	_, errs, code := call(t, "", "serve", "--log", "json", "--listen", "tcp://"+taken.Addr().String(), site)
	read(errs)
	if len(said) != 1 || said[0]["level"] != "ERROR" || !strings.Contains(said[0]["msg"].(string), "address already in use") || code != 1 {
		t.Errorf("exit %d, %v", code, said)
	}
	for flag, want := range map[string]int{"--max-conns=-1": 2, "--log-file=/no/such/dir/log": 1} {
		if _, errs, code := call(t, "", "serve", "--log", "json", flag, site); code != want || !json.Valid([]byte(errs)) {
			t.Errorf("%s: exit %d, %q", flag, code, errs)
		}
	}
}

// TestIPv6Warning: the warning about links to an IPv6 address names the flag that helps.
func TestIPv6Warning(t *testing.T) {
	if ln, err := net.Listen("tcp", "[::1]:0"); err != nil {
		skip(t, "no IPv6 on loopback: "+err.Error())
	} else {
		ln.Close()
	}
	for _, format := range []string{"text", "json", "combined"} {
		r := startOn(t, []string{"tcp://[::1]:0"}, "--log", format, site)
		r.ask(t, "\r\n")
		rest, _ := r.stop(t, syscall.SIGTERM)
		if strings.Count(rest, "IPv6") != 1 || !strings.Contains(rest, "set --public") {
			t.Errorf("--log %s: %q", format, rest)
		}
	}
}
