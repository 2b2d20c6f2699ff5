//go:build !unix

package cgi

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// An account is who programs run as.
type account struct{}

func accountOf(name string) (*account, error) {
	if name != "" {
		return nil, fmt.Errorf("programs cannot run as %q: on %s they run as the user of the server", name, runtime.GOOS)
	}
	return nil, nil
}

func checkFile(string) error { return nil }

func attributes(*account) *syscall.SysProcAttr { return nil }

func terminate(leader *os.Process) { leader.Kill() }

func kill(leader *os.Process) { leader.Kill() }
