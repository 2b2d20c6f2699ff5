//go:build !unix

package files

import "io/fs"

// ownerOf returns false: files do not tell whom they belong to.
func ownerOf(fs.FileInfo) (uid uint32, ok bool) { return 0, false }
