package gophermap

import (
	"errors"

	"gopherframe"
)

// A Directory is where a gophermap is, and carries out its directives. Where a function is nil
// or finds nothing, the line is no directive but the text that its author, under another
// server, meant. The zero Directory is that of [Parse].
//
// The functions are called one after the other, in the order of the lines.
type Directory struct {
	Base string // as for Parse
	File string // the name of the map, for its problems

	// Has reports whether the directory has a file or directory of this name, or one that the
	// name matches as a pattern of path.Match: what "-name" leaves out of List.
	Has func(pattern string) bool

	// List returns the items of "*": one for each entry of the directory but those whose names
	// leaveOut reports. types has the types that ":ext=T" gives to files, by extension in lower
	// case, without a period. An error ends the reading.
	List func(leaveOut func(name string) bool, types map[string]gopherframe.ItemType) ([]gopherframe.Item, error)

	// Include returns the text of the file that "=name" includes, of which no more than MaxBytes
	// are needed, and a name that tells it from other files. If there is no such file, the error
	// is fs.ErrNotExist. Other errors, ErrNotRun for a program, are problems.
	Include func(name string) (file, text string, err error)

	// IsCommand reports whether "=line", for which there is no file, is a command. Run returns
	// what the command prints, a gophermap whose directives are text. Without Run a command is
	// left out.
	IsCommand func(line string) bool
	Run       func(line string) (text string, err error)

	// Users and Hosts return the items of "~" and "%".
	Users, Hosts func() []gopherframe.Item

	Explain bool // fill Map.Taken
}

const (
	// MaxDepth is how many files may be included in each other.
	MaxDepth = 8
	// MaxLookups is how many directives look for a file or command. Each costs system calls
	// whenever the map is asked for.
	MaxLookups = 1_000
)

// ErrNotRun is the error of a problem with a program or command that a map includes where none
// are run.
var ErrNotRun = errors.New("programs in maps are not run here")

// Parse reads a gophermap. The error is that of List.
func (d *Directory) Parse(text string) (*Map, error) {
	r := newReader(d)
	r.read(d.File, text, r.line)
	return r.m, r.err
}

// ParseGph reads a menu in the dialect of geomyidae, which has no directives.
func (d *Directory) ParseGph(text string) *Map {
	r := newReader(d)
	r.read(d.File, text, r.gphLine)
	return r.m
}
