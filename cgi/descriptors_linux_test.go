package cgi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestDescriptors: a program gets no descriptor of the server, whoever opened it.
func TestDescriptors(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Open(secret, syscall.O_RDONLY, 0) // as one that is inherited: without O_CLOEXEC
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	h := handler(t, fmt.Sprintf("cat /proc/self/fd/%d 2>&1 || echo none", fd))
	h.Env = []string{"LC_ALL=C"}
	want := fmt.Sprintf("cat: /proc/self/fd/%d: No such file or directory\nnone\n", fd)
	if got, _ := ask(t, h.Respond, ""); got != want {
		t.Errorf("the program reads %q", got)
	}
}
