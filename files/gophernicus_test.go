//go:build unix

package files_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/answer"
	"gopherframe/internal/leak"
)

// TestGophernicus: Debian's gophernicus and a Server give the same items for the same site,
// but for the differences.
func TestGophernicus(t *testing.T) {
	leak.Check(t)
	program := gophernicus(t)
	dir := plant(t, gophernicusSite)
	// A path of the system that leads into the site.
	if err := os.WriteFile(filepath.Join(dir, "include", "part"), []byte("="+dir+"/footer\n"+gophernicusSite["include/part"]), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"program/prog", "runs/a.gophermap"} {
		if err := os.Chmod(filepath.Join(dir, program), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	addr := serveGophernicus(t, program, dir, "-nx")
	h := serveDir(t, dir, files.Tags)
	pages := map[string]bool{}
	t.Run("pages", func(t *testing.T) {
		for name := range gophernicusSite {
			page := filepath.ToSlash(filepath.Dir(name))
			if !pages[page] && strings.Contains(filepath.Base(name), "gopher") || name == "plain/a.txt" {
				pages[page] = true
				t.Run(page, func(t *testing.T) {
					t.Parallel() // gophernicus takes its time
					compare(t, addr, h, page)
				})
			}
		}
	})
}

// gophernicus returns the path of the program.
func gophernicus(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("gophernicus")
	if err != nil {
		program = "/usr/sbin/gophernicus" // which not every PATH has
	}
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return program
}

// compare compares a page of the server at addr with that of h.
func compare(t *testing.T, addr string, h gopherframe.Handler, page string) {
	selector := strings.TrimPrefix(page, ".")
	theirs := fetchMenu(t, addr, "/"+selector)
	ours, ok := h(&gopherframe.Request{Selector: selector}).(*gopherframe.Menu)
	if !ok {
		t.Fatal("this is no menu")
	}
	var want string
	for _, d := range differences {
		if d.page == page {
			want += d.diff
		}
	}
	if diff := cmp.Diff(want, diffOf(comparable(theirs), comparable(ours))); diff != "" {
		t.Errorf("it differs from gophernicus in other lines than differences has (-want +got):\n%s", diff)
	}
}

// serveGophernicus starts the program for each connection, as inetd does, and returns the
// address.
func serveGophernicus(t *testing.T, program, dir string, flags ...string) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(func() { ln.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				f, err := conn.(*net.TCPConn).File()
				if err != nil {
					t.Error(err)
					return
				}
				defer f.Close()
				// No footer, no way up, no dates, and nothing that is not about maps.
				cmd := exec.Command(program, "-h", "gopher.test", "-p", "70", "-r", dir, "-w", "67",
					"-nf", "-nl", "-nd", "-nh", "-nv", "-nu", "-ns", "-nm", "-nr", "-no")
				cmd.Args = append(cmd.Args, flags...)
				cmd.Stdin, cmd.Stdout = f, f
				if err := cmd.Run(); err != nil {
					t.Errorf("gophernicus: %v", err)
				}
			})
		}
	})
	return ln.Addr().String()
}

// fetchMenu returns the menu that the server at addr answers a selector with.
func fetchMenu(t *testing.T, addr, selector string) *gopherframe.Menu {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, selector+"\r\n"); err != nil {
		t.Fatal(err)
	}
	m, err := answer.ParseMenu(conn)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// comparable returns the items of a menu without what means the same: the address of an item that
// leads nowhere, the first slash of a selector, and the last of a directory's.
func comparable(m *gopherframe.Menu) (lines []string) {
	for _, it := range m.Items {
		switch {
		case it.Type.LeadsNowhere():
			it.Host, it.Port = "", 0
			if it.Selector != "TITLE" {
				it.Selector = ""
			}
		case it.Host == "" || it.Host == "gopher.test":
			it.Host, it.Port = "", 0
			it.Selector = strings.TrimPrefix(it.Selector, "/")
			if it.Type == gopherframe.TypeMenu {
				it.Selector = strings.TrimSuffix(it.Selector, "/")
			}
		case it.Port == 0:
			it.Port = 70
		}
		line := it.Type.String() + it.Name
		if it.Selector != "" || it.Host != "" || !it.Type.LeadsNowhere() {
			line += " > " + it.Selector
		}
		if it.Host != "" {
			line += fmt.Sprintf(" at %s:%d", it.Host, it.Port)
		}
		lines = append(lines, line+"\n")
	}
	return lines
}

// diffOf returns the lines that only one of a and b has, after "-" or "+".
func diffOf(a, b []string) string {
	// same[i][j] is how many lines a[i:] and b[j:] have in common.
	same := make([][]int, len(a)+1)
	for i := range same {
		same[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if same[i][j] = max(same[i+1][j], same[i][j+1]); a[i] == b[j] {
				same[i][j] = same[i+1][j+1] + 1
			}
		}
	}
	var diff strings.Builder
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || same[i+1][j] >= same[i][j+1]):
			diff.WriteString("-" + a[i])
			i++
		default:
			diff.WriteString("+" + b[j])
			j++
		}
	}
	return diff.String()
}
