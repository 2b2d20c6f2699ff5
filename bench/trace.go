package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// traceName is what -only has to match for the system calls of an exchange.
const traceName = "system calls"

// errNoStrace says why there is no trace.
var errNoStrace = errors.New("strace is not installed")

// trace returns the system calls of one exchange, from the accept4 that returns the
// connection to the close of it, as strace prints them. Calls that wait for a lock are left
// out; the others of that time are there, whichever thread makes them.
func trace(p *plan, c contender) ([]string, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return nil, errNoStrace
	}
	log := filepath.Join(p.site.dir, "strace")
	server, err := start(append([]string{strace, "-f", "-qq", "-s", "24", "-o", log, "-e", "trace=network,desc", "-e", "signal=none"}, c.command...)...)
	if err != nil {
		return nil, err
	}
	err = exchanges(server.addr, p.site.small, 4)
	if err = errors.Join(err, server.stop()); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(log)
	if err != nil {
		return nil, err
	}
	calls := lastExchange(joinCalls(string(text)))
	if calls == nil {
		return nil, errors.New("strace shows no accept4 with the close of what it returned")
	}
	return calls, nil
}

// exchanges makes n exchanges, with a pause behind each so that none meets the end of
// another.
func exchanges(addr string, w work, n int) error {
	cl, err := newClient("tcp", addr)
	if err != nil {
		return err
	}
	for range n {
		if _, err := cl.run(w, 1, 0); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

var (
	// A line of strace -f -o: the thread, and a call, the beginning of one or the rest of one.
	traceLine  = regexp.MustCompile(`^(\d+) +(.*)$`)
	unfinished = regexp.MustCompile(`^(.*?)<unfinished \.\.\.>$`)
	resumed    = regexp.MustCompile(`^<\.\.\. \w+ resumed>(.*)$`)
	accepted   = regexp.MustCompile(`^accept4?\(.* = (\d+)$`)
	manySpaces = regexp.MustCompile(`\) +=`)
)

// joinCalls returns the calls of all threads in the order of their end.
func joinCalls(log string) (calls []string) {
	begun := map[string]string{} // by thread
	for line := range strings.Lines(log) {
		found := traceLine.FindStringSubmatch(strings.TrimSpace(line))
		if found == nil {
			continue
		}
		thread, call := found[1], found[2]
		if begin := unfinished.FindStringSubmatch(call); begin != nil {
			begun[thread] = begin[1]
			continue
		}
		if rest := resumed.FindStringSubmatch(call); rest != nil {
			call = strings.TrimRight(begun[thread], " ") + " " + strings.TrimLeft(rest[1], " ")
		}
		calls = append(calls, manySpaces.ReplaceAllString(call, ") ="))
	}
	return calls
}

// lastExchange returns the calls of the last connection, nil if there is none that was closed.
func lastExchange(calls []string) []string {
	for i := len(calls) - 1; i >= 0; i-- {
		found := accepted.FindStringSubmatch(calls[i])
		if found == nil {
			continue
		}
		for j, call := range calls[i:] {
			if strings.HasPrefix(call, "close("+found[1]+")") {
				return calls[i : i+j+1]
			}
		}
	}
	return nil
}

// A traced contender has the system calls of an exchange.
type traced struct {
	name  string
	calls []string
	err   error // instead of calls: errNoStrace
}

// traces are the traces of the small text, first that of gopherframe as it is.
func (p *plan) traces() (all []traced, err error) {
	contenders := append(p.in(everywhere, nil), p.loops(p.site.small)...)
	if p.short {
		contenders = contenders[:1]
	}
	for _, c := range contenders {
		calls, err := trace(p, c)
		if err != nil && err != errNoStrace {
			return nil, err
		}
		all = append(all, traced{c.name, calls, err})
	}
	return all, nil
}
