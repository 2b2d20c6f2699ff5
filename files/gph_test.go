package files_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"gopherframe"
	"gopherframe/files"
)

func TestGph(t *testing.T) {
	dir := plant(t, map[string]string{
		"index.gph": "Welcome\ntthere\n[1|Docs|docs/|server|port]\n", "docs/index.gph": "not this\n", "docs/gophermap": "this\n", "docs/more.GPH": "[0|A|a.txt|server|port]\n*\n",
		"list/a.gph": "", "bad/index.gph": "[0|few]\n",
	})
	h := serveDir(t, dir)
	for selector, want := range map[string]string{
		"": "iWelcome\nithere\n1Docs|docs/\n", "index.gph": "iWelcome\nithere\n1Docs|docs/\n", "docs": "ithis\n",
		"docs/more.GPH": "0A|docs/a.txt\ni*\n", "list": "1a.gph|list/a.gph\n", "list/a.gph": "", "bad": "i[0|few]\n",
	} {
		if got := menuOf(t, h, &gopherframe.Request{Selector: selector}); got != want {
			t.Errorf("%q is %q, want %q", selector, got, want)
		}
	}
	if err := gopherframe.ErrorOf(h(&gopherframe.Request{Selector: "list/a.gph/"})); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a .gph file is a directory: %v", err)
	}
	asText := serveDir(t, dir, files.Type("gph", gopherframe.TypeText))
	if got := menuOf(t, asText, &gopherframe.Request{Selector: "list"}); got != "0a.gph|list/a.gph\n" {
		t.Errorf("with another type for .gph, the listing is %q", got)
	}
	if resp, ok := asText(&gopherframe.Request{Selector: "list/a.gph"}).(*gopherframe.Menu); ok {
		t.Errorf("with another type for .gph, a file is %v", resp)
	}
	if err := os.Remove(filepath.Join(dir, "docs/gophermap")); err != nil {
		t.Fatal(err)
	}
	if got := menuOf(t, h, &gopherframe.Request{Selector: "docs"}); got != "inot this\n" {
		t.Errorf("without its gophermap, docs is %q", got)
	}
}
