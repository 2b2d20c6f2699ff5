// Package lint says what is wrong with a menu as it was sent.
package lint

import "fmt"

// A Severity says how bad a problem is.
type Severity int

const (
	Error   Severity = iota // against RFC 1436, or a client loses something by it
	Warning                 // some clients show it worse than others
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Problem is one thing that is wrong.
type Problem struct {
	Line     int // from 1; 0: the answer as a whole
	Severity Severity
	Text     string // in printable characters, whatever was sent
}

// String returns the problem with its line, and says so if it is a warning.
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
