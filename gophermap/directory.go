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

	// Match returns the names that "-pattern" leaves out of List, of files and directories of the
	// directory: the one that the pattern is, or all that match it as one of path.Match.
	Match func(pattern string) []string

	// List returns the items of "*": one for each entry of the directory, but for those whose names
	// are in without. types has the types that ":ext=T" gives to files, by extension, as "txt",
	// in lower case. An error ends the reading.
	List func(without map[string]bool, types map[string]gopherframe.ItemType) ([]gopherframe.Item, error)

	// Include returns the text of the file that "=name" includes, of which no more than MaxBytes
	// are needed, and a name that tells it from other files. If there is no such file, the error
	// is fs.ErrNotExist, and if it is a program, ErrNotRun. Other errors are problems.
	Include func(name string) (file, text string, err error)

	// IsCommand reports whether "=line", for which there is no file, is a command.
	IsCommand func(line string) bool

	// Run returns what a command, or a program that Include has found, prints: a gophermap whose
	// directives are text. Without Run, and if it returns an error, the line is left out.
	Run func(line string) (text string, err error)

	// Users and Hosts return the items of "~" and "%".
	Users, Hosts func() []gopherframe.Item

	Explain bool // fill Map.Taken
}

const (
	// MaxDepth is how many files may be included in each other.
	MaxDepth = 8
	// MaxLookups is how many times Match, Include, Users and Hosts are called together. Each call
	// costs system calls whenever the map is asked for.
	MaxLookups = 1_000
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
