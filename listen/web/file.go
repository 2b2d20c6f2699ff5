package web

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/regular"
)

// file answers with a file, or with a page about it.
func (a *reply) file(f *gopherframe.File) error {
	src, info, err := regular.Open(f.FS, f.Name)
	if err != nil {
		return err
	}
	defer src.Close()
	found, content, err := filetype.Of(byte(f.Type), f.Name, src)
	if err != nil {
		return err
	}
	typ := gopherframe.ItemType(found)
	if kind := a.kind(typ); kind != isContent {
		return a.page(kind, &wholeReader{r: content, left: info.Size()})
	}
	mime := a.mimeOf(f.Name, typ, nil)
	seeker, ok := src.(io.ReadSeeker)
	if !ok {
		return a.content(mime, info.Size(), func() error {
			_, err := io.CopyN(a.w, content, info.Size())
			return err
		})
	}
	if mime == mimePlain || mime == mimeBinary { // the name does not tell
		head, err := headOf(seeker)
		if err != nil {
			return err
		}
		mime = a.mimeOf(f.Name, typ, head)
	}
	return a.ranges(mime, info.ModTime(), seeker)
}

// headOf returns the beginning of a file.
func headOf(f io.ReadSeeker) ([]byte, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	head := make([]byte, 4<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return head[:n], nil
}

// ranges answers with content that was changed at a time, the zero time if that is not known,
// or with the part that the client asks for, or not at all if the client has it already.
func (a *reply) ranges(mime string, changed time.Time, content io.ReadSeeker) error {
	if err := a.prepare(contentPolicy); err != nil {
		return err
	}
	a.describe(mime)
	out := &fileWriter{reply: a}
	http.ServeContent(out, a.r, "", changed, content)
	if out.err != nil {
		return out.err
	}
	if length, err := strconv.ParseInt(a.Header().Get("Content-Length"), 10, 64); err == nil && out.status/100 == 2 && !a.isHead() && out.n < length {
		return io.ErrUnexpectedEOF // it was cut short meanwhile
	}
	return nil
}

// A fileWriter is the http.ResponseWriter of http.ServeContent, which reports no errors.
type fileWriter struct {
	*reply
	status int
	n      int64
	err    error
}

func (f *fileWriter) WriteHeader(status int) {
	f.status = status
	f.writeHeader(status)
}

func (f *fileWriter) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	return n, f.note(int64(n), err)
}

// ReadFrom hands the file on, so that the kernel may copy it.
func (f *fileWriter) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.Copy(f.w, r)
	return n, f.note(n, err)
}

func (f *fileWriter) note(n int64, err error) error {
	f.n += n
	if f.err == nil {
		f.err = err
	}
	return err
}

// A wholeReader reads a file up to the length that it had when it was opened.
type wholeReader struct {
	r    io.Reader
	left int64
}

// Read returns io.ErrUnexpectedEOF if the file was cut short meanwhile.
func (w *wholeReader) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	n, err := w.r.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if err == io.EOF && w.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
