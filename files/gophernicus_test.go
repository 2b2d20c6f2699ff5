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

// gophernicusSite is a site with every directive of gophernicus, its gophertags and inline maps, and what
// authors write besides.
var gophernicusSite = map[string]string{
	"gophermap": strings.Join([]string{
		"!A site of gophernicus",
		"",
		"# a comment",
		"#0A comment\tabout.txt",
		"Welcome. This line is as long as some authors write theirs: it takes more than 66 columns.",
		"0About\tabout.txt",
		"0about.txt\t",
		"1Absolute\t/list/",
		"1Absolute, without a slash\t/list",
		"1Elsewhere\tphlog\tgopher.example\t7070",
		"1Elsewhere, no port\tphlog\tgopher.example",
		"1Its root\t\tgopher.example\t70",
		"hWeb\tURL:https://example.org/",
		"7Find\t/find",
		"8Telnet\tguest\tbbs.example\t23",
		"iInfo written out\tfake\t(NULL)\t0",
		"iInfo with a TAB\t",
		"3An error\t\terror.host\t1",
		"ZA type that nobody knows\tz",
		"    indented text",
		"CR LF\r",
		"Ümläute",
		".",
		"not shown",
	}, "\n"),
	"about.txt":             "About.\n",
	"footer":                "The end\n0Contact\t/about.txt\n",
	"list/gophermap":        "!A list\n-hidden.txt\n-hiddendir\n:foo=I\n0The first\ta.txt\n*\nnot shown\n",
	"list/a.txt":            "a\n",
	"list/b.txt":            "b\n",
	"list/hidden.txt":       "h\n",
	"list/hiddendir/x":      "x\n",
	"list/picture.foo":      "x\n",
	"list/sub/x":            "x\n",
	"list/.dot":             "x\n",
	"named/gophermap":       "1A directory with a slash\tsub/\n0By an absolute selector\t/named/a.txt\n0On another host\tb.txt\tgopher.example\t70\n*\n",
	"named/a.txt":           "a\n",
	"named/b.txt":           "b\n",
	"named/sub/x":           "x\n",
	"patterns/gophermap":    "-*.bak\n*\n",
	"patterns/a.bak":        "a\n",
	"patterns/a.txt":        "a\n",
	"plain/a.txt":           "a\n",
	"plain/gif.gif":         "GIF89a\n",
	"plain/page.html":       "<html>\n",
	"plain/sub/x":           "x\n",
	"include/gophermap":     "Before\n=part\n=../footer\nAfter\n=outer\n=stops\n=lists\nThe end\n",
	"include/part":          "A part\n0Of the part\tof.txt\n# a comment\n!Its title\n",
	"include/outer":         "outer\n=inner\nouter again\n",
	"include/inner":         "inner\n=../footer\n",
	"include/stops":         "shown\n.\nnot shown\n",
	"include/lists":         "shown\n*\nnot shown\n",
	"absolute/gophermap":    "=/footer\nend\n",
	"circle/gophermap":      "round\n=gophermap\nend\n",
	"program/gophermap":     "=prog\nend\n",
	"program/prog":          "#!/bin/sh\necho hello\n",
	"commands/gophermap":    "Now:\n=echo \"your address: $REMOTE_ADDR\"\n=date | tail -n 1\n=/bin/echo hello\n=figlet -f mono12 \"Welcome\"\nend\n",
	"headings/gophermap":    "==== ABOUT ====\n==================\n=ABOUT=\n= about\nend\n",
	"bullets/gophermap":     "- a bullet\n-- \n- another\n-not.there\n--------\nend\n",
	"stars/gophermap":       "Three\n*** stars ***\n* a star\nend\n",
	"stars/x.txt":           "x\n",
	"periods/gophermap":     "Three\n... periods\nend\n",
	"waves/gophermap":       "~~~ waves ~~~\n~ about\nend\n",
	"percents/gophermap":    "% percent\n%%%\nend\n",
	"colons/gophermap":      ":)\n::: colons :::\n:a long line, with = in it\nend\n",
	"marks/gophermap":       "!!!\n! see below\n!!! WARNING !!!\n!Another title\nend\n",
	"lists/gophermap":       "Users:\n~\nHosts:\n%\nend\n",
	"relative/gophermap":    "1Here\t.\n1Up\t..\n1Up, with a slash\t../\n1Beside\t../list/\n0Below\t./sub/x\nend\n",
	"plus/gophermap":        "1This server\t/list\t+\t+\n0Relative\ta.txt\t+\t+\n1The root\t\t+\t+\nend\n",
	"tags/gophertag":        "A  directory of tags\nnot shown\n",
	"tags/a/gophertag":      "Its name\r\nnot shown\r\n",
	"tags/b/gophertag":      "No line end",
	"tags/c/gophertag":      "\nnot shown\n",
	"tags/d/gophertag":      "The name of a map\n",
	"tags/d/gophermap":      "!The title of a map\n*\n",
	"tags/d/e/gophertag":    "Below a map\n",
	"tags/f/gophertag/x":    "a directory of this name\n",
	"tags/g/gophertag":      "",
	"inline/gophertag":      "Inline maps\n",
	"inline/a.txt":          "a\n",
	"inline/b.gophermap":    "!A heading\nA text\n\n# a comment\n0Item\tx.txt\n0Elsewhere\t/list/a.txt\n=part\n-hidden.txt\n:dat=I\n*\nnot shown\n",
	"inline/c.dat":          "x\n",
	"inline/c.gophermap":    "Stops\n.\nnot shown\n",
	"inline/d.gophermap":    "# nothing\n",
	"inline/e.gophermap":    "no line end",
	"inline/hidden.txt":     "x\n",
	"inline/part":           "A part\n0Of the part\tof.txt\n",
	"inline/x.txt":          "x\n",
	"inline/sub/x":          "x\n",
	"star/gophermap":        "0Named\tz.txt\n-b.gophermap\n:dat=g\n*\n",
	"star/a.gophermap":      "Inline\n=z.gophermap\n=gophermap\n",
	"star/b.gophermap":      "hidden\n",
	"star/x.dat":            "x\n",
	"star/z.gophermap":      "Last\n*\n",
	"star/z/gophertag":      "Tagged\n",
	"round/a.gophermap":     "round\n=a.gophermap\nend\n",
	"runs/a.gophermap":      "#!/bin/sh\necho hello\n",
	"runs/b.txt":            "x\n",
	"backwards/a.txt":       "x\n",
	"backwards/b.gophermap": "-a.txt\n:dat=I\nhidden\n",
	"backwards/a.dat":       "x\n",
	"wrong/gophermap":       "0No number\tx\tgopher.example\tseventy\n0Many fields\tx\tgopher.example\t70\t+\n\tno type\nend\n",
}

