package main

import (
	"fmt"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// sandbox takes from the process, for good, the rights to open, run, make and remove files,
// but to read below the directories readable, to make files and write to them below the
// directories writable and to remove files in the directories removable. Where the kernel
// can do that, it also takes the rights to bind and connect TCP sockets, and to signal other
// processes. It is Landlock, which does not stop chmod, UDP and Unix sockets with a path. It
// returns an error if the kernel has none.
func sandbox(readable, writable, removable []string) (err error) {
	_ = time.Now().Format(time.RFC3339) // reads /etc/localtime, for the log
	rules := []landlock.Rule{landlock.PathAccess(ll.AccessFSReadFile|ll.AccessFSReadDir, readable...)}
	if len(writable) > 0 {
		rules = append(rules, landlock.PathAccess(ll.AccessFSWriteFile|ll.AccessFSMakeReg, writable...))
	}
	if len(removable) > 0 {
		rules = append(rules, landlock.PathAccess(ll.AccessFSRemoveFile, removable...))
	}
	for _, version := range []landlock.Config{landlock.V6, landlock.V5, landlock.V4, landlock.V3, landlock.V2, landlock.V1} {
		if err = version.Restrict(rules...); err == nil {
			return nil
		}
	}
	return fmt.Errorf("--sandbox: the kernel has no Landlock: %w", err)
}
