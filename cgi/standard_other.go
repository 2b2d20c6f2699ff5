//go:build !unix

package cgi

import "os"

// watch and discard do nothing where none of these servers run.
func watch(*os.File, func()) (stop func()) { return func() {} }
func discard(*os.File)                     {}