// differences are where the two differ: what gophernicus answers stands behind a minus, what we
// do behind a plus, as diffOf has it. Every other line is the same.
var differences = []struct{ page, why, diff string }{
	{".", "gophernicus cuts lines of text at 66 columns. We never lose text.",
		"-iWelcome. This line is as long as some authors write theirs: it take\n+iWelcome. This line is as long as some authors write theirs: it takes more than 66 columns.\n"},
	{"list", "Debian builds gophernicus so that it lists again what the map names; its source has a switch, ENABLE_AUTOHIDING.",
		"-0a.txt > list/a.txt\n"},
	{"named", "The same, also for directories and by absolute selectors.",
		"-1sub > named/sub\n-0a.txt > named/a.txt\n"},
	{"patterns", "gophernicus hides single names only.",
		"-0a.bak > patterns/a.bak\n"},
	{"absolute", "To gophernicus a path that begins with a slash is one of the system; to us it may also begin at the root of the site.",
		"+iThe end\n+0Contact > about.txt\n"},
	{"circle", "gophernicus shows a map that includes itself five times. We leave the line out, and log it.",
		"-iround\n-iround\n-iround\n-iround\n-iend\n-iend\n-iend\n-iend\n"},
	{"program", "gophernicus, told to execute nothing, shows the text of a program. We leave the line out, and log it.",
		"-iecho hello\n"},
	{"headings", "gophernicus takes these lines for commands, which fail.",
		"+i==== ABOUT ====\n+i==================\n+i=ABOUT=\n+i= about\n"},
	{"bullets", "gophernicus takes these lines for names of files to hide.",
		"+i- a bullet\n+i-- \n+i- another\n+i-not.there\n+i--------\n"},
	{"stars", "gophernicus takes every line that begins with a star for the listing.",
		"-0x.txt > stars/x.txt\n+i*** stars ***\n+i* a star\n+iend\n"},
	{"periods", "gophernicus stops at every line that begins with a period.",
		"+i... periods\n+iend\n"},
	{"percents", "gophernicus takes every line that begins with a percent sign for the list of hosts.",
		"+i% percent\n+i%%%\n"},
	{"colons", "gophernicus takes these lines for types of extensions.",
		"+i:)\n+i::: colons :::\n+i:a long line, with = in it\n"},
	{"marks", "gophernicus makes titles of these lines, without their first mark.",
		"-i!! > TITLE\n-i see below > TITLE\n-i!! WARNING !!! > TITLE\n+i!!!\n+i! see below\n+i!!! WARNING !!!\n"},
	{"lists", "gophernicus leaves out a list of hosts that it does not have. (It was told not to list users, and shows that line.)",
		"+i%\n"},
	{"relative", "gophernicus does not resolve . and .., and serves no selector that has them.",
		"-1Here > relative/.\n-1Up > relative/..\n-1Up, with a slash > relative/..\n-1Beside > relative/../list\n-0Below > relative/./sub/x\n" +
			"+1Here > relative\n+1Up > \n+1Up, with a slash > \n+1Beside > list\n+0Below > relative/sub/x\n"},
	{"plus", "To gofish and pygopherd + is this server. gophernicus sends clients to a host of that name.",
		"-1This server > /list at +:70\n-0Relative > a.txt at +:70\n-1The root >  at +:70\n+1This server > list\n+0Relative > plus/a.txt\n+1The root > \n"},
	{"tags/c", "gophernicus makes an empty heading of a gophertag whose first line is empty.",
		"-i > TITLE\n-i\n"},
	{"tags/g", "The same, of an empty gophertag.",
		"-i > TITLE\n-i\n"},
	{"round", "As with circle, also in an inline map.",
		"-iround\n-iround\n-iround\n-iround\n-iend\n-iend\n-iend\n-iend\n"},
	{"runs", "As with program, also an inline map.",
		"-iecho hello\n"},
	{"backwards", "What an inline map hides, and its types, count for the whole listing; to gophernicus for the entries after it.",
		"-0a.dat > backwards/a.dat\n-0a.txt > backwards/a.txt\n+Ia.dat > backwards/a.dat\n"},
	{"wrong", "gophernicus passes on what clients cannot follow. We show such lines as text, and log them.",
		"-0No number > x at gopher.example:70\n-0Many fields > x at gopher.example:70\n-i\tno type\t/wrong/no type\tgopher.test\t70\n" +
			"+i0No number\tx\tgopher.example\tseventy\n+i0Many fields\tx\tgopher.example\t70\t+\n+i\tno type\n"},
}

// TestGophernicus: Debian's gophernicus and a Server give the same items for the same site,
// but for the differences.
func TestGophernicus(t *testing.T) {
	leak.Check(t)
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
	addr := serveGophernicus(t, program, dir)
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
func serveGophernicus(t *testing.T, program, dir string) string {
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
					"-nf", "-nl", "-nd", "-nh", "-nv", "-nu", "-nx", "-ns", "-nm", "-nr", "-no")
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
