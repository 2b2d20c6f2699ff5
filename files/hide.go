package files

import (
	"fmt"
	"path"
	"slices"
)

// Hide returns an [Option]: files and directories whose names match one of the patterns of
// [path.Match] are left out of automatic menus. They are served all the same to whoever asks for them,
// as by gophernicus: what nobody may read must not be in the tree, or have a name that begins with a
// period. Hide panics if a pattern is malformed.
func Hide(patterns ...string) Option {
	patterns = mustMatch("Hide", patterns)
	return func(s *server) { s.hidden = append(s.hidden, patterns...) }
}

// mustMatch returns a copy of the patterns that an option was given. It panics if one of them is malformed.
func mustMatch(option string, patterns []string) []string {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			panic(fmt.Sprintf("gopherframe: files.%s(%q): %v; write a pattern as path.Match has it", option, pattern, err))
		}
	}
	return slices.Clone(patterns)
}

// isUnlisted reports whether an entry of this name is left out of the automatic menu of d: what a
// pattern hides, and what nobody can ask for because the name is that of a user.
func (d directory) isUnlisted(name string) bool {
	if d.homes != nil && d.name == "." && isUsers(name) {
		return true
	}
	return slices.ContainsFunc(d.hidden, func(pattern string) bool {
		ok, _ := path.Match(pattern, name)
		return ok
	})
}
