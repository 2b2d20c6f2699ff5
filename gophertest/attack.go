package gophertest

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"gopherframe"
)

// forgedHost is the host of the item that a forgery tries to put into a menu.
const forgedHost = "forged.example"

// forged is the line of that item.
const forged = "1Forged\tforged\t" + forgedHost + "\t70"

// hostile are selectors and queries such as attackers and odd clients send.
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

// forgeries are selectors and queries that forge a line if a handler writes them into a
// menu as they are, or percent-decoded. Those with TAB, CR or LF cannot come in a request
// line, but handlers may read such text elsewhere and make a Request of it.
var forgeries = []string{
	"x\r\n" + forged + "\r\n", "x\n" + forged + "\n", "x\r" + forged + "\r", "x\tforged\t" + forgedHost + "\t70",
	"x%0D%0A1Forged%09forged%09" + forgedHost + "%0970%0D%0A", "x%0A1Forged%09forged%09" + forgedHost + "%0970%0A",
}

// attack asks with the hostile fields and the forgeries: as the selector, as the query to
// each line, and after the selector of each line.
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
	// Requests made by a literal have no Host, no Remote, and nothing else that Serve sets.
	selector, query, _ := strings.Cut(lines[0], "\t")
	t.askWith(lines[0], func(q *gopherframe.Request) *gopherframe.Request {
		return (&gopherframe.Request{Selector: selector, Query: query}).WithContext(q.Context())
	})
	t.askWith("", func(q *gopherframe.Request) *gopherframe.Request {
		return new(gopherframe.Request).WithContext(q.Context())
	})
}

// probe asks with the selector and query, whatever bytes they have, and reports a forged
// line, or the secret, in the answer. A nil secret is not looked for.
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
		t.errorf(line, "a part of the request became a line of the menu: %.300q", res.Wire)
	}
	if len(secret) > 0 && bytes.Contains(res.Wire, secret) {
		t.errorf(line, "the answer has /etc/passwd in it")
	}
}

// passwd returns the first line of /etc/passwd, nil if there is no such file.
func passwd() []byte {
	content, _ := os.ReadFile("/etc/passwd")
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return line
}

// isForged reports whether the answer is a menu with an item that leads to forgedHost. A
// text that quotes the request has such a line, too, so an answer that is not sent as a
// menu counts as one only if it has another item: then the handler wrote a menu by hand.
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
