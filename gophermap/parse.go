// Package gophermap reads the dialects in which authors write menus: the text of a file called
// gophermap, as Bucktooth and gophernicus read it, and geomyidae's .gph. docs/gophermap.md
// describes them. It reads no files and logs nothing; package files serves directories with
// maps in them.
package gophermap

import (
	"fmt"
	"iter"
	"strings"

	"gopherframe"
)

// A Map is a gophermap that was read.
type Map struct {
	Items    []gopherframe.Item // in the order of the text
	Files    []string           // Files[i] is the name of the file that has Items[i]: Directory.File, or of one that is included
	Lines    []int              // Lines[i] is the line of that file, from 1; the items of a directive have its line
	Problems []Problem          // in the order of the text, at most MaxProblems
	More     bool               // the text has more than MaxItems or MaxBytes, of which Items has the beginning
	Taken    []Taken            // what each line was taken for, if Directory.Explain
}

// Bounds of a Map.
const (
	// MaxItems is how many items a Map has at most: a megabyte of empty lines would
	// otherwise take three hundred of memory.
	MaxItems = 100_000
	// MaxBytes is how many bytes are read of a map and of all that it includes. What is
	// longer is cut at the end of a line: half a line could be a link to somewhere else.
	MaxBytes = 1 << 20
	// MaxProblems is how many problems are told: a text that is no gophermap may have
	// one in every line.
	MaxProblems = 1_000
)

// A Problem is a line that makes no sense, or a directive that failed.
type Problem struct {
	File    string // Directory.File, or the file that is included
	Line    int    // from 1
	Err     error  // names the part that is wrong, and the remedy
	LeftOut bool   // the line is left out; otherwise its item shows it as text
}

// Error returns the problem with its line, and its file if that has a name.
func (p Problem) Error() string {
	text := fmt.Sprintf("line %d: %v", p.Line, p.Err)
	if p.File != "" {
		text = p.File + ": " + text
	}
	return text
}

// Unwrap returns Err.
func (p Problem) Unwrap() error { return p.Err }

// A Taken says what a line was taken for.
type Taken struct {
	File string
	Line int    // from 1
	As   string // such as "item", "title", or "text, for there is no file or command of this name"
	Text string // the line, without its end
}

// Parse reads a gophermap on its own: directives that need a directory are text. base is put
// before relative selectors: it is the selector of the directory with a slash at its end, ""
// for the root.
func Parse(text, base string) *Map {
	m, _ := (&Directory{Base: base}).Parse(text) // only List fails
	return m
}

// lines yields the lines of a text, each with its number, from 1, and without its end.
func lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		number := 0
		for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) { // a byte order mark
			number++
			if !yield(number, trimLineEnd(line)) {
				return
			}
		}
	}
}

// trimLineEnd returns line without the LF, CR LF or CR at its end.
func trimLineEnd(line string) string {
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
}
