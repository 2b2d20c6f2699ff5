//go:build unix && !linux

package cgi

import (
	"os"

	"golang.org/x/sys/unix"
)

// watch watches nothing: on some systems a connection whose client has only ended its own
// side looks like one that has gone.
func watch(*os.File, func()) (stop func()) { return func() {} }

// discard makes f lead to the null device, also for those who know only its number.
func discard(f *os.File) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer null.Close()
	unix.Dup2(int(null.Fd()), int(f.Fd()))
}
