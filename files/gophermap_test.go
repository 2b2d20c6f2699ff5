package files_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophermap"
	"gopherframe/internal/transcript"
)

func TestGophermap(t *testing.T) {
	dir := plant(t, map[string]string{"docs/gophermap": strings.Join([]string{
		"\uFEFFWelcome",
		"# a comment",
		"",
		"0About\tabout.txt",
		"0about.txt\t",
		"1Absolute\t/x/y",
		"1Up\t../other",
		"1Far up\t../../../other",
		"1Here\t./sub/",
		"1Elsewhere\tsel\tgopher.floodgap.com\t70",
		"1Its root\t\tgopher.floodgap.com",
		"hWeb\tURL:https://example.org/",
		"7Find\tfind",
		"iInfo with TAB\tfake\t(NULL)\t0",
		"3Broken\t\terror.host\t1",
		"ZUnknown\tz",
		"1Port only\tx\t\t7071",
		"CRLF line\r",
		"1Bad port\tx\th\tseventy",
		"1Port 0\tx\th\t0",
		"1Many\tx\th\t70\t+",
		"\tno type",
		"0\t",
		"last",
	}, "\n")})
	var log bytes.Buffer
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	h := serveDir(t, dir)
	got := exchange(t, h, "/docs/\r\n", info)
	transcript.Golden(t, "gophermap.golden", got)
	exchange(t, h, "/docs/\r\n", info) // logs nothing again
	var numbers []string
	for line := range strings.Lines(log.String()) {
		_, rest, _ := strings.Cut(line, "file=docs/gophermap line=")
		number, _, _ := strings.Cut(rest, " ")
		numbers = append(numbers, number)
	}
	if want := []string{"19", "20", "21", "22", "23"}; !slices.Equal(numbers, want) {
		t.Errorf("lines %q were logged, want %q:\n%s", numbers, want, log.String())
	}
}

func TestLongGophermap(t *testing.T) {
	for name, text := range map[string]string{"bytes": strings.Repeat("0123456789abcdef\n", 2<<20/17), "lines": strings.Repeat("\n", 500_000)} {
		h := files.Server(fstest.MapFS{"gophermap": {Data: []byte(text)}})
		menu := h(&gopherframe.Request{}).(*gopherframe.Menu)
		last := menu.Items[len(menu.Items)-1]
		if len(menu.Items) > 100_001 || !strings.Contains(last.Name, "too long") {
			t.Errorf("many %s: %d items, the last is %v", name, len(menu.Items), last)
		}
	}
}

// TestLongestGophermap: a gophermap of as many bytes as are read is whole, even without a
// line end.
func TestLongestGophermap(t *testing.T) {
	text := "first\n" + strings.Repeat("x", 1<<20-len("first\n"))
	h := files.Server(fstest.MapFS{"gophermap": {Data: []byte(text)}})
	menu := h(&gopherframe.Request{}).(*gopherframe.Menu)
	if len(menu.Items) != 2 || menu.Items[0].Name+"\n"+menu.Items[1].Name != text {
		t.Errorf("%d items of a gophermap of two lines", len(menu.Items))
	}
}

// TestLongGophermapIsCutAtALine: half a line could be a link to somewhere else.
func TestLongGophermapIsCutAtALine(t *testing.T) {
	line := "0About\tabout.txt\n"
	text := strings.Repeat("x", 1<<20-100-len(line)*3) + "\n" + strings.Repeat(line, 100)
	h := files.Server(fstest.MapFS{"gophermap": {Data: []byte(text)}})
	menu := h(&gopherframe.Request{}).(*gopherframe.Menu)
	for i, it := range menu.Items[1 : len(menu.Items)-1] {
		if it.Selector != "about.txt" {
			t.Errorf("item %d is %+v", i, it)
		}
	}
}

// FuzzGophermap: each item of a map, of what it includes and lists, is one line over the
// wire, and whatever is not served stays so.
func FuzzGophermap(f *testing.F) {
	f.Add("0a\tb\thost\t70\n#x\ntext\r\n\t\t\t", "", "name")
	f.Add("=part\n-b*\n:txt=9\n*\n", "=gophermap\n=.secret\n~\n%\n", "a.txt")
	f.Add("=d/../part\n=/.secret\n!t\n.\n", "0a\tb\n*", "1evil\t/x")
	f.Fuzz(func(t *testing.T, text, part, name string) {
		const secret = "5ecret"
		if !fs.ValidPath(name) || name == "." || strings.Contains(name, "/") || strings.Contains(text+part+name, secret) {
			return
		}
		tree := fstest.MapFS{name: {}, "gophermap": {Data: []byte(text)}, "part": {Data: []byte(part)}, ".secret": {Data: []byte(secret)}}
		info := info
		info.Log = slog.New(slog.DiscardHandler)
		lines := 1 // the period
		d := &dialog{Reader: strings.NewReader("\n")}
		h := files.Server(tree, files.Maps(func(_ string, m *gophermap.Map) { lines += len(m.Items) }))
		if _, err := gopherframe.Serve(context.Background(), d, h, info); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(d.String(), "\r\n"); got != lines || strings.Count(d.String(), "\n") != lines {
			t.Fatalf("%q became %d lines, want %d: %q", text, got, lines, d.String())
		}
		if strings.Contains(d.String(), secret) {
			t.Errorf("a hidden file is included: %q", d.String())
		}
	})
}
