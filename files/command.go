package files

import (
	"io/fs"
	"os/exec"
	"path"
	"regexp"
	"strings"
)

// isCommand reports whether "=line" is a command line for a shell, and not a heading such as
// "=welcome=": it begins with a program of this machine, by its name in lower case or by its
// path, or with one in the tree, by its path. What looks like the name of another program is
// a command if an option, a variable or a pipe follows.
func (r *mapReader) isCommand(line string) bool {
	r.others = true
	name, arguments, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
	return programName.MatchString(name) && (shellArguments.MatchString(arguments) || r.hasProgram(name))
}

// programName matches a name in lower case, and a path that has a name.
var programName = regexp.MustCompile(`^([A-Za-z0-9_.+~-]*/)+[A-Za-z0-9_.+-]*[A-Za-z0-9]$|^[a-z][a-z0-9_.+-]*$`)

// shellArguments matches arguments that have an option, a variable, a pipe or a command.
var shellArguments = regexp.MustCompile("(^| )--?[A-Za-z]|[$|`]")

// hasProgram reports whether there is a program of this name or path.
func (r *mapReader) hasProgram(name string) bool {
	if !strings.Contains(name, "/") || path.IsAbs(name) {
		_, err := exec.LookPath(name)
		return err == nil
	}
	info, err := fs.Stat(r.fsys, r.path(name))
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
