package main

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A terminal runs a command on a pseudo-terminal, which the program script opens.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	keys io.Writer
	out  io.Reader
	all  strings.Builder // the output so far
}

// onTerminal starts a command line of the shell, in which os.Args[0] is the program.
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

// expect waits until want is in the output. It fails the test if the command ends before.
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

// end waits for the end of the command, and returns all of its output.
func (s *terminal) end() string {
	s.t.Helper()
	for s.read() {
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("%v, the terminal shows\n%s", err, s.all.String())
	}
	return s.all.String()
}

// read reads some output, and reports whether there may be more.
func (s *terminal) read() bool {
	buf := make([]byte, 1000)
	n, err := s.out.Read(buf)
	s.all.Write(buf[:n])
	return err == nil
}
