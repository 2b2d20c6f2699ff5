//go:build !unix

package listen

// maxFiles returns how many files the process may have open: an assumption, since this
// system has no call that tells.
func maxFiles() int { return 1 << 16 }
