package files_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/framing"
)

// wire returns the lines of a menu as they are sent; "@" is the address of the server.
func wire(lines ...string) string {
	text := strings.Join(append(lines, ""), "\r\n") + ".\r\n"
	return strings.ReplaceAll(text, "@", "gopher.example\t7070")
}

// TestFrame: what stands around the entries of a directory, at the top and below a prefix.
func TestFrame(t *testing.T) {
	deep := strings.Repeat("d/", 40) + "e"
	site := fstest.MapFS{"a/b/c.txt": {}, "m/gophermap": {Data: []byte("Hello\n")}, deep + "/x.txt": {}, "w\u202e/x.txt": {}}
	header := gopherframe.NewMenu().Info("Welcome!").Text("About", "about")
	h := files.Server(site, files.Title("My site"), files.Up, files.Header(header), files.Footer(gopherframe.NewMenu().Info("Bye.")))
	r := gopherframe.NewRouter()
	r.Mount("files/", h)
	r.Mount("", h)
	const welcome, about, bye, empty = "iWelcome!\t\terror.host\t0", "0About\tabout\t@", "iBye.\t\terror.host\t0", "i\t\terror.host\t0"
	for _, tt := range []struct{ selector, want string }{
		{"", wire("iMy site\t\terror.host\t0", empty, welcome, about, "1a\ta\t@", "1d\td\t@", "1m\tm\t@", "1w?\tw\u202e\t@", bye)},
		{"a", wire("ia - My site\t\terror.host\t0", empty, welcome, about, "1..\t\t@", "1b\ta/b\t@", bye)},
		{"a/b/", wire("ia/b - My site\t\terror.host\t0", empty, welcome, about, "1..\ta\t@", "0c.txt\ta/b/c.txt\t@", bye)},
		{"files", wire("iMy site\t\terror.host\t0", empty, welcome, about, "1a\tfiles/a\t@", "1d\tfiles/d\t@", "1m\tfiles/m\t@", "1w?\tfiles/w\u202e\t@", bye)},
		{"files/a", wire("ia - My site\t\terror.host\t0", empty, welcome, about, "1..\tfiles/\t@", "1b\tfiles/a/b\t@", bye)},
		{"files/a/b", wire("ia/b - My site\t\terror.host\t0", empty, welcome, about, "1..\tfiles/a\t@", "0c.txt\tfiles/a/b/c.txt\t@", bye)},
		{"m", wire("iHello\t\terror.host\t0")},
		{"w\u202e", wire("iw? - My site\t\terror.host\t0", empty, welcome, about, "1..\t\t@", "0x.txt\tw\u202e/x.txt\t@", bye)},
		{deep, wire("i"+strings.Repeat("d/", 19)+"…"+strings.Repeat("/d", 8)+"/e - My site\t\terror.host\t0", empty, welcome, about, "1..\t"+deep[:len(deep)-2]+"\t@", "0x.txt\t"+deep+"/x.txt\t@", bye)},
	} {
		for range 2 { // what is kept has it, too
			if diff := cmp.Diff(tt.want, exchange(t, r.Respond, tt.selector+"\n", info)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.selector, diff)
			}
		}
	}
	menu := h(&gopherframe.Request{Selector: "a"}).(*gopherframe.Menu)
	if menu.Items[0].Selector != framing.TitleSelector {
		t.Errorf("%+v is no heading", menu.Items[0])
	}
	if len(header.Items) != 2 {
		t.Errorf("the header was changed: %v", header)
	}
}

// TestOneFrame: each part of the frame does without the others, and by default there is none.
func TestOneFrame(t *testing.T) {
	site := fstest.MapFS{"a/b.txt": {}}
	line := gopherframe.NewMenu().Info("x")
	for name, tt := range map[string]struct {
		option files.Option
		want   string
	}{
		"nothing": {files.DotFiles, wire("0b.txt\ta/b.txt\t@")},
		"title":   {files.Title("T"), wire("ia - T\t\terror.host\t0", "i\t\terror.host\t0", "0b.txt\ta/b.txt\t@")},
		"up":      {files.Up, wire("1..\t\t@", "0b.txt\ta/b.txt\t@")},
		"header":  {files.Header(line), wire("ix\t\terror.host\t0", "0b.txt\ta/b.txt\t@")},
		"footer":  {files.Footer(line), wire("0b.txt\ta/b.txt\t@", "ix\t\terror.host\t0")},
	} {
		if diff := cmp.Diff(tt.want, exchange(t, files.Server(site, tt.option), "a\n", info)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestLongTitle: a title is not cut, and leaves the path a third of the line.
func TestLongTitle(t *testing.T) {
	title, dir := strings.Repeat("t", 80), strings.Repeat("d", 80)
	h := files.Server(fstest.MapFS{dir + "/x.txt": {}}, files.Title(title))
	got := h(&gopherframe.Request{Selector: dir}).(*gopherframe.Menu).Items[0].Name
	if want := strings.Repeat("d", 14) + "…" + strings.Repeat("d", 7) + " - " + title; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestBadOptions: what cannot work is refused when the Server is made.
func TestBadOptions(t *testing.T) {
	for name, f := range map[string]func(){
		`files.Hide("[")`:           func() { files.Hide("*.txt", "[") },
		`files.Sort("newst")`:       func() { files.Sort(files.DirsFirst, "newst") },
		`files.Type("tar.gz", '9')`: func() { files.Type("tar.gz", '9') },
		`files.Type("x", 'i')`:      func() { files.Type("x", 'i') },
	} {
		func() {
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "gopherframe: "+name+": ") {
					t.Errorf("%s panics with %q", name, text)
				}
			}()
			f()
		}()
	}
}
