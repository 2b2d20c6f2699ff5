//go:build unix

package cgi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/listen"
)

// TestTimeout: a program whose time is over is ended, with those that it started.
func TestTimeout(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"before its first byte", ``, timedOut},
		{"later", `echo a`, "a\n"},
		{"without an end of its own", `(while :; do echo y; done) >/dev/null &`, timedOut},
		{"that says goodbye", `trap 'echo goodbye; exit 0' TERM`, timedOut},
		{"that does not listen", `trap '' TERM`, timedOut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pids := filepath.Join(dir(t), "pids")
			h := handler(t, tt.script+"\nsleep 1000 & echo $$ >$0.pid; echo $! >"+pids+"; wait; sleep 1000")
			h.Path, h.Args = "/bin/sh", []string{h.Path}
			os.Chmod(filepath.Dir(h.Args[0]), 0o777)
			h.Timeout = 500 * time.Millisecond
			got, log := ask(t, h.Respond, "")
			for got != tt.want && h.Timeout < patience { // the machine may need longer to start a program
				h = &cgi.Handler{Path: h.Path, Args: h.Args, User: h.User, Timeout: 2 * h.Timeout}
				got, log = ask(t, h.Respond, "")
			}
			if got != tt.want {
				t.Errorf("the answer is %q, want %q", got, tt.want)
			}
			checkLog(t, fmt.Sprintf(`level=WARN msg="gopherframe: a program ran too long and was ended" program=sh timeout=%v bytes=%d`, h.Timeout, 2*strings.Count(tt.want, "a\n")), log)
			for _, file := range []string{h.Args[0] + ".pid", pids} {
				if text, err := os.ReadFile(file); err == nil { // it may have been ended before
					pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
					until(t, "a process is left", func() bool { return isGone(pid) })
				}
			}
		})
	}
}

// TestChildStays: a process that a program leaves behind does not hold its answer up. In the
// group of the program it is ended, outside of it nobody finds it.
func TestChildStays(t *testing.T) {
	for _, tt := range []struct {
		name, command string
		gone          bool
	}{
		{"in the group", "sleep 1000", true},
		{"outside of it", "setsid sleep 1000", false},
		{"outside of it, and it writes", "setsid yes", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pids := filepath.Join(dir(t), "pids")
			h := handler(t, tt.command+" & echo $! >"+pids+"; echo done")
			got, _ := ask(t, h.Respond, "")
			pid := pidIn(t, pids)
			if !tt.gone {
				defer syscall.Kill(pid, syscall.SIGKILL)
			}
			if got = strings.ReplaceAll(got, "y\n", ""); got != "done\n" {
				t.Errorf("the answer is %q", got)
			}
			if tt.gone {
				until(t, "the child is left", func() bool { return isGone(pid) })
			}
		})
	}
}

// TestClientGoes: a program ends when its client goes, whether it writes or not.
func TestClientGoes(t *testing.T) {
	for name, script := range map[string]string{"silent": "sleep 1000 & wait", "writing for ever": "yes & wait"} {
		t.Run(name, func(t *testing.T) {
			h := handler(t, "echo $$; "+script)
			log := &lines{}
			addr, stop := serve(t, h.Respond, &listen.TCP{Log: log.logger()})
			c := dial(t, addr, "")
			line, err := bufio.NewReader(c).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			pid, _ := strconv.Atoi(strings.TrimSpace(line))
			hangUp(c)
			until(t, "the program is left", func() bool { return isGone(pid) })
			stop()
			checkLog(t, "", log)
		})
	}
}

// TestGoodbye: a program may tidy up before it ends.
func TestGoodbye(t *testing.T) {
	bye := filepath.Join(dir(t), "bye")
	h := handler(t, "trap 'echo bye >"+bye+"; exit' TERM; echo ready; while :; do sleep 0.1; done")
	addr, _ := serve(t, h.Respond, &listen.TCP{})
	c := dial(t, addr, "")
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	hangUp(c)
	until(t, "the program has not said goodbye", func() bool {
		text, _ := os.ReadFile(bye)
		return string(text) == "bye\n"
	})
}

