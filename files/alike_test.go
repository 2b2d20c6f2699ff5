package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/files"
)

// TestMenusOfClientsWhoDoNotRead: large menus that are made for each request take memory once, as long as
// they are the same and somebody is still being sent one.
func TestMenusOfClientsWhoDoNotRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "map"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		write(fmt.Sprintf("%04d.txt", i), "")
	}
	write("map/gophermap", strings.Repeat("0A file\tfile.txt\n", 1000))
	fsys, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	h := files.Server(fsys, files.Long)
	items := func(selector string) []gopherframe.Item {
		t.Helper()
		return h(&gopherframe.Request{Selector: selector}).(*gopherframe.Menu).Items
	}
	for _, tt := range []struct{ selector, file, text string }{
		{"", "0500.txt", "longer"},
		{"map", "map/gophermap", strings.Repeat("0A file\tanother.txt\n", 1000)},
	} {
		first, second := items(tt.selector), items(tt.selector)
		if &first[0] != &second[0] {
			t.Errorf("%q: two clients have a menu each, though they are equal", tt.selector)
		}
		write(tt.file, tt.text)
		if third := items(tt.selector); slices.Equal(third, first) {
			t.Errorf("%q: the menu of before %s changed", tt.selector, tt.file)
		}
	}
}
