package middleware

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"

	"gopherframe"
)

// LogFormat is an option of [Logger]: instead of logging an exchange, Logger writes the
// line that format returns, and a line end, to w. Lines are written one at a time. If w
// fails, the line is lost, and nothing else happens. format must not keep the Exchange.
// With [RedactIP] the Exchange has the redacted address.
func LogFormat(w io.Writer, format func(*Exchange) string) LogOption {
	var mu sync.Mutex
	return func(l *logger) {
		l.write = func(x *Exchange) {
			if q := x.Request; l.redact && q.Remote.IsValid() {
				q = q.WithContext(q.Context()) // a copy, because other middleware has the Request, too
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

// Combined is a format for [LogFormat]: the combined log format of web servers, which
// programs like goaccess read. The path is the selector, percent-encoded. The query is left
// out. The status is the HTTP status that fits the Outcome.
func Combined(x *Exchange) string {
	q := x.Request
	host := "-"
	if q.Remote.IsValid() {
		host = q.Remote.Addr().String()
	}
	return fmt.Sprintf("%s - - [%s] \"GET %s Gopher\" %d %d \"-\" \"-\"", host,
		x.Began.Format("02/Jan/2006:15:04:05 -0700"), logPath(q), status[x.Outcome()], x.Sent.Bytes)
}

// status has the HTTP status for each Outcome.
var status = map[Outcome]int{
	OutcomeOK:       200,
	OutcomeBad:      400,
	OutcomeRefused:  404,
	OutcomeCut:      499, // nginx uses it for clients that leave
	OutcomeFailed:   500,
	OutcomeBusy:     503,
	OutcomeTimedOut: 504,
}

// logPath returns the selector as a path, percent-encoded so that it stays within its
// quotation marks.
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
