package gophermap

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
)

// line reads a line of a gophermap. It returns false if the file ends with it.
func (r *reader) line(line string) (goOn bool) {
	switch {
	case strings.HasPrefix(line, "#"):
		r.took("comment", line)
		return true
	case line == framing.Final:
		r.took("stop", line)
		return false
	case line == "*" && r.List != nil && !r.output:
		r.list(line)
		return false
	}
	whyNot, done := r.act(line)
	if done {
		return true
	}
	if strings.Contains(line, "\t") {
		it, err := parseLine(line, r.Base)
		r.addItem(line, it, err)
	} else if title, ok := framing.Title(line); ok {
		r.took("title", line)
		r.add(gopherframe.Item{Type: gopherframe.TypeInfo, Name: title, Selector: framing.TitleSelector})
	} else {
		r.addText("text"+whyNot, line, line)
	}
	return true
}

// act carries out a line that is a directive. For one that looks like a directive and cannot be one,
// it returns why, so that authors who meant one can be told; for any other, "".
func (r *reader) act(line string) (whyNot string, done bool) {
	directive, ok := directives[line[:min(len(line), 1)]]
	if !ok || r.output || strings.Contains(line, "\t") && line[0] != '=' {
		return "", false
	}
	whyNot = directive(r, line)
	return whyNot, whyNot == ""
}

// directives has a function for each first letter of a line that may be a directive. It carries out the line
// and returns "", or returns why the line is text.
var directives map[string]func(r *reader, line string) (whyNot string)

func init() { // include leads back here
	directives = map[string]func(*reader, string) string{
		"-": (*reader).hide, ":": (*reader).giveType, "=": (*reader).include,
		"~": func(r *reader, line string) string { return r.addAll("users", line, r.Users) },
		"%": func(r *reader, line string) string { return r.addAll("hosts", line, r.Hosts) },
	}
}

// hide carries out "-name".
func (r *reader) hide(line string) (whyNot string) {
	name := line[1:]
	switch {
	case r.Match == nil || isDecoration(name, "-"):
		return ", not a name to hide"
	case !r.lookUp():
		return tooMany
	}
	names := r.Match(name)
	if len(names) == 0 {
		return ", for there is no file or directory of this name to hide"
	}
	r.took("hide", line)
	for _, name := range names {
		r.without[name] = true
	}
	return ""
}

// giveType carries out ":ext=T".
func (r *reader) giveType(line string) (whyNot string) {
	extension, typ, _ := strings.Cut(line[1:], "=")
	if r.List == nil || len(typ) != 1 || strings.Contains(extension, " ") || (filetype.Extensions{}).Set(extension, typ[0]) != nil {
		return ", not :extension=type"
	}
	r.took("type", line)
	r.types[strings.ToLower(strings.TrimPrefix(extension, "."))] = gopherframe.ItemType(typ[0])
	return ""
}

// addAll carries out "~" or "%": it adds the items of list.
func (r *reader) addAll(as, line string, list func() []gopherframe.Item) (whyNot string) {
	if len(line) > 1 || list == nil {
		return ", not a list of " + as
	}
	if !r.lookUp() {
		return tooMany
	}
	items := list()
	if len(items) == 0 {
		return ", for there are no " + as
	}
	r.took(as, line)
	r.add(items...)
	return ""
}

// include carries out "=file" or "=command".
func (r *reader) include(line string) (whyNot string) {
	name := line[1:]
	switch {
	case r.Include == nil && r.IsCommand == nil || isDecoration(name, "="):
		return ", not a name to include"
	case !r.lookUp():
		return tooMany
	}
	if len(r.open) > maxDepth {
		r.took("include", line)
		r.problem(fmt.Errorf("%q is not included: at most %d files may be included in each other", name, maxDepth), true)
		return ""
	}
	if r.Include != nil {
		file, text, err := r.Include(name)
		switch {
		case errors.Is(err, ErrNotRun):
			r.run("program", line, file)
			return ""
		case !errors.Is(err, fs.ErrNotExist):
			r.took("include", line)
			r.includeText(file, text, err)
			return ""
		}
	}
	if r.IsCommand == nil || !r.IsCommand(name) {
		return ", for there is no file or command of this name"
	}
	r.run("command", line, "")
	return ""
}

// run carries out "=command", and "=file" if the file is a program.
func (r *reader) run(as, line, program string) {
	r.took(as, line)
	if r.Run == nil {
		r.problem(ErrNotRun, true)
		return
	}
	text, err := r.Run(line[1:], program)
	if err != nil {
		r.problem(err, true)
	}
	r.print(text)
}

// includeText reads the text of a file that is included, unless it leads in a circle.
func (r *reader) includeText(file, text string, err error) {
	if err == nil && slices.Contains(r.open, file) {
		err = fmt.Errorf("%s is included while it is being read: take this line out", file)
	}
	if err != nil {
		r.problem(err, true)
		return
	}
	r.read(file, text, r.line)
}

// isDecoration reports whether what follows a directive cannot be a name: a rule, a bullet
// or a heading begins like that.
func isDecoration(name, mark string) bool {
	return strings.HasPrefix(name, " ") || strings.HasPrefix(name, mark+mark) || strings.Trim(name, mark) == ""
}

const tooMany = ", for there are too many directives before it"

// lookUp reports whether one more directive may look for what it is about.
func (r *reader) lookUp() bool {
	r.lookups++
	if r.lookups == MaxLookups+1 {
		r.problem(fmt.Errorf("at most %d lines may include, hide or list something: this one and those after it are text", MaxLookups), false)
	}
	return r.lookups <= MaxLookups
}

// list carries out "*". In a file that is included it only ends that file, as under gophernicus.
func (r *reader) list(line string) {
	if len(r.open) > 1 {
		r.took("stop, for only the map itself ends with a listing", line)
		return
	}
	r.took("listing", line)
	r.leaveOutNamed()
	items, err := r.List(r.without, r.types)
	r.err = err
	r.add(items...)
}

// leaveOutNamed leaves out of the listing the entries of the directory to which the items so far lead.
func (r *reader) leaveOutNamed() {
	base := strings.TrimPrefix(r.Base, "/")
	for i := range r.m.Items {
		it := &r.m.Items[i]
		if name, ok := strings.CutPrefix(strings.TrimPrefix(it.Selector, "/"), base); ok && it.Host == "" && !it.Type.LeadsNowhere() {
			r.without[strings.TrimSuffix(name, "/")] = true // one with another slash is no name
		}
	}
}
