package middleware

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"

	"gopherframe"
)

// LogFormat is an option of [Logger]: it writes the line that format makes of an
// exchange to w, and nothing to the log. The exchange that format gets is good
// until it returns; with RedactIP its Remote is what is left. A failing w loses
// lines and does no other harm; only one line is written at a time.
func LogFormat(w io.Writer, format func(*Exchange) string) LogOption {
	var mu sync.Mutex
	return func(l *logger) {
		l.write = func(x *Exchange) {
			if q := x.Request; l.redact && q.Remote.IsValid() {
				q = q.WithContext(q.Context()) // a copy: it is not ours
				q.Remote = netip.AddrPortFrom(network(q.Remote.Addr()), 0)
				x.Request = q
			}
			line := format(x) + "\n"
			mu.Lock()
			defer mu.Unlock()
			io.WriteString(w, line)
		}
	}
}

// Combined is a format for [LogFormat]: the combined log format of web servers,
// which programs like goaccess read. The selector is the path, percent-encoded; the
// query is not written. The status is the one of HTTP that means the same.
func Combined(x *Exchange) string {
	q := x.Request
	host := "-"
	if q.Remote.IsValid() {
		host = q.Remote.Addr().String()
	}
	return fmt.Sprintf("%s - - [%s] \"GET %s Gopher\" %d %d \"-\" \"-\"", host,
		x.Began.Format("02/Jan/2006:15:04:05 -0700"), logPath(q), status[x.Outcome()], x.Sent.Bytes)
}

var status = map[Outcome]int{
	OutcomeOK:       200,
	OutcomeBad:      400,
	OutcomeRefused:  404,
	OutcomeCut:      499, // as nginx has it
	OutcomeFailed:   500,
	OutcomeBusy:     503,
	OutcomeTimedOut: 504,
}

// logPath returns the selector as a path, in which no character can end its field.
func logPath(q *gopherframe.Request) string {
	var path strings.Builder
	path.WriteByte('/')
	for _, b := range []byte(strings.TrimPrefix(q.Selector, "/")) {
		if b <= ' ' || b == '"' || b == '\\' || b == '%' || b >= 0x7F {
			fmt.Fprintf(&path, "%%%02X", b)
		} else {
			path.WriteByte(b)
		}
	}
	return path.String()
}
