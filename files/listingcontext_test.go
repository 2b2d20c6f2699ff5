package files_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/files"
)

// TestListingLooksAtItsContext: every hundred entries, while it reads the directory and
// while it finds out the types. More often would cost as much as the work.
func TestListingLooksAtItsContext(t *testing.T) {
	for _, tt := range []struct {
		name          string
		leave         string // the client leaves while this is looked up
		names, opened int
		option        files.Option
	}{
		{"reading", "name 250", 300, 0, files.DotFiles},
		{"looking at the files", "info 250", 300, 0, files.Long},
		{"finding out the types", "open 250", 500, 300, files.DotFiles},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				fsys := &leavingFS{entries: 500, leave: func(what string) {
					if what == tt.leave {
						cancel()
						time.Sleep(time.Second) // until the listing is called off
					}
				}}
				resp := files.Server(fsys, tt.option)((&gopherframe.Request{}).WithContext(ctx))
				time.Sleep(time.Minute)
				synctest.Wait() // until the listing has ended
				if err := gopherframe.ErrorOf(resp); !errors.Is(err, context.Canceled) {
					t.Errorf("%T, %v", resp, err)
				}
				if fsys.names != tt.names || fsys.opened != tt.opened {
					t.Errorf("%d names were read and %d files opened, want %d and %d", fsys.names, fsys.opened, tt.names, tt.opened)
				}
			})
		})
	}
}

// A leavingFS is a directory of text files without extensions. It calls leave before it
// gives a name and before it opens a file.
type leavingFS struct {
	entries       int
	leave         func(what string)
	names, opened int
}

func (l *leavingFS) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &leavingDir{manyDir{left: l.entries}, l}, nil
	case "gophermap", "index.gph":
		return nil, fs.ErrNotExist
	}
	l.leave(fmt.Sprint("open ", l.opened))
	l.opened++
	return fstest.MapFS{name: {Data: []byte("text")}}.Open(name)
}

type leavingDir struct {
	manyDir
	fs *leavingFS
}

func (d *leavingDir) ReadDir(n int) ([]fs.DirEntry, error) {
	list, err := d.manyDir.ReadDir(n)
	for i := range list {
		list[i] = leavingEntry{renamed{list[i], fmt.Sprintf("%04d", i)}, d.fs, i}
	}
	return list, err
}

type leavingEntry struct {
	renamed
	fs     *leavingFS
	number int
}

// Info is asked for only if somebody wants the size or the date.
func (e leavingEntry) Info() (fs.FileInfo, error) {
	e.fs.leave(fmt.Sprint("info ", e.number))
	return e.renamed.Info()
}

// Type is asked for once for each entry.
func (e leavingEntry) Type() fs.FileMode {
	e.fs.leave(fmt.Sprint("name ", e.number))
	e.fs.names++
	return e.renamed.Type()
}

// TestListingStops: a listing that nobody waits for ends.
func TestListingStops(t *testing.T) {
	fsys := &countedFS{FS: endless{manyFS{}}}
	h := files.Server(fsys)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan gopherframe.Response)
	go func() { done <- h((&gopherframe.Request{}).WithContext(ctx)) }()
	for fsys.opened.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if resp := <-done; gopherframe.ErrorOf(resp) == nil {
		t.Errorf("%T", resp)
	}
	for closed.Load() == 0 { // or the test runs into its timeout
		time.Sleep(time.Millisecond)
	}
}

// An endless directory has names that are not listed, so no limit ends its listing.
type endless struct{ manyFS }

var closed atomic.Int32

func (e endless) Open(name string) (fs.File, error) {
	if name != "." {
		return nil, fs.ErrNotExist
	}
	return endlessDir{&manyDir{}}, nil
}

type endlessDir struct{ *manyDir }

func (d endlessDir) ReadDir(n int) ([]fs.DirEntry, error) {
	d.left = n
	list, err := d.manyDir.ReadDir(n)
	for i := range list {
		list[i] = renamed{list[i], ".hidden"}
	}
	return list, err
}

func (d endlessDir) Close() error { closed.Add(1); return nil }
