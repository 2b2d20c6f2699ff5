package gopherframe_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
)

func TestWire(t *testing.T) {
	dir := t.TempDir()
	onDisk := filepath.Join(dir, "disk.txt")
	if err := os.WriteFile(onDisk, []byte(".a\nb"), 0o644); err != nil {
		t.Fatal(err)
	}
	tree := fstest.MapFS{
		"a.txt": {Data: []byte("x\r\n.\r\n..y\rz")},
		"a.png": {Data: []byte("\x89PNG\r\n.\r\n")},
		"text":  {Data: []byte("no extension\n")},
		"data":  {Data: []byte("a\x00b\n.\n")},
		"empty": {Data: nil},
		"dir/x": {Data: nil},
	}
	write := func(parts ...string) func(context.Context, io.Writer) error {
		return func(_ context.Context, w io.Writer) error {
			for _, part := range parts {
				if _, err := io.WriteString(w, part); err != nil {
					return err
				}
			}
			return nil
		}
	}
	tests := []struct {
		name  string
		resp  gopherframe.Response
		want  string
		plain string // with PlainText; "": the same as want
	}{
		{"text", gopherframe.Text("one\ntwo\n"), lines("one", "two", "."), lines("one", "two")},
		{"text without last line end", gopherframe.Text("one\ntwo"), lines("one", "two", "."), lines("one", "two")},
		{"text with CRLF", gopherframe.Text("one\r\ntwo\r\n"), lines("one", "two", "."), lines("one", "two")},
		{"text with CR", gopherframe.Text("one\rtwo\r\r\n"), lines("one", "two", "", "."), lines("one", "two", "")},
		{"text with periods", gopherframe.Text(".\n..a\nb.\n.c"), lines("..", "...a", "b.", "..c", "."), lines(".", "..a", "b.", ".c")},
		{"empty text", gopherframe.Text(""), lines("", "."), lines("")},
		{"text of one line end", gopherframe.Text("\n"), lines("", "."), lines("")},
		{"binary", gopherframe.Binary("a\r\n.\n\x00"), "a\r\n.\n\x00", ""},
		{"empty binary", gopherframe.Binary(nil), "", ""},
		{"text file", &gopherframe.File{FS: tree, Name: "a.txt"}, lines("x", "..", "...y", "z", "."), lines("x", ".", "..y", "z")},
		{"text file of the system", &gopherframe.File{Name: onDisk}, lines("..a", "b", "."), lines(".a", "b")},
		{"binary file", &gopherframe.File{FS: tree, Name: "a.png"}, "\x89PNG\r\n.\r\n", ""},
		{"text file by content", &gopherframe.File{FS: tree, Name: "text"}, lines("no extension", "."), lines("no extension")},
		{"binary file by content", &gopherframe.File{FS: tree, Name: "data"}, "a\x00b\n.\n", ""},
		{"type given", &gopherframe.File{FS: tree, Name: "a.png", Type: '0'}, lines("\x89PNG", "..", "."), lines("\x89PNG", ".")},
		{"empty file", &gopherframe.File{FS: tree, Name: "empty"}, lines("", "."), lines("")},
		{"no file", &gopherframe.File{FS: tree, Name: "nope"}, lines("3Not found.\t\terror.host\t0", "."), ""},
		{"no file of the system", &gopherframe.File{Name: onDisk + "x"}, lines("3Not found.\t\terror.host\t0", "."), ""},
		{"directory", &gopherframe.File{FS: tree, Name: "dir"}, lines("3Not found.\t\terror.host\t0", "."), ""},
		{"device", &gopherframe.File{Name: "/dev/zero"}, lines("3Not found.\t\terror.host\t0", "."), ""},
		{"text stream", &gopherframe.Stream{Type: '0', Write: write("a\r", "\n.b", "c", "\n.", "d")}, lines("a", "..bc", "..d", "."), lines("a", ".bc", ".d")},
		{"empty text stream", &gopherframe.Stream{Type: '0', Write: write()}, lines("", "."), lines("")},
		{"binary stream", &gopherframe.Stream{Type: '9', Write: write("a\r\n.", "\n")}, "a\r\n.\n", ""},
		{"menu", gopherframe.NewMenu().Info("Hi").Infof("%d%%", 5).Text("T", "/t").Menu("M", "m").Search("S", "s").Binary("B", "b").
			Image("I", "i").URL("U", "http://x/").Error("E").Link('g', "G", "g").
			Add(gopherframe.Item{Type: '1', Name: "A", Selector: "a", Host: "h", Port: 7}, gopherframe.Item{Type: '8', Name: "N", Host: "h"}), lines(
			"iHi\t\terror.host\t0",
			"i5%\t\terror.host\t0",
			"0T\t/t\tgopher.example\t7070",
			"1M\tm\tgopher.example\t7070",
			"7S\ts\tgopher.example\t7070",
			"9B\tb\tgopher.example\t7070",
			"II\ti\tgopher.example\t7070",
			"hU\tURL:http://x/\tgopher.example\t7070",
			"3E\t\terror.host\t0",
			"gG\tg\tgopher.example\t7070",
			"1A\ta\th\t7",
			"8N\t\th\t70",
			"."), ""},
		{"selectors that lead nowhere", gopherframe.NewMenu().Link('i', "Heading", framing.TitleSelector).Link('3', "E", "e"), lines(
			"iHeading\t\terror.host\t0",
			"3E\t\terror.host\t0",
			"."), ""},
		{"empty menu", &gopherframe.Menu{}, lines("."), ""},
		{"hostile menu", gopherframe.NewMenu().Info("a\r\n1b\tc\x00").Text("\r\n.\r\n", "x\ty\r\nz\x00").
			Add(gopherframe.Item{Type: '\n', Name: "n", Host: "h\r\n1", Port: -5}, gopherframe.Item{Type: '.', Port: 70000}, gopherframe.Item{Type: '\r', Name: "r", Host: "h"}), lines(
			"ia  1b c \t\terror.host\t0",
			"0  .  \tx y  z \tgopher.example\t7070",
			" n\t\th  1\t7070",
			" \t\tgopher.example\t65535",
			" r\t\th\t70",
			"."), ""},
		{"error", &gopherframe.Error{Text: "No such post."}, lines("3No such post.\t\terror.host\t0", "."), ""},
		{"hostile error", &gopherframe.Error{Text: "a\r\n1b\tc"}, lines("3a  1b c\t\terror.host\t0", "."), ""},
		{"not found", gopherframe.NotFound(""), lines("3Not found.\t\terror.host\t0", "."), ""},
		{"foreign error", gopherframe.Fail(errors.New("open /srv/secret: no")), lines("3Internal server error.\t\terror.host\t0", "."), ""},
		{"zero error", &gopherframe.Error{}, lines("3Internal server error.\t\terror.host\t0", "."), ""},
		{"nil", nil, lines("3Internal server error.\t\terror.host\t0", "."), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := exchange(t, answers(tt.resp), "x\r\n", info)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if tt.plain == "" && tt.want != "" {
				tt.plain = tt.want
			}
			plain := info
			plain.PlainText = true
			got = exchange(t, answers(tt.resp), "x\r\n", plain)
			if diff := cmp.Diff(tt.plain, got); diff != "" {
				t.Errorf("plain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDefaultAddress(t *testing.T) {
	got := exchange(t, answers(gopherframe.NewMenu().Text("a", "b")), "\n", gopherframe.Info{})
	if want := lines("0a\tb\tlocalhost\t70", "."); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzMenu(f *testing.F) {
	f.Add("name", "selector", "host", 70, byte('0'))
	f.Add("a\r\n1b\tc\x00", ".\r\n", "", -1, byte('.'))
	f.Add("", "", "error.host", 0, byte('i'))
	f.Add("\t", "", "error.host", 7, byte(0))
	f.Fuzz(func(t *testing.T, name, selector, host string, port int, typ byte) {
		m := gopherframe.NewMenu().Info(name).Text(name, selector).Add(gopherframe.Item{Type: gopherframe.ItemType(typ), Name: name, Selector: selector, Host: host, Port: port})
		d := &dialog{Reader: strings.NewReader("\n")}
		if _, err := gopherframe.Serve(t.Context(), d, answers(m), info); err != nil {
			t.Fatal(err)
		}
		wire := d.String()
		if n := strings.Count(wire, "\r\n"); n != 4 || strings.Count(wire, "\n") != 4 || strings.Count(wire, "\t") != 9 || !strings.HasSuffix(wire, "\r\n.\r\n") {
			t.Fatalf("three items became %q", wire)
		}
		got, err := answer.ParseMenu(strings.NewReader(wire))
		if err != nil {
			t.Skip() // a line over the limit of ParseMenu
		}
		var want []gopherframe.Item
		for _, it := range m.Items {
			want = append(want, asWritten(it))
		}
		if diff := cmp.Diff(want, got.Items); diff != "" {
			t.Fatalf("(-want +got):\n%s\nof %q", diff, wire)
		}
	})
}

// asWritten returns what the contract makes of an item.
func asWritten(it gopherframe.Item) gopherframe.Item {
	clean := strings.NewReplacer("\r", " ", "\n", " ", "\t", " ", "\x00", " ")
	it.Name, it.Selector = clean.Replace(it.Name), clean.Replace(it.Selector)
	if strings.IndexByte("\r\n\t\x00.", byte(it.Type)) >= 0 {
		it.Type = ' '
	}
	links := it.Type != 'i' && it.Type != '3'
	if !links {
		it.Selector = ""
	}
	switch {
	case links && (it.Host == "" && it.Port == 0 || it.Port < 0):
		it.Port = info.Port
	case links && it.Host != "" && it.Port == 0:
		it.Port = 70
	}
	it.Port = min(max(it.Port, 0), 65535)
	it.Host = clean.Replace(it.Host)
	switch {
	case links && it.Host == "":
		it.Host = info.Host
	case !links && it.Port == 0 && it.Host == "error.host":
		it.Host = ""
	case !links && it.Port != 0 && it.Host == "":
		it.Host = "error.host"
	}
	return it
}

func FuzzText(f *testing.F) {
	f.Add("a\n.b\r\n..\r.\r\r\n", 3)
	f.Add("", 0)
	f.Add(".", 1)
	f.Fuzz(func(t *testing.T, text string, at int) {
		at = min(max(at, 0), len(text))
		stream := &gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, text[:at])
			_, err := io.WriteString(w, text[at:])
			return err
		}}
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
		if !strings.HasSuffix(want, "\n") {
			want += "\n"
		}
		for _, resp := range []gopherframe.Response{
			gopherframe.Text(text), stream,
			&gopherframe.File{FS: fstest.MapFS{"f": {Data: []byte(text)}}, Name: "f", Type: '0'},
		} {
			d := &dialog{Reader: strings.NewReader("\n")}
			if _, err := gopherframe.Serve(t.Context(), d, answers(resp), info); err != nil {
				t.Fatal(err)
			}
			wire := d.String()
			if strings.Count(wire, "\r") != strings.Count(wire, "\r\n") || strings.Count(wire, "\n") != strings.Count(wire, "\r\n") {
				t.Fatalf("%T: a line does not end CRLF in %q", resp, wire)
			}
			if i := strings.Index("\r\n"+wire, "\r\n.\r\n"); i != len(wire)-3 {
				t.Fatalf("%T: the final period is at %d of %q", resp, i, wire)
			}
			got, err := io.ReadAll(framing.NewReader(strings.NewReader(wire)))
			if err != nil || string(got) != want {
				t.Fatalf("%T: %q, %v, want %q", resp, got, err, want)
			}
		}
	})
}