// askPid asks for the answer of a program that prints its number first, and returns that.
func askPid(t *testing.T, addr string) int {
	t.Helper()
	line, err := bufio.NewReader(dial(t, addr, "")).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// TestServerStops: a program ends when the server has waited for it.
func TestServerStops(t *testing.T) {
	h := handler(t, "echo $$; sleep 1000 & wait")
	addr, stop := serve(t, h.Respond, &listen.TCP{Limits: listen.Limits{Grace: time.Millisecond}})
	pid := askPid(t, addr)
	stop()
	until(t, "the program is left", func() bool { return isGone(pid) })
}

// TestServerStopsStubborn: a program that does not listen to SIGTERM does not outlive the server.
func TestServerStopsStubborn(t *testing.T) {
	h := handler(t, "trap '' TERM; echo $$; while :; do sleep 1000; done")
	addr, stop := serve(t, h.Respond, &listen.TCP{Limits: listen.Limits{Grace: time.Millisecond}})
	pid := askPid(t, addr)
	stop()
	if !isGone(pid) {
		t.Error("the server has stopped, and the program runs")
	}
}

// TestGigabyte: output takes no memory, however long it is.
func TestGigabyte(t *testing.T) {
	const size = 1 << 30
	h := handler(t, "exec head -c "+strconv.Itoa(size)+" /dev/zero")
	addr, _ := serve(t, h.Respond, &listen.TCP{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, dial(t, addr, ""))
	runtime.ReadMemStats(&after)
	if n != size || err != nil {
		t.Errorf("%d bytes came, and the error %v, want %d", n, err, size)
	}
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 16 {
		t.Errorf("%d MiB were allocated", took)
	}
}

// TestManyClients: of 1,000 requests, 200 clients of which hang up, no process is left.
func TestManyClients(t *testing.T) {
	gate := filepath.Join(dir(t), "gate")
	if err := syscall.Mkfifo(gate, 0o644); err != nil {
		t.Fatal(err)
	}
	const waves, clients, leaving = 10, 100, 20
	h := handler(t, "echo $$; exec cat "+gate)
	h.MaxRunning = clients
	addr, _ := serve(t, h.Respond, &listen.TCP{Limits: listen.Limits{MaxConns: 4 * clients}})
	for range waves {
		var conns []net.Conn
		for range clients {
			conns = append(conns, dial(t, addr, ""))
		}
		var answers []*bufio.Reader
		var pids []int
		for n, c := range conns {
			r := bufio.NewReader(c)
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatalf("%q, %v", line, err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil {
				t.Fatalf("%q", line)
			}
			pids = append(pids, pid)
			if n < leaving {
				hangUp(c)
				continue
			}
			answers = append(answers, r)
		}
		for _, pid := range pids[:leaving] {
			until(t, "a program whose client went is left", func() bool { return isGone(pid) })
		}
		until(t, "a program is left", func() bool {
			if open, err := os.OpenFile(gate, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
				open.Close() // those that wait for it have read to the end
			}
			return !slices.ContainsFunc(pids, func(pid int) bool { return !isGone(pid) })
		})
		for _, r := range answers {
			if rest, err := io.ReadAll(r); len(rest) != 0 || err != nil {
				t.Errorf("%q, %v", rest, err)
			}
		}
		for _, c := range conns {
			c.Close()
		}
	}
}

// TestMaxRunning: one program more than may run is refused, until one ends.
func TestMaxRunning(t *testing.T) {
	h := handler(t, "echo $$; sleep 1000")
	h.MaxRunning = 2
	other := h.At(h.Path, "other")
	addr, _ := serve(t, func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "other" {
			return other.Respond(q)
		}
		return h.Respond(q)
	}, &listen.TCP{})
	first, second := dial(t, addr, ""), dial(t, addr, "other")
	for _, c := range []io.Reader{first, second} {
		if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	for _, selector := range []string{"", "other"} {
		if got, err := io.ReadAll(dial(t, addr, selector)); string(got) != busy {
			t.Errorf("a third program: %q, %v", got, err)
		}
	}
	hangUp(first)
	until(t, "no program may run", func() bool {
		line, _ := bufio.NewReader(dial(t, addr, "")).ReadString('\n')
		return line != strings.SplitAfter(busy, "\n")[0]
	})
}
