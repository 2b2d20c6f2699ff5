// Package lint finds what is wrong with a menu as it was sent.
package lint

import "fmt"

// A Severity says how bad a problem is.
type Severity int

const (
	Error   Severity = iota // violates RFC 1436, or makes clients lose a part of the menu
	Warning                 // some clients show it badly, or cannot follow it
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Problem is one thing that is wrong with an answer.
type Problem struct {
	Line     int // counted from 1; 0: the answer as a whole
	Severity Severity
	Text     string // printable characters only
}

// String returns the problem on one line, such as "line 2: the port is empty" or
// "line 3: warning: the link has no name".
func (p Problem) String() string {
	text := p.Text
	if p.Severity != Error {
		text = p.Severity.String() + ": " + text
	}
	if p.Line > 0 {
		text = fmt.Sprintf("line %d: %s", p.Line, text)
	}
	return text
}
