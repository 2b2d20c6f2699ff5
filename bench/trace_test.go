package main

import (
	"slices"
	"testing"
)

func TestLastExchange(t *testing.T) {
	const log = `10 accept4(3, {sa_family=AF_INET}, [112 => 16], SOCK_CLOEXEC) = 5
10 close(5)                          = 0
10 accept4(3,  <unfinished ...>
11 epoll_pwait(4,  <unfinished ...>
10 <... accept4 resumed>{sa_family=AF_INET}, [112 => 16], SOCK_CLOEXEC) = 6
11 <... epoll_pwait resumed>[], 128, 0, NULL, 0) = 0
11 read(6, "hello\r\n", 512)         = 7
10 accept4(3, 0xc000, [112], SOCK_CLOEXEC) = -1 EAGAIN (Resource temporarily unavailable)
11 close(6)                          = 0
10 close(7)                          = 0
11 +++ exited with 0 +++
`
	want := []string{
		`accept4(3, {sa_family=AF_INET}, [112 => 16], SOCK_CLOEXEC) = 6`,
		`epoll_pwait(4, [], 128, 0, NULL, 0) = 0`,
		`read(6, "hello\r\n", 512) = 7`,
		`accept4(3, 0xc000, [112], SOCK_CLOEXEC) = -1 EAGAIN (Resource temporarily unavailable)`,
		`close(6) = 0`,
	}
	if got := lastExchange(joinCalls(log)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := lastExchange([]string{"close(5) = 0"}); got != nil {
		t.Errorf("without accept4: %q", got)
	}
}
