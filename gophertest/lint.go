package gophertest

import "gopherframe/internal/lint"

// A Problem is what is wrong with an answer:
//
//	Line     int      // from 1; 0: the answer as a whole
//	Severity Severity // Error or Warning
//	Text     string   // printable, whatever was sent
//
// Its String method returns all three in one line.
type Problem = lint.Problem

// A Severity says how bad a problem is.
type Severity = lint.Severity

const (
	Error   = lint.Error   // against RFC 1436, or a client loses something by it
	Warning = lint.Warning // some clients show it worse than others
)

// Lint returns what is wrong with a menu as it was sent, nil if nothing is. It
// looks at the line ends, the final period and what follows it, the four fields,
// types, hosts, ports and control characters; names of more than 70 characters,
// rare types and the like are warnings. Of more than 20 problems it returns the
// first 20, and one that says so.
func Lint(wire []byte) []Problem { return lint.Menu(wire) }
