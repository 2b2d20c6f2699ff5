package cgi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"gopherframe"
)

// run runs the program for q, and calls take with each piece of its output, until the program
// or ctx ends or take fails. It returns the error of take, or that of the program, which is logged.
func (h *Handler) run(ctx context.Context, q *gopherframe.Request, take func([]byte) error) error {
	if ctx.Err() != nil { // of a map with many programs the client has gone
		return context.Cause(ctx)
	}
	if err := h.begin(); err != nil {
		return err
	}
	ctx, cancel := h.bound(ctx)
	defer cancel()
	log := h.log(q)
	p, err := h.start(ctx, q, log)
	if err != nil {
		h.end()
		log.Error("gopherframe: a program could not be started", "error", err.Error())
		return &gopherframe.Error{Err: err}
	}
	n, whole, err := p.copy(ctx, take)
	if err != nil {
		cancel()
	}
	failure := p.wait()
	switch {
	case err != nil:
		return err
	case whole && failure == nil:
		return nil
	case ctx.Err() != nil:
		cause := context.Cause(ctx)
		var late *tooLate
		if errors.As(cause, &late) {
			log.Warn("gopherframe: a program ran too long and was ended", "timeout", late.limit, "bytes", n)
		}
		return cause
	}
	log.Error("gopherframe: a program failed", "error", failure.Error(), "bytes", n)
	return &gopherframe.Error{Err: fmt.Errorf("cgi: %s: %w", h.Path, failure)}
}

// bound returns ctx with the Timeout.
func (h *Handler) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := h.Timeout
	switch {
	case limit == 0:
		limit = defaultTimeout
	case limit < 0:
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, &tooLate{h.Path, limit})
}

// A tooLate is the error of a program that ran for longer than it may.
type tooLate struct {
	path  string
	limit time.Duration
}

func (e *tooLate) Error() string { return fmt.Sprintf("cgi: %s ran for more than %v", e.path, e.limit) }

// Unwrap has the client read "Timed out."
func (e *tooLate) Unwrap() error { return context.DeadlineExceeded }

// A process is a program that runs, and those that it started.
type process struct {
	cmd       *exec.Cmd
	out, errs *outlet
	ended     chan struct{} // closed when the program is no more, and its group was told to end
	failure   error         // of the program; set when ended is closed
	logging   sync.WaitGroup
}

// start starts the program. It ends with ctx.
func (h *Handler) start(ctx context.Context, q *gopherframe.Request, log *slog.Logger) (*process, error) {
	as, err := h.account()
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(h.Path)
	if err != nil {
		return nil, err
	}
	if err := checkFile(path); err != nil {
		return nil, err
	}
	p := &process{ended: make(chan struct{})}
	p.cmd = &exec.Cmd{Path: path, Args: append([]string{path}, h.Args...), Dir: h.Dir, Env: h.environ(q), SysProcAttr: attributes(as)}
	if p.cmd.Dir == "" {
		p.cmd.Dir = filepath.Dir(path)
	}
	if err := p.open(); err != nil {
		return nil, err
	}
	p.logging.Go(func() { logErrors(p.errs, log) })
	go p.supervise(ctx, h.end)
	return p, nil
}

// open starts the program with pipes for its output.
func (p *process) open() error {
	out, stdout, err := os.Pipe()
	if err != nil {
		return err
	}
	defer stdout.Close()
	errs, stderr, err := os.Pipe()
	if err != nil {
		out.Close()
		return err
	}
	defer stderr.Close()
	p.cmd.Stdout, p.cmd.Stderr = stdout, stderr
	p.out, p.errs = &outlet{File: out}, &outlet{File: errs}
	keepDescriptors()
	if err := p.cmd.Start(); err != nil {
		out.Close()
		errs.Close()
		return err
	}
	return nil
}

// supervise waits for the end of the program, or brings it about when ctx ends, and ends what
// is left of its group. Then it calls over.
func (p *process) supervise(ctx context.Context, over func()) {
	gone := make(chan error, 1)
	go func() { gone <- p.cmd.Wait() }()
	select {
	case p.failure = <-gone:
	case <-ctx.Done():
		p.out.wake() // nobody needs what it says now
		terminate(p.cmd.Process)
		select {
		case p.failure = <-gone:
		case <-time.After(grace):
			kill(p.cmd.Process)
			p.failure = <-gone
		}
	}
	kill(p.cmd.Process)
	over()
	close(p.ended)
	p.out.wake()
	p.errs.wake()
}

// copy calls take with what the program prints, up to its end, and then whole is true, until
// ctx ends, or until take fails with err. n is how many bytes were printed.
func (p *process) copy(ctx context.Context, take func([]byte) error) (n int64, whole bool, err error) {
	buf := make([]byte, 32<<10)
	for {
		k, end := p.out.Read(buf)
		if ctx.Err() != nil {
			return n, false, nil
		}
		n += int64(k)
		if k > 0 {
			if err := take(buf[:k]); err != nil {
				return n, false, err
			}
		}
		if end != nil { // it has closed its output, or has ended
			return n, true, nil
		}
	}
}

// wait waits until the program has ended, and returns its error.
func (p *process) wait() error {
	<-p.ended
	p.logging.Wait()
	p.out.Close()
	p.errs.Close()
	return p.failure
}
