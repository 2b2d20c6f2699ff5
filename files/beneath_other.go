//go:build !linux

package files

import (
	"errors"
	"io/fs"
	"os"
)

// A beneath is a short way into a directory, which this system does not have.
type beneath struct{}

func newBeneath(*os.Root) (beneath, error) { return beneath{}, nil }

func (beneath) close() {}

func (beneath) openFile(string, int, fs.FileMode) (*os.File, error) {
	return nil, errors.ErrUnsupported
}

func (beneath) openDir(string) (fs.ReadDirFile, error) { return nil, errors.ErrUnsupported }

func detach(f *os.File) (*os.File, error) { return f, nil }

func lookIn(fs.File) (looker, error) { return lookUp, nil }

func (beneath) stamp(string) (stamp, bool) { return stamp{}, false }

func stampOf(fs.FileInfo) (stamp, bool) { return stamp{}, false }

const hasStamps = false
