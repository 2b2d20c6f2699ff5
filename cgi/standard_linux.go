package cgi

import (
	"os"

	"golang.org/x/sys/unix"
)

// watch calls gone when nobody reads f any more: the reader of a pipe has closed it, or a
// connection was reset. A client that has only ended its own side still reads. It returns a
// function that ends the watch.
func watch(f *os.File, gone func()) (stop func()) {
	wake, end, err := os.Pipe()
	if err != nil {
		return func() {}
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		fds := []unix.PollFd{{Fd: int32(f.Fd())}, {Fd: int32(wake.Fd())}} // hangups and errors are reported always
		for {
			_, err := unix.Poll(fds, -1)
			switch {
			case err == unix.EINTR:
				continue
			case err == nil && fds[0].Revents != 0 && fds[1].Revents == 0:
				gone()
			}
			return
		}
	}()
	return func() {
		end.Close()
		<-over
		wake.Close()
	}
}

// discard makes f lead to the null device, also for those who know only its number.
func discard(f *os.File) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer null.Close()
	unix.Dup3(int(null.Fd()), int(f.Fd()), 0)
}
