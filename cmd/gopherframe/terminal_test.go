package main

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A terminal runs a command on a terminal of its own, which the program script makes.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	keys io.Writer
	out  io.Reader
	all  strings.Builder // everything that the terminal has shown
}

// onTerminal starts a command of the shell. GOPHERFRAME_TEST_BE_PROGRAM is set for it.
func onTerminal(t *testing.T, command string) *terminal {
	t.Helper()
	needsProgram(t, "script")
	cmd := exec.Command("script", "-q", "-e", "-c", command, "/dev/null")
	cmd.Env = append(os.Environ(), beProgram+"=1", "HOME="+t.TempDir())
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hung := time.AfterFunc(60*time.Second, func() { cmd.Process.Kill() })
	t.Cleanup(func() {
		hung.Stop()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &terminal{t: t, cmd: cmd, keys: keys, out: out}
}

// expect waits until the terminal has shown want.
func (s *terminal) expect(want string) {
	s.t.Helper()
	for !strings.Contains(s.all.String(), want) {
		if !s.read() {
			s.t.Fatalf("the terminal does not show %q, but\n%s", want, s.all.String())
		}
	}
}

// press types keys.
func (s *terminal) press(keys string) { io.WriteString(s.keys, keys) }

// end waits for the end of the command, and returns everything that the terminal has
// shown.
func (s *terminal) end() string {
	s.t.Helper()
	for s.read() {
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("%v, the terminal shows\n%s", err, s.all.String())
	}
	return s.all.String()
}

// read reads what comes next, and reports whether more may come.
func (s *terminal) read() bool {
	buf := make([]byte, 1000)
	n, err := s.out.Read(buf)
	s.all.Write(buf[:n])
	return err == nil
}
