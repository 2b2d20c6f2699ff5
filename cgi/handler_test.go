//go:build unix

package cgi_test

import (
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/cgi"
)

const (
	failed   = "3Internal server error.\t\terror.host\t0\r\n.\r\n"
	timedOut = "3Timed out.\t\terror.host\t0\r\n.\r\n"
	busy     = "3Server busy.\t\terror.host\t0\r\n.\r\n"
)

// TestAnswers: what a program prints, and how it ends, decides about the answer and the log.
func TestAnswers(t *testing.T) {
	const text, menu = gopherframe.TypeText, gopherframe.TypeMenu
	for _, tt := range []struct {
		name   string
		script string
		typ    gopherframe.ItemType
		want   string
		log    string // "": nothing is logged
	}{
		{"verbatim", `printf 'a\n.b\r\n\000c'`, 0, "a\n.b\r\n\x00c", ""},
		{"a text", `printf 'a\n.b\r\nc'`, text, "a\r\n..b\r\nc\r\n.\r\n", ""},
		{"a map", `printf '# no\nHello\n0About\tabout.txt\n1Up\t..\n1Far\t/x\tfar.example\n'`, menu,
			"iHello\t\terror.host\t0\r\n0About\ta/about.txt\tgopher.example\t70\r\n1Up\t\tgopher.example\t70\r\n1Far\t/x\tfar.example\t70\r\n.\r\n", ""},
		{"results of a search are a map, too", `echo Hello`, gopherframe.TypeSearch, "iHello\t\terror.host\t0\r\n.\r\n", ""},
		{"a menu as it is on the wire", `printf '1Far\t/x\tfar.example\t71\r\n.\r\n1Not shown\t/y\r\n'`, menu, "1Far\t/x\tfar.example\t71\r\n.\r\n", ""},
		{"a bad line of a map", `printf '1a\tb\tc\tport\n\td\n'`, menu, "i1a b c port\t\terror.host\t0\r\ni d\t\terror.host\t0\r\n.\r\n",
			`level=WARN msg="gopherframe: bad line of a program is shown as text" program=program error="port \"port\": write a number from 1 to 65535"`},
		{"nothing", `:`, 0, "", ""},
		{"nothing as a text", `:`, text, "\r\n.\r\n", ""},
		{"nothing as a map", `:`, menu, ".\r\n", ""},
		{"nothing and a failure", `exit 1`, 0, failed, `level=ERROR msg="gopherframe: a program failed" program=program error="exit status 1" bytes=0`},
		{"a signal", `kill -9 $$`, menu, failed, `level=ERROR msg="gopherframe: a program failed" program=program error="signal: killed" bytes=0`},
		{"a text and a failure", `echo a; exit 7`, text, "a\r\n", `level=ERROR msg="gopherframe: a program failed" program=program error="exit status 7" bytes=2`},
		{"half an item", `printf '1Half\tha'`, menu, "1Half\ta/ha\tgopher.example\t70\r\n.\r\n", ""},
		{"half an item and a failure", `printf 'a\n1Half\tha'; exit 1`, menu, "ia\t\terror.host\t0\r\n", `level=ERROR msg="gopherframe: a program failed" program=program error="exit status 1" bytes=10`},
		{"only half an item and a failure", `printf '1Half\tha'; exit 1`, menu, failed, `level=ERROR msg="gopherframe: a program failed" program=program error="exit status 1" bytes=8`},
		{"a line without end", `head -c 9000 /dev/zero; sleep 1000`, menu, failed, `level=ERROR msg="gopherframe: a program was ended" program=program error="cgi: a line of the map is longer than 8192 bytes"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := handler(t, tt.script)
			h.Type, h.Script = tt.typ, "/a/program"
			got, log := ask(t, h.Respond, "a/program")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("the answer (-want +got):\n%s", diff)
			}
			checkLog(t, tt.log, log)
		})
	}
}

// checkLog compares a log with the line it should have, "" for none.
func checkLog(t *testing.T, want string, log *lines) {
	t.Helper()
	if want != "" {
		want += "\n"
	}
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

// TestNotStarted: what cannot be run is an error for the client, and its cause is in the log.
func TestNotStarted(t *testing.T) {
	for _, tt := range []struct {
		name string
		path func(t *testing.T) string
		want string // in the log
	}{
		{"missing", func(t *testing.T) string { return filepath.Join(dir(t), "missing") }, "no such file or directory"},
		{"not executable", func(t *testing.T) string { return write(t, "file", "#!/bin/sh\n", 0o644) }, "permission denied"},
		{"a directory", func(t *testing.T) string { return dir(t) }, "permission denied"},
		{"no program", func(t *testing.T) string { return write(t, "file", "hello", 0o755) }, "exec format error"},
		{"without its interpreter", func(t *testing.T) string { return write(t, "file", "#!/no/such\n", 0o755) }, "no such file or directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := &cgi.Handler{Path: tt.path(t), User: tester()}
			got, log := ask(t, h.Respond, "")
			if got != failed {
				t.Errorf("the answer is %q, want %q", got, failed)
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, "a program could not be started") || !strings.Contains(line, tt.want) {
				t.Errorf("the log is %q, want a line with %q", line, tt.want)
			}
		})
	}
}

// TestStandardError: it is logged, harmless and bounded.
func TestStandardError(t *testing.T) {
	h := handler(t, `printf 'a\033[2J\nlevel=ERROR\n' >&2; printf '%02000d\n' 1 >&2; for i in $(seq 30); do echo $i >&2; done; echo ok`)
	got, log := ask(t, h.Respond, "")
	if got != "ok\n" {
		t.Errorf("the answer is %q", got)
	}
	const begin = `level=WARN msg="gopherframe: a program wrote to standard error" program=program text=`
	want := []string{begin + `a?[2J`, begin + `"level=ERROR"`, begin + strings.Repeat("0", 1000)}
	for n := 1; n <= 17; n++ {
		want = append(want, begin+strconv.Itoa(n))
	}
	want = append(want, `level=WARN msg="gopherframe: a program wrote more to standard error" program=program lines=13`, "")
	if diff := cmp.Diff(want, strings.Split(log.String(), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOutput: the output of a program in memory.
func TestOutput(t *testing.T) {
	h := handler(t, `echo "$SELECTOR"; exit $SEARCHREQUEST`)
	h.Log = slog.New(slog.DiscardHandler)
	for _, tt := range []struct {
		query string
		max   int
		want  string
		more  bool
		fails bool
	}{
		{"0", 100, "/x\n", false, false},
		{"0", 3, "/x\n", false, false},
		{"0", 2, "/x", true, false},
		{"1", 100, "/x\n", false, true},
	} {
		got, more, err := h.Output(&gopherframe.Request{Selector: "x", Query: tt.query}, tt.max)
		if string(got) != tt.want || more != tt.more || (err != nil) != tt.fails {
			t.Errorf("%+v: %q, %v, %v", tt, got, more, err)
		}
	}
}

// TestUser: programs run as the user that is named, and never as root.
func TestUser(t *testing.T) {
	if os.Geteuid() != 0 {
		h := &cgi.Handler{User: "root"}
		if err := h.Check(); err == nil {
			t.Error("programs would run as root")
		}
		t.Skip("only root can run programs as another user")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	h := handler(t, "id -u; id -g; id -G")
	if got, _ := ask(t, h.Respond, ""); got != nobody.Uid+"\n"+nobody.Gid+"\n"+nobody.Gid+"\n" {
		t.Errorf("the program runs as %q", got)
	}
	for _, name := range []string{"", "root", "no-such-user"} {
		h := &cgi.Handler{Path: h.Path, User: name}
		if err := h.Check(); err == nil {
			t.Errorf("%q: no error", name)
		}
		got, log := ask(t, h.Respond, "")
		if got != failed || !strings.Contains(log.String(), "a program could not be started") {
			t.Errorf("%q: %q, %s", name, got, log)
		}
	}
}
