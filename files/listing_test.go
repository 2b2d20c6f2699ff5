package files_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen/web"
)

// TestSort: the orders of a directory, and what decides where one makes no difference.
func TestSort(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	site := fstest.MapFS{
		"file10": {ModTime: day(5)}, "file2": {ModTime: day(7)}, "file02": {ModTime: day(5)}, "Z": {ModTime: day(6)},
		"sub2/x": {}, "sub2": {Mode: 0o755 | 1<<31, ModTime: day(9)}, "sub11/x": {}, "sub11": {Mode: 0o755 | 1<<31, ModTime: day(1)},
		"v1.9.tar": {ModTime: day(4)}, "v1.10.tar": {ModTime: day(4)}, "v1.10.tar.gz": {ModTime: day(3)},
		"n99999999999999999999998": {ModTime: day(2)}, "n99999999999999999999999": {ModTime: day(2)}, "n100000000000000000000000": {ModTime: day(2)},
	}
	for name, tt := range map[string]struct {
		by   []files.Order
		want string
	}{
		"default":      {[]files.Order{files.DirsFirst}, "sub11 sub2 Z file02 file10 file2 n100000000000000000000000 n99999999999999999999998 n99999999999999999999999 v1.10.tar v1.10.tar.gz v1.9.tar"},
		"none":         {nil, "Z file02 file10 file2 n100000000000000000000000 n99999999999999999999998 n99999999999999999999999 sub11 sub2 v1.10.tar v1.10.tar.gz v1.9.tar"},
		"name":         {[]files.Order{files.ByName}, "Z file02 file10 file2 n100000000000000000000000 n99999999999999999999998 n99999999999999999999999 sub11 sub2 v1.10.tar v1.10.tar.gz v1.9.tar"},
		"natural":      {[]files.Order{files.Natural}, "Z file02 file2 file10 n99999999999999999999998 n99999999999999999999999 n100000000000000000000000 sub2 sub11 v1.9.tar v1.10.tar v1.10.tar.gz"},
		"newest":       {[]files.Order{files.Newest}, "sub2 file2 Z file02 file10 v1.10.tar v1.9.tar v1.10.tar.gz n100000000000000000000000 n99999999999999999999998 n99999999999999999999999 sub11"},
		"dirs natural": {[]files.Order{files.DirsFirst, files.Natural}, "sub2 sub11 Z file02 file2 file10 n99999999999999999999998 n99999999999999999999999 n100000000000000000000000 v1.9.tar v1.10.tar v1.10.tar.gz"},
		"dirs newest":  {[]files.Order{files.DirsFirst, files.Newest}, "sub2 sub11 file2 Z file02 file10 v1.10.tar v1.9.tar v1.10.tar.gz n100000000000000000000000 n99999999999999999999998 n99999999999999999999999"},
	} {
		got := strings.Join(strings.Fields(names(files.Server(site, files.Sort(tt.by...)), "")), " ")
		if diff := cmp.Diff(strings.ReplaceAll(tt.want, " ", "\n"), strings.ReplaceAll(got, " ", "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if name == "default" {
			if plain := strings.Join(strings.Fields(names(files.Server(site), "")), " "); plain != got {
				t.Errorf("without Sort: %s", plain)
			}
		}
	}
	for _, options := range [][]files.Option{{files.Long, files.Sort(files.ByName)}, {files.Sort(files.Newest), files.Sort(files.ByName), files.Long}} {
		if got := names(files.Server(site, options...), ""); !strings.Contains(got, "2026-01-09") {
			t.Errorf("there are no dates: %s", got)
		}
	}
}

// TestHide: what is hidden is not listed, and is served to whoever knows it.
func TestHide(t *testing.T) {
	site := fstest.MapFS{"a.txt": {Data: []byte("a")}, "b.bak": {Data: []byte("b")}, "d/b.bak": {}, "d/c.txt": {}, "private/p.txt": {Data: []byte("p")}, "[x]": {}}
	h := files.Server(site, files.Hide("*.bak", "priv*"), files.Hide(`\[x]`))
	for selector, want := range map[string]string{
		"":              wire("1d\td\t@", "0a.txt\ta.txt\t@"),
		"d":             wire("0c.txt\td/c.txt\t@"),
		"private":       wire("0p.txt\tprivate/p.txt\t@"),
		"private/p.txt": "p\r\n.\r\n",
	} {
		if got := exchange(t, h, selector+"\n", info); got != want {
			t.Errorf("%q: %q, want %q", selector, got, want)
		}
	}
	if file, ok := h(&gopherframe.Request{Selector: "b.bak"}).(*gopherframe.File); !ok || file.Name != "b.bak" {
		t.Errorf("%v", file)
	}
}

// TestType: an extension has its type in menus, in answers and in browsers, whether files are
// kept or not.
func TestType(t *testing.T) {
	dir := plant(t, map[string]string{"page.gmi": "one\n.two\n", "BLOB.Dat": ".text\n", "a.txt": ".a\n", "p.pic": "\x89PNG\r\n\x1a\n", "site.menu": "iHello\t\terror.host\t0\r\n.\r\n", "data.gmi.bin": ".x\n"})
	for name, cache := range map[string]files.Option{"cache": files.Cache(1 << 20), "no cache": files.Cache(0)} {
		h := serveDir(t, dir, cache, files.Type("gmi", '9'), files.Type(".GMI", '0'), files.Type("dat", '0'), files.Type("txt", '9'), files.Type("pic", 'I'), files.Type("menu", '1'))
		for selector, want := range map[string]string{
			"":             wire("0BLOB.Dat\tBLOB.Dat\t@", "9a.txt\ta.txt\t@", "9data.gmi.bin\tdata.gmi.bin\t@", "Ip.pic\tp.pic\t@", "0page.gmi\tpage.gmi\t@", "1site.menu\tsite.menu\t@"),
			"page.gmi":     "one\r\n..two\r\n.\r\n",
			"BLOB.Dat":     "..text\r\n.\r\n",
			"a.txt":        ".a\n",
			"data.gmi.bin": ".x\n",
			"site.menu":    "iHello\t\terror.host\t0\r\n.\r\n",
		} {
			if got := exchange(t, h, selector+"\n", info); got != want {
				t.Errorf("%s, %q: %q, want %q", name, selector, got, want)
			}
		}
		server := httptest.NewServer(web.Handler(h, web.Config{}))
		defer server.Close()
		for path, want := range map[string][2]string{ // the media type, and something of the content
			"/0/page.gmi":  {"text/html; charset=utf-8", ".two\n"},
			"/9/a.txt":     {"application/octet-stream", ".a\n"},
			"/a.txt":       {"application/octet-stream", ".a\n"}, // whatever the path says
			"/I/p.pic":     {"text/html; charset=utf-8", "<img"},
			"/I/p.pic?raw": {"image/png", "PNG"},
			"/1/site.menu": {"text/html; charset=utf-8", ">\nHello\n</pre>"},
		} {
			resp := must(http.Get(server.URL + path))
			body := must(io.ReadAll(resp.Body))
			resp.Body.Close()
			if got := resp.Header.Get("Content-Type"); got != want[0] || !strings.Contains(string(body), want[1]) {
				t.Errorf("%s: %s, %q", path, got, body)
			}
		}
	}
}

// TestTitleInBrowsers: the heading of a listing is the title of its page, and the columns and
// dates are there.
func TestTitleInBrowsers(t *testing.T) {
	date := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	h := web.Handler(files.Server(fstest.MapFS{"docs/a.txt": {Data: []byte("a"), ModTime: date}}, files.Title("Moles"), files.Long), web.Config{})
	for path, want := range map[string][]string{
		"/":                 {"<h1>Moles</h1>"},
		"/1/docs":           {"<h1>docs - Moles</h1>", "a.txt" + strings.Repeat(" ", 47) + "1 B  2026-05-01", "feed=atom"},
		"/1/docs?feed=atom": {"<updated>2026-05-01T00:00:00Z</updated>"},
	} {
		page := httptest.NewRecorder()
		h.ServeHTTP(page, httptest.NewRequest("GET", path, nil))
		for _, part := range want {
			if got := page.Body.String(); !strings.Contains(got, part) {
				t.Errorf("%s has no %q:\n%s", path, part, got)
			}
		}
	}
}

// TestEntriesAlone: the entries have the same lines without the frame, without what is left out, and
// with types that come before those of the Server.
func TestEntriesAlone(t *testing.T) {
	site := fstest.MapFS{"a.txt": {}, "b.txt": {}, "c.dat": {}, "d.bak": {}, "gophermap": {Data: []byte("*\n")}, "e.gmi": {}}
	line := gopherframe.NewMenu().Info("x")
	menu := must(files.Entries(site, map[string]bool{"gophermap": true, "b.txt": true}, map[string]byte{".dat": 's', ".txt": '9'},
		files.Title("T"), files.Up, files.Header(line), files.Footer(line), files.Hide("*.bak"), files.Type("dat", 'g'), files.Type("gmi", '0'), files.Long))
	var got []string
	for _, it := range menu.Items {
		name, _, _ := strings.Cut(it.Name, " ")
		got = append(got, it.Type.String()+name+" "+it.Selector)
	}
	if diff := cmp.Diff([]string{"9a.txt a.txt", "sc.dat c.dat", "0e.gmi e.gmi"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func BenchmarkListing(b *testing.B) {
	for kind, options := range map[string][]files.Option{"plain": nil, "symlinks": nil, "long": {files.Long}} {
		dir := b.TempDir()
		for i := range 10_000 {
			name := filepath.Join(dir, "file"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+time.Duration(i).String()+".txt")
			var err error
			if kind != "symlinks" {
				err = os.WriteFile(name, nil, 0o644)
			} else {
				os.WriteFile(filepath.Join(dir, "target"), nil, 0o644)
				err = os.Symlink("target", name)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		fsys := must(files.Dir(dir))
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				files.Server(fsys, options...)(&gopherframe.Request{})
			}
		})
	}
}
