package gophertest

import "gopherframe/internal/lint"

// A Problem is one thing that is wrong with an answer.
type Problem struct {
	Line     int // counted from 1; 0: the answer as a whole
	Severity Severity
	Text     string // what is wrong, in printable characters only
}

// String returns the problem on one line, such as "line 2: the port is empty" or
// "line 3: warning: the link has no name".
func (p Problem) String() string { return p.internal().String() }

func (p Problem) internal() lint.Problem {
	return lint.Problem{Line: p.Line, Severity: lint.Severity(p.Severity), Text: p.Text}
}

func problemOf(p lint.Problem) Problem {
	return Problem{Line: p.Line, Severity: Severity(p.Severity), Text: p.Text}
}

// A Severity says how bad a problem is.
type Severity int

const (
	// Error is a violation of RFC 1436, or something that makes clients lose a part
	// of the answer.
	Error Severity = Severity(lint.Error)
	// Warning is something that only some clients show badly or cannot follow.
	Warning Severity = Severity(lint.Warning)
)

// String returns "error" or "warning".
func (s Severity) String() string { return lint.Severity(s).String() }

// Lint returns what is wrong with a menu as it was sent, nil if nothing is. It
// looks at the line ends, the final period and what follows it, the four fields,
// types, hosts, ports and control characters; names of more than 70 columns,
// rare types and the like are warnings. Of more than 20 problems it returns the
// first 20, and one that says so.
func Lint(wire []byte) []Problem {
	var all []Problem
	for _, p := range lint.Menu(wire) {
		all = append(all, problemOf(p))
	}
	return all
}
