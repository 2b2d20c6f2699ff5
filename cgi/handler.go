// Package cgi answers requests by programs, and makes programs of apps: a program is a
// [gopherframe.Handler] here, after RFC 3875, and a Handler is a program below another Gopher
// server.
//
//	h := &cgi.Handler{Path: "/srv/programs/weather", Type: gopherframe.TypeText}
//	r.Mount("weather/", h.Respond)
//
// docs/programs.md has the variables that a program finds, and examples.
package cgi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gopherframe"
	"gopherframe/gophermap"
)

// A Handler runs a program for each request and answers with what it prints. There is no shell
// between them, nothing that a client sent becomes an argument, and the program finds only
// the variables of docs/programs.md in its environment.
//
// The answer is sent as the program prints it, and a client that reads slowly slows the
// program down: output of any length takes no memory. A program prints no header. If it fails, or
// its time is over, before it has printed anything, the client reads an error; later than that,
// its answer is cut. The answer ends when the program has ended, even if a process that it
// started holds its output open. A program that fails is logged; what it writes to
// standard error is, too, 20 lines of 1,000 bytes of each run.
//
// The program and the processes that it started are one process group. What is left of it is
// ended when the program has ended, and all of it at the Timeout and when the context of
// the request ends because the client has gone or the server stops: by SIGTERM, and half a second later by
// SIGKILL. A process that has left the group, as setsid(1) makes it, is not found. On systems
// other than Unix only the program itself is ended.
//
// A Handler must not be copied or changed after its first use. Its methods are safe for
// concurrent use.
type Handler struct {
	Path   string   // the program; it is not looked up in PATH
	Args   []string // its arguments, without its name
	Dir    string   // where it runs; "": the directory of Path
	Script string   // the selector that leads to it, SCRIPT_NAME; the rest of a selector is PATH_INFO. "": Request.Base
	Root   string   // DOCUMENT_ROOT, the directory of the site; "": none

	// Type is what the program prints: of TypeText a text, which is framed as one; of TypeMenu
	// and TypeSearch a gophermap, whose selectors are relative to the directory of Script, or a menu as
	// it is on the wire; anything else is sent as it is. 0 is sent as it is, whatever it may be.
	Type gopherframe.ItemType

	Gph bool // a gophermap is one in the dialect of geomyidae: [1|name|selector|host|port]

	Env        []string // further variables, as "NAME=value"; they replace those of the request
	InheritEnv []string // the names of variables that the program gets from the server's environment

	// Timeout is how long the program may run. 0 means 60 seconds, and a negative value no
	// limit: a program that hangs would then run until its client goes.
	Timeout time.Duration

	// MaxRunning is how many programs this Handler and those that At made of it run at the same
	// time; the client of one more reads "Server busy." Without it, clients could start processes
	// until the system has no more. 0 means 32, and a negative value no limit.
	MaxRunning int

	// User is the name of the user that programs run as, with that user's groups. Only a
	// server that is root can name another user than its own, and has to: programs never
	// run as root.
	User string

	Log *slog.Logger // nil: Request.Log

	parent  *Handler // whose limit counts; nil: this one's
	running atomic.Int64
	look    sync.Once // for the fields below
	as      *account
	asErr   error
}

const (
	defaultTimeout = time.Minute
	defaultRunning = 32
	grace          = time.Second / 2 // from SIGTERM to SIGKILL: less than the second for which package listen waits for exchanges that it has cut
)

// At returns a Handler for the program at path, which the selector script leads to. It has the Root,
// the environment and the limits of h, runs as the User of h unless it gets one of its own, and its
// programs count as those of h. Its other fields are zero.
func (h *Handler) At(path, script string) *Handler {
	return &Handler{
		Path: path, Script: script,
		Root: h.Root, Env: h.Env, InheritEnv: h.InheritEnv, Timeout: h.Timeout, Log: h.Log,
		parent: h.first(),
	}
}

// first returns the Handler whose limits and user count.
func (h *Handler) first() *Handler {
	if h.parent != nil {
		return h.parent
	}
	return h
}

// Check returns an error if h can run no program because of its User: it is unknown, or
// needs rights that the server does not have, or programs would run as root.
func (h *Handler) Check() error {
	_, err := h.account()
	return err
}

// account returns who programs run as: nil for the user of the server.
func (h *Handler) account() (*account, error) {
	if h.User == "" {
		h = h.first()
	}
	h.look.Do(func() { h.as, h.asErr = accountOf(h.User) })
	return h.as, h.asErr
}

// Respond runs the program for q. It is a [gopherframe.Handler]: the program starts when the
// answer is written.
func (h *Handler) Respond(q *gopherframe.Request) gopherframe.Response {
	return &gopherframe.Stream{Type: h.Type, Write: func(ctx context.Context, w io.Writer) error {
		if !h.Type.IsMenu() {
			return h.run(ctx, q, func(p []byte) error {
				_, err := w.Write(p)
				return err
			})
		}
		m := &mapLines{parser: h.parser(q), host: q.Host, port: q.Port, w: w, log: h.log(q)}
		if err := h.run(ctx, q, m.take); err != nil {
			return err
		}
		return m.end()
	}}
}

// Output runs the program for q and returns what it printed, at most max bytes. If it prints
// more, it is ended, and more is true. It returns an error if the program failed, which
// is logged already: it is what [gopherframe.Fail] answers with.
func (h *Handler) Output(q *gopherframe.Request, max int) (out []byte, more bool, err error) {
	err = h.run(q.Context(), q, func(p []byte) error {
		if len(p) > max-len(out) {
			out = append(out, p[:max-len(out)]...)
			return errEnough
		}
		out = append(out, p...)
		return nil
	})
	if err == errEnough {
		return out, true, nil
	}
	return out, false, err
}

// errEnough ends a program whose output is not needed.
var errEnough = errors.New("enough was printed")

// parser returns what reads a map. Relative selectors in it are relative to the script, up to its last
// slash.
func (h *Handler) parser(q *gopherframe.Request) func(text string) *gophermap.Map {
	script := h.script(q)
	base := script[:strings.LastIndexByte(script, '/')+1]
	if h.Gph {
		return (&gophermap.Directory{Base: base}).ParseGph
	}
	return func(text string) *gophermap.Map { return gophermap.Parse(text, base) }
}

func (h *Handler) log(q *gopherframe.Request) *slog.Logger {
	if h.Log != nil {
		return h.Log.With("program", h.Path)
	}
	return q.Log().With("program", h.Path)
}

// begin counts a program, and returns an error if it would be one too many.
func (h *Handler) begin() error {
	h = h.first()
	most := int64(h.MaxRunning)
	if most == 0 {
		most = defaultRunning
	}
	if n := h.running.Add(1); most > 0 && n > most {
		h.running.Add(-1)
		return &gopherframe.Error{Text: gopherframe.BusyText, Err: errTooMany}
	}
	return nil
}

func (h *Handler) end() { h.first().running.Add(-1) }

var errTooMany = errors.New("cgi: as many programs run as may run at the same time")
