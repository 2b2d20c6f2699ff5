package files

import (
	"io/fs"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// RefuseOpenat2 makes a Dir anew as on a system that refuses openat2 with an error, and counts how
// often it is asked for.
func RefuseOpenat2(fsys fs.FS, refusal error) *atomic.Int32 {
	d, asked := fsys.(*dirFS), new(atomic.Int32)
	t := d.root.Load()
	t.short.close()
	short, err := newBeneathBy(t.Root, func(int, string, *unix.OpenHow) (int, error) {
		asked.Add(1)
		return -1, refusal
	})
	if err != nil {
		panic(err)
	}
	d.root.Store(&tree{t.Root, short})
	return asked
}
