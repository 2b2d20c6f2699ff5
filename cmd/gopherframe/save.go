package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"gopherframe/client"
	"gopherframe/internal/harmless"
)

// saveAs is the flags of get for files.
type saveAs struct {
	Output     string `short:"o" placeholder:"FILE" help:"Write to FILE, which is replaced when all of the answer has arrived."`
	RemoteName bool   `short:"O" help:"Write to a new file in the current directory, with the name that the selector ends with. A file that exists is not replaced."`
}

// check returns a usageError if the flags do not fit together, or not that many URLs.
func (s *saveAs) check(urls int) error {
	switch {
	case s.Output != "" && s.RemoteName:
		return usageError{errors.New("-o and -O: one of them says where to write")}
	case s.Output != "" && s.Output != "-" && urls > 1:
		return usageError{fmt.Errorf("-o %s: one file cannot take %d answers; use -O for a file each", s.Output, urls)}
	}
	return nil
}

// name returns the file to write the answer to, "" for stdout.
func (s *saveAs) name(u *client.URL) (string, error) {
	if !s.RemoteName {
		return strings.TrimPrefix(s.Output, "-"), nil
	}
	name, err := localName(u.Selector)
	if err != nil {
		return "", fmt.Errorf("-O: %w; name a file with -o", err)
	}
	if _, err := os.Lstat(name); err == nil {
		return "", fmt.Errorf("-O: the file %s exists already; remove it, or name another one with -o", name)
	}
	return name, nil
}

const (
	// maxName is how many bytes the name of -O may have. File systems take 255, which
	// have to be enough for the name of the part as well.
	maxName = 240
	// notInNames are the characters that Windows and its file systems do not allow.
	notInNames = `<>:"/\|?*`
)

// localName returns the last element of a selector, if that is the name of a file
// everywhere and does nothing but name it: not to a shell, a terminal or a command that
// takes it for an option or a device.
func localName(selector string) (string, error) {
	name := strings.TrimRight(selector, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	base, _, _ := strings.Cut(name, ".")
	switch {
	case name == "":
		return "", fmt.Errorf("the selector %q ends with no name", selector)
	case len(name) > maxName:
		return "", fmt.Errorf("the name %.20q… has %d bytes, more than %d", name, len(name), maxName)
	case !utf8.ValidString(name) || harmless.Line(name) != name:
		return "", fmt.Errorf("the name %q has bytes that are not text", name)
	case name[0] == '.' || name[0] == '-' || name[0] == ' ':
		return "", fmt.Errorf("the name %q begins with %q", name, name[0])
	case strings.ContainsAny(name, notInNames):
		return "", fmt.Errorf("the name %q has one of %s in it", name, notInNames)
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || isDevice(strings.TrimRight(base, " ")):
		return "", fmt.Errorf("the name %q means something else on Windows", name)
	}
	return name, nil
}

// isDevice reports whether Windows takes files of this name, with any extension, for a
// device: https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
func isDevice(name string) bool {
	name = strings.ToUpper(name)
	switch name {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, ok := strings.CutPrefix(name, "COM")
	if !ok {
		port, ok = strings.CutPrefix(name, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// saveNew is save for a file that must not exist.
func saveNew(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // nobody else takes the name now
	if err != nil {
		return fmt.Errorf("-O: %w", err)
	}
	f.Close()
	if err := save(name, write); err != nil {
		os.Remove(name)
		return err
	}
	return nil
}

// save has write write the file. A regular file is replaced when all of the answer has
// arrived; until then it stays as it is, and a file beside it is written.
func save(name string, write func(io.Writer) error) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return usageError{fmt.Errorf("-o %s: is a directory; name a file", name)}
		}
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		return write(f)
	}
	f, target, err := part(name)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // which fails after the Rename
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), target)
}

// part creates a file in the directory of name, to be renamed to target: name or, if that
// is a symbolic link, the file that it leads to, whose mode it gets.
func part(name string) (f *os.File, target string, err error) {
	target, mode := name, os.FileMode(0o666) // of a new file, reduced by the umask
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
		if target, err = filepath.EvalSymlinks(name); err != nil {
			return nil, "", err
		}
	}
	f, err = os.OpenFile(fmt.Sprintf("%s.%d.part", target, os.Getpid()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, "", fmt.Errorf("-o %s: %w", name, err)
	}
	return f, target, nil
}
