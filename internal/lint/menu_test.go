package lint_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"gopherframe/internal/answer"
	"gopherframe/internal/lint"
)

// texts returns what the problems say, one a line.
func texts(problems []lint.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return all
}

func TestMenu(t *testing.T) {
	const end = ".\r\n"
	tests := []struct {
		name, wire string
		want       []string
	}{
		{"good", "iHi\t\terror.host\t0\r\n0A\ta\th\t70\r\nhB\tURL:https://b/#ü\th\t70\r\n" + end, nil},
		{"URL behind a slash", "hB\t/URL:https://b/#ü\th\t70\r\n" + end, nil},
		{"no items", end, nil},
		{"an error", "3Not found.\t\terror.host\t0\r\n" + end, nil},
		{"Gopher+", "0A\ta\th\t70\t+\r\n0A\ta\th\t70\t?\r\n" + end, nil},
		{"search, telnet", "7A\ta\th\t70\r\n8A\ta\th\t23\r\n" + end, nil},
		{"nothing", "", []string{"nothing was sent"}},
		{"LF", "0A\ta\th\t70\n.\n", []string{"line 1: the line ends in LF alone, not in CRLF", "line 2: the line ends in LF alone, not in CRLF"}},
		{"no period", "0A\ta\th\t70\r\n", []string{"there is no final period"}},
		{"no end", "0A\ta\th\t70", []string{"line 1: the last line has no end: some clients lose it", "there is no final period"}},
		{"period without end", ".", []string{"line 1: the last line has no end: some clients lose it"}},
		{"behind the period", end + "0A\ta\th\t70\r\n", []string{"line 2: 11 bytes follow the final period"}},
		{"stuffed period", "..\r\n" + end, []string{"line 1: the line has no TAB, so it is no item"}},
		{"type .", ".A\ta\th\t70\r\n" + end, []string{`line 1: the type is a period: clients take the line for the end of the menu`}},
		{"empty line", "\r\n" + end, []string{"line 1: the line is empty"}},
		{"bare text", "hello\r\n" + end, []string{"line 1: the line has no TAB, so it is no item"}},
		{"no port", "0A\ta\th\r\n" + end, []string{"line 1: the line has 3 of the four fields name, selector, host and port"}},
		{"no type", "\ta\th\t70\r\n" + end, []string{"line 1: the line has no type", "line 1: the line has 3 of the four fields name, selector, host and port"}},
		{"odd type", "\x01A\ta\th\t70\r\n" + end, []string{`line 1: the type is '\x01'`}},
		{"rare type", "ZA\ta\th\t70\r\n" + end, []string{"line 1: warning: not all clients know the type 'Z'"}},
		{"empty port", "0A\ta\th\t\r\n" + end, []string{"line 1: the port is empty"}},
		{"port 0", "0A\ta\th\t0\r\n" + end, []string{"line 1: the port is 0"}},
		{"port with space", "0A\ta\th\t 70\r\n" + end, []string{`line 1: the port is " 70", not a number up to 65535`}},
		{"port too high", "0A\ta\th\t65536\r\n" + end, []string{`line 1: the port is "65536", not a number up to 65535`}},
		{"info without port", "iA\t\terror.host\t\r\n" + end, []string{"line 1: the port is empty"}},
		{"info without host", "iA\t\t\t0\r\n" + end, []string{"line 1: warning: the host is empty"}},
		{"info in two fields", "iA\tfake\r\n" + end, []string{"line 1: the line has 2 of the four fields name, selector, host and port"}},
		{"empty host", "0A\ta\t\t70\r\n" + end, []string{"line 1: the host is empty"}},
		{"odd host", "0A\ta\th h\t70\r\n" + end, []string{`line 1: no host is called "h h"`}},
		{"any host of info", "iA\t\t(no host)\t0\r\n" + end, nil},
		{"IPv6", "0A\ta\t::1\t70\r\n" + end, []string{"line 1: warning: not all clients can follow a link to an IPv6 address"}},
		{"CR in a line", "0A\ra\ta\th\t70\r\n" + end, []string{`line 1: there is a control character in the name: '\r'`}},
		{"NUL", "0A\ta\x00\th\t70\r\n" + end, []string{`line 1: there is a control character in the selector: '\x00'`}},
		{"C1", "0A\u009b\ta\th\t70\r\n" + end, []string{`line 1: there is a control character in the name: '\u009b'`}},
		{"colour", "i\x1b[31mA\t\terror.host\t0\r\n" + end, []string{"line 1: warning: there is an escape sequence in the name: not all clients show it as meant"}},
		{"colour in a selector", "0A\t\x1b[31m\th\t70\r\n" + end, []string{`line 1: there is a control character in the selector: '\x1b'`}},
		{"Latin-1", "0\xfcA\ta\th\t70\r\n" + end, []string{"line 1: warning: the name is not UTF-8: clients have to guess"}},
		{"no name", "0\ta\th\t70\r\n" + end, []string{"line 1: warning: the link has no name"}},
		{"#", "0A\ta#b\th\t70\r\n" + end, []string{"line 1: warning: some clients cut the selector at the #"}},
		{"not ASCII", "0A\tü\th\t70\r\n" + end, []string{"line 1: warning: some clients cannot ask for a selector that is not ASCII"}},
		{"70 columns", "i" + strings.Repeat("ü", 70) + "\t\terror.host\t0\r\n" + end, nil},
		{"wide characters", "i" + strings.Repeat("漢", 36) + "\t\terror.host\t0\r\n" + end, []string{"line 1: warning: the name takes 72 columns, clients show about 70"}},
		{"71 columns", "i" + strings.Repeat("ü", 71) + "\t\terror.host\t0\r\n" + end, []string{"line 1: warning: the name takes 71 columns, clients show about 70"}},
		{"long selector", "0A\t" + strings.Repeat("a", 256) + "\th\t70\r\n" + end, []string{"line 1: warning: the selector has 256 bytes, more than 255"}},
		{"long line", "iA\t" + strings.Repeat("a", answer.MaxMenuLine-8) + "\th\t0\r\n" + end, []string{"line 1: the line has 65537 bytes with its end"}},
		{"more fields", "0A\ta\th\t70\tb\r\n" + end, []string{`line 1: warning: behind the port stands "b", which is nothing of Gopher+`}},
		{"error among others", "3A\t\terror.host\t0\r\n0A\ta\th\t70\r\n" + end, []string{"warning: an error item stands among others: some clients then show nothing else"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, texts(lint.Menu([]byte(tt.wire)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestProblemsAreBounded: of a text, which has a problem in every line, only the first 20
// are reported.
func TestProblemsAreBounded(t *testing.T) {
	got := lint.Menu(bytes.Repeat([]byte("text\r\n"), 100_000))
	if len(got) != 21 || got[20].Line != 21 || !strings.Contains(got[20].Text, "more problems") {
		t.Errorf("%d problems: %v", len(got), got)
	}
}

// TestLongestLine: ParseMenu reads the longest line that Menu does not report.
func TestLongestLine(t *testing.T) {
	for _, tt := range []struct{ n, problems int }{{answer.MaxMenuLine - 9, 0}, {answer.MaxMenuLine - 8, 1}} {
		wire := []byte("iA\t" + strings.Repeat("a", tt.n) + "\th\t0\r\n.\r\n")
		_, err := answer.ParseMenu(bytes.NewReader(wire))
		if problems := lint.Menu(wire); len(problems) != tt.problems || (err == nil) != (tt.problems == 0) {
			t.Errorf("%d bytes: %v; ParseMenu: %v", tt.n, problems, err)
		}
	}
}

func FuzzLint(f *testing.F) {
	for _, seed := range []string{"", ".", ".\r\n", "iHi\t\terror.host\t0\r\n.\r\n", "0A\ta\th\t70\n", "\t\t\t\t\r\n..\r\n", "3\xff\x1b\t\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		problems := lint.Menu(wire)
		if len(problems) > 21 {
			t.Errorf("%d problems", len(problems))
		}
		broken := false
		for _, p := range problems {
			broken = broken || p.Severity == lint.Error
			if strings.ContainsFunc(p.String(), func(r rune) bool { return !unicode.IsPrint(r) && r != ' ' }) {
				t.Errorf("a problem is not printable: %q", p)
			}
		}
		menu, err := answer.ParseMenu(bytes.NewReader(wire))
		if broken {
			return
		}
		// Of a menu without errors, ParseMenu makes an item of every line.
		if lines := bytes.Count(wire, []byte("\r\n")); err != nil || len(menu.Items) != lines-1 || !bytes.HasSuffix(wire, []byte(".\r\n")) {
			t.Errorf("%q is in order, but %d lines are %d items, %v", wire, lines, len(menu.Items), err)
		}
	})
}
