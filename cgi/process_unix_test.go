//go:build unix

package cgi_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/cgi"
)

// TestSession: a program has no terminal: it is in a session of its own.
func TestSession(t *testing.T) {
	h := handler(t, `[ $(ps -o sid= -p $$) -eq $$ ] && [ $(ps -o pgid= -p $$) -eq $$ ] && echo alone`)
	if got, log := ask(t, h.Respond, ""); got != "alone\n" {
		t.Errorf("the answer is %q, %s", got, log)
	}
}

// TestNotForNobody: for a client who has gone already nothing is started.
func TestNotForNobody(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	log := &lines{}
	h := &cgi.Handler{Path: filepath.Join(dir(t), "missing"), User: tester(), Log: log.logger()}
	q := (&gopherframe.Request{}).WithContext(ctx)
	if _, _, err := h.Output(q, 1); !errors.Is(err, context.Canceled) || log.String() != "" {
		t.Errorf("the error is %v, and the log %q", err, log)
	}
}

// TestSetuidRoot: what would run as root does not run.
func TestSetuidRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make such a file")
	}
	path := write(t, "program", "#!/bin/sh\n", 0o755)
	if err := os.Chmod(path, 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	h := &cgi.Handler{Path: path, User: tester()}
	if got, log := ask(t, h.Respond, ""); got != failed || !strings.Contains(log.String(), "setuid") {
		t.Errorf("the answer is %q, and the log %q", got, log)
	}
}
