package gophermap

import (
	"errors"

	"gopherframe"
)

// A Directory carries out the directives of a gophermap, by functions that know the directory in which the
// map is. Where the function for a line is nil or finds nothing, the line is no directive but the text that
// its author, under another server, meant. The zero Directory reads maps as [Parse] does, for the root.
//
// The functions are called one after the other, in the order of the lines. A Directory is safe for
// concurrent use if its functions are.
type Directory struct {
	Base string // as for Parse
	File string // the name of the map, for its problems

	// Match returns the names that "-pattern" leaves out of List, of files and directories of the
	// directory: the one that the pattern is, or all that match it as one of path.Match.
	Match func(pattern string) []string

	// List returns the items of "*": one for each entry of the directory, but for those whose names
	// are in without. types has the types that ":ext=T" gives to files, by extension, as "txt",
	// in lower case. An error ends the reading.
	List func(without map[string]bool, types map[string]gopherframe.ItemType) ([]gopherframe.Item, error)

	// Include returns the text of the file that "=name" includes, of which no more than MaxBytes
	// are read, and a name that tells the file from others. The error is fs.ErrNotExist if there is no such
	// file, and ErrNotRun if it is a program, for which Run is called with that name. Another error is a problem of the line.
	Include func(name string) (file, text string, err error)

	// IsCommand reports whether "=line", for which there is no file, is a command.
	IsCommand func(line string) bool

	// Run returns the output of a command or, if Include said that "=line" is a program, of that file: a
	// gophermap in which directives are text. For a command program is "". If Run is nil or returns an
	// error, the line is left out.
	Run func(line, program string) (text string, err error)

	// Users and Hosts return the items of "~" and "%".
	Users, Hosts func() []gopherframe.Item

	Explain bool // fill Map.Taken
}

const (
	// MaxLookups is how many times Match, Include, Users and Hosts of a Directory are called for one map,
	// all together. Each call costs system calls whenever the map is asked for.
	MaxLookups = 1_000
	// maxDepth is how many files may be included in each other.
	maxDepth = 8
)

// ErrNotRun is the error of a problem with a command, or a program, where none are run.
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
