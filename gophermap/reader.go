package gophermap

import (
	"strings"

	"gopherframe"
)

// A reader reads a map and the files that it includes.
type reader struct {
	*Directory
	m    *Map
	err  error // of List
	left int   // how many bytes may still be read

	open    []string                        // the files that are being read, the map first
	at      int                             // the line of the last of them, from 1
	output  bool                            // the output of the command on that line is being read
	without map[string]bool                 // names that the listing leaves out
	types   map[string]gopherframe.ItemType // by extension, for the listing
	lookups int                             // see MaxLookups
}

func newReader(d *Directory) *reader {
	return &reader{Directory: d, m: &Map{}, left: MaxBytes, without: map[string]bool{}, types: map[string]gopherframe.ItemType{}}
}

// read reads the lines of a file until take returns false.
func (r *reader) read(file, text string, take func(line string) (goOn bool)) {
	before := r.at
	r.open = append(r.open, file)
	defer func() { r.open, r.at = r.open[:len(r.open)-1], before }()
	text, more := r.cut(text)
	for number, line := range lines(text) {
		r.at = number
		if !take(line) || r.isOver() {
			return
		}
	}
	r.m.More = r.m.More || more
}

// print reads the output of the command on the current line.
func (r *reader) print(text string) {
	r.output = true
	defer func() { r.output = false }()
	text, more := r.cut(text)
	for _, line := range lines(text) {
		if !r.line(line) || r.isOver() {
			return
		}
	}
	r.m.More = r.m.More || more
}

// cut returns as many lines of text as may still be read, and whether there are more.
func (r *reader) cut(text string) (head string, more bool) {
	if more = len(text) > r.left; more {
		text = text[:r.left]
		text = text[:strings.LastIndexByte(text, '\n')+1]
	}
	r.left -= len(text)
	return text, more
}

// isOver reports whether nothing more is to be read, of any file.
func (r *reader) isOver() bool { return r.m.More || r.err != nil }

// add adds items, which are on the current line.
func (r *reader) add(items ...gopherframe.Item) {
	if room := MaxItems - len(r.m.Items); len(items) > room {
		items, r.m.More = items[:room], true
	}
	for _, it := range items {
		r.m.Items = append(r.m.Items, it)
		r.m.Files = append(r.m.Files, r.open[len(r.open)-1])
		r.m.Lines = append(r.m.Lines, r.at)
	}
}

// addItem adds the item that a line is, or its text if it makes no sense.
func (r *reader) addItem(line string, it gopherframe.Item, err error) {
	switch {
	case err != nil:
		r.problem(err, false)
		r.took("text that makes no sense otherwise", line)
		it = gopherframe.Item{Type: gopherframe.TypeInfo, Name: line}
	default:
		r.took("item", line)
	}
	r.add(it)
}

// addText adds text as an item. as says what its line was taken for.
func (r *reader) addText(as, line, text string) {
	r.took(as, line)
	r.add(gopherframe.Item{Type: gopherframe.TypeInfo, Name: text})
}

// problem notes a problem with the current line.
func (r *reader) problem(err error, leftOut bool) {
	if len(r.m.Problems) < MaxProblems {
		r.m.Problems = append(r.m.Problems, Problem{r.open[len(r.open)-1], r.at, err, leftOut})
	}
}

// took notes what the current line was taken for.
func (r *reader) took(as, line string) {
	if r.Explain && !r.output {
		r.m.Taken = append(r.m.Taken, Taken{r.open[len(r.open)-1], r.at, as, line})
	}
}
