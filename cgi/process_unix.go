//go:build unix

package cgi

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// An account is who programs run as.
type account = syscall.Credential

var errRoot = errors.New("programs do not run as root: name a user for them")

// accountOf returns the account of the user called name, nil if that is the user of the
// server, or name is "".
func accountOf(name string) (*account, error) {
	server := os.Geteuid()
	if name == "" {
		if server == 0 {
			return nil, errRoot
		}
		return nil, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("programs cannot run as %q: %w", name, err)
	}
	as := &account{}
	if as.Uid, err = id(u.Uid); err != nil {
		return nil, err
	}
	switch {
	case as.Uid == 0:
		return nil, errRoot
	case int(as.Uid) == server:
		return nil, nil
	case server != 0:
		return nil, fmt.Errorf("programs cannot run as %q: only a server that is root can run them as another user", name)
	}
	if as.Gid, err = id(u.Gid); err != nil {
		return nil, err
	}
	groups, err := u.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("programs cannot run as %q: %w", name, err)
	}
	for _, group := range groups {
		gid, err := id(group)
		if err != nil {
			return nil, err
		}
		as.Groups = append(as.Groups, gid)
	}
	return as, nil
}

// checkFile returns an error if the file would run as root, whoever starts it.
func checkFile(path string) error {
	var info syscall.Stat_t
	if err := syscall.Stat(path, &info); err == nil && info.Uid == 0 && info.Mode&syscall.S_ISUID != 0 {
		return fmt.Errorf("%s belongs to root and has the setuid bit: %w", path, errRoot)
	}
	return nil // or there is no such file, which shows when it is started
}

func id(text string) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	return uint32(n), err
}

// attributes makes the program the leader of a process group, and of a session: without one of its own it
// could write to the terminal that the server was started from, and on some systems type there.
func attributes(as *account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Credential: as}
}

// terminate asks the group to end.
func terminate(leader *os.Process) { syscall.Kill(-leader.Pid, syscall.SIGTERM) }

// kill ends the group. Its number is not given to another one while a process is left in it, and
// hardly in the moment after the last one has ended.
func kill(leader *os.Process) { syscall.Kill(-leader.Pid, syscall.SIGKILL) }
