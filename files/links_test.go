package files_test

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/files"
)

// TestLinksInListings: a link is listed as what it leads to, in the tree only.
func TestLinksInListings(t *testing.T) {
	dir := plant(t, map[string]string{"root/d/a.txt": "a", "root/d/sub/x": "x", "root/up.gif": "", "secret": "s"})
	for name, text := range map[string]string{
		"to-file": "a.txt", "to-file-too": "a.txt", "to-dir": "sub", "to-dir-too": "./sub", "up.png": "../up.gif",
		"dead": "nope", "dead-too": "nope", "out": "../../secret", "absolute": filepath.Join(dir, "root/d/a.txt"), "self": "self",
	} {
		if err := os.Symlink(text, filepath.Join(dir, "root/d", name)); err != nil {
			t.Fatal(err)
		}
	}
	want := "1sub 1to-dir 1to-dir-too 0a.txt 0to-file 0to-file-too Iup.png"
	for name, fsys := range map[string]fs.FS{"Dir": must(files.Dir(filepath.Join(dir, "root"))), "a file system of one's own": noLinks{must(files.Dir(filepath.Join(dir, "root")))}} {
		menu := files.Server(fsys)(&gopherframe.Request{Selector: "d"}).(*gopherframe.Menu)
		var got []string
		for _, it := range menu.Items {
			got = append(got, it.Type.String()+it.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestLinksAreLookedUpOnce: links with the same target cost as much as one, also if it is
// dead, as long as there are at most a thousand different ones.
func TestLinksAreLookedUpOnce(t *testing.T) {
	dir := plant(t, map[string]string{"d/a.txt": "a"})
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(dir, "d", name)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		link("a.txt", fmt.Sprintf("x%d.txt", i))
		link("nope", fmt.Sprintf("dead%d.txt", i))
	}
	count := func() (items, stats int) {
		fsys := &statFS{sysFS: must(files.Dir(dir)).(sysFS)}
		defer fsys.Close()
		menu := files.Server(fsys)(&gopherframe.Request{Selector: "d"}).(*gopherframe.Menu)
		return len(menu.Items), fsys.links
	}
	if items, stats := count(); items != 11 || stats != 2 {
		t.Errorf("20 links to 2 targets: %d items, %d looked up", items, stats)
	}
	for i := range 998 {
		link(fmt.Sprint("./a.txt", strings.Repeat("/", i)), fmt.Sprintf("y%d", i)) // all different
	}
	if items, stats := count(); stats != 1000 {
		t.Errorf("1018 links to 1000 targets: %d items, %d looked up", items, stats)
	}
}

// sysFS is what Dir returns.
type sysFS interface {
	fs.StatFS
	fs.ReadLinkFS
	fs.SubFS
	io.Closer
}

// A statFS counts how often a link is followed. Directories and gophermaps are no links.
type statFS struct {
	sysFS
	links int
}

func (s *statFS) Stat(name string) (fs.FileInfo, error) {
	if info, err := s.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		s.links++
	}
	return s.sysFS.Stat(name)
}

// noLinks is a file system that cannot tell what is written in a link.
type noLinks struct{ fs.FS }
