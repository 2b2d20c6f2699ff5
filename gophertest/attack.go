package gophertest

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"gopherframe"
)

// forgedHost is where a forged item would lead.
const forgedHost = "forged.example"

const forged = "1Forged\tforged\t" + forgedHost + "\t70"

// hostile are the fields of requests that attackers send, and odd clients.
var hostile = []string{
	"", "/", "//", ".", "..", "/..", "%", "%zz", "$", "+", "!", "*", "\\", "'\"<>&;|`$(id)",
	"../../../../../../../../../../etc/passwd",
	"/etc/passwd",
	"..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
	"%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
	"a\x00b", "\xff\xfe\xff", "\x1b]0;x\x07\x1b[31m", "\u202e\u2028\u0085", "gr\xfc\xdfe",
	"GET / HTTP/1.1", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "URL:javascript:alert(1)",
	strings.Repeat("a", 2048), strings.Repeat("../", 682), strings.Repeat("%", 2048), strings.Repeat("\xff", 2048),
}

// forgeries are fields that would be lines of a menu, for a handler that decodes
// them, and for one that gets them from elsewhere than a request line.
var forgeries = []string{
	"x\r\n" + forged + "\r\n", "x\n" + forged + "\n", "x\r" + forged + "\r", "x\tforged\t" + forgedHost + "\t70",
	"x%0D%0A1Forged%09forged%09" + forgedHost + "%0970%0D%0A", "x%0A1Forged%09forged%09" + forgedHost + "%0970%0A",
}

// attack sends what is hostile, as a selector and as the query to each line.
func (t *trial) attack(lines []string) {
	secret := passwd()
	for _, line := range lines {
		selector, _, _ := strings.Cut(line, "\t")
		for _, field := range hostile {
			t.probe(secret, field, "")
			t.probe(secret, selector, field)
			t.probe(secret, strings.TrimSuffix(selector, "/")+"/"+field, "")
		}
		for _, field := range forgeries {
			t.probe(nil, field, "")
			t.probe(nil, selector, field)
			t.probe(nil, selector+field, "")
		}
	}
	selector, query, _ := strings.Cut(lines[0], "\t")
	t.askWith(lines[0], func(q *gopherframe.Request) *gopherframe.Request {
		return (&gopherframe.Request{Selector: selector, Query: query}).WithContext(q.Context())
	})
	t.askWith("", func(q *gopherframe.Request) *gopherframe.Request {
		return new(gopherframe.Request).WithContext(q.Context())
	})
}

// probe asks for the selector and query as they are, and looks for what should
// not be in the answer.
func (t *trial) probe(secret []byte, selector, query string) {
	line := selector
	if query != "" {
		line += "\t" + query
	}
	res := t.askWith(line, func(q *gopherframe.Request) *gopherframe.Request {
		q = q.WithContext(q.Context())
		q.Selector = strings.ReplaceAll(selector, "\x00", " ") // as Serve does
		q.Query, q.Extra = strings.ReplaceAll(query, "\x00", " "), nil
		if query != "" {
			q.Extra = []string{q.Query}
		}
		return q
	})
	if isForged(res) {
		t.errorf(line, "what was asked for became a line of the menu: %.300q", res.Wire)
	}
	if len(secret) > 0 && bytes.Contains(res.Wire, secret) {
		t.errorf(line, "the answer has /etc/passwd in it")
	}
}

// passwd returns the first line of a file that no request should lead to, nil
// where there is none.
func passwd() []byte {
	content, _ := os.ReadFile("/etc/passwd")
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return line
}

// isForged reports whether a line of a menu leads to forgedHost. A text may say
// so, unless another line of it is an item, too: it is a menu written by hand.
func isForged(res *Result) bool {
	found, menu := false, isMenuStream(res.Response)
	for line := range strings.FieldsFuncSeq(string(res.Wire), func(r rune) bool { return r == '\r' || r == '\n' }) {
		fields := strings.Split(line, "\t")
		if len(fields) < 4 {
			continue
		}
		switch _, err := strconv.Atoi(fields[3]); {
		case fields[2] == forgedHost:
			found = true
		case err == nil:
			menu = true
		}
	}
	return found && menu
}
