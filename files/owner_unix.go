//go:build unix

package files

import (
	"io/fs"
	"syscall"
)

// ownerOf returns the user whom the file belongs to, and false if info does not tell.
func ownerOf(info fs.FileInfo) (uid uint32, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return st.Uid, true
}
