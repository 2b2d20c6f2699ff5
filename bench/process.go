package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A process is a running server.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	addr  string
}

// start runs a server, and returns when it listens.
func start(command ...string) (*process, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("%s: it does not listen: %w", strings.Join(command, " "), errors.Join(err, p.stop()))
	}
	p.addr = strings.TrimSpace(line)
	return p, nil
}

// stop ends the server and waits for that.
func (p *process) stop() error {
	p.stdin.Close()
	return p.cmd.Wait()
}

func (p *process) pid() int { return p.cmd.Process.Pid }
