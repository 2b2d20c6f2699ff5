package files

import (
	"io"
	"io/fs"
	"time"
	"unicode/utf8"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/regular"
)

// maxText is how many bytes a file has at most that is answered as a Text: more would be
// held in memory for each client who does not read.
const maxText = 64 << 10

// file answers with the regular file called name, which info describes.
func (s *server) file(name string, info fs.FileInfo, asked time.Time) gopherframe.Response {
	typ := gopherframe.ItemType(filetype.ByName(name, s.types))
	file := &gopherframe.File{FS: s.fsys, Name: name, Type: typ}
	if !s.texts || typ != 0 && !typ.IsText() {
		return file
	}
	k := s.key(name, "", false)
	e := s.cache.find(k, state{file: info, asked: asked})
	switch {
	case e != nil && e.answer != nil:
		return e.answer
	case e != nil, info.Size() > maxText:
		return file
	}
	text, info, err := s.read(name)
	if err != nil {
		return file // which fails as well when it is sent, or not any more
	}
	// Text is UTF-8 for middleware that looks into it, and a file in another character set is
	// to be sent as it is.
	if !utf8.Valid(text) || typ == 0 && filetype.ByContent(text) != byte(gopherframe.TypeText) {
		s.cache.keep(k, nil, 0, state{file: info, asked: asked}, true)
		return file
	}
	answer := gopherframe.Text(text)
	s.cache.keep(k, answer, int64(len(text)), state{file: info, asked: asked}, true)
	return answer
}

// read returns the content of the file called name, up to the length that it has when it is
// opened, and what it was then. It is an error if that is more than maxText.
func (s *server) read(name string) ([]byte, fs.FileInfo, error) {
	f, info, err := regular.Open(s.fsys, name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if info.Size() > maxText {
		return nil, nil, io.ErrShortBuffer
	}
	text := make([]byte, info.Size())
	_, err = io.ReadFull(f, text)
	return text, info, err
}
