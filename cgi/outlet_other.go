//go:build !unix

package cgi

import "os"

// An outlet is the end of a pipe that a program writes to.
type outlet struct{ *os.File }

// wake does nothing: pipes have no deadlines here.
func (o *outlet) wake() {}
