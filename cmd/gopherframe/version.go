package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
)

// A versionFlag prints the version and ends the program.
type versionFlag bool

// BeforeReset is called by package kong when the flag is given.
func (versionFlag) BeforeReset(app *kong.Kong) error {
	info, _ := debug.ReadBuildInfo()
	fmt.Fprintln(app.Stdout, versionLine(info))
	app.Exit(0)
	return nil
}

// moduleVersion returns the version of the main module, "(devel)" if it has none. info may be nil.
func moduleVersion(info *debug.BuildInfo) string {
	if info == nil {
		return "(devel)"
	}
	return cmp.Or(info.Main.Version, "(devel)")
}

// versionLine returns what --version prints: the version, the commit, whether files were
// changed since, and the version of Go, as far as info, which may be nil, has them.
func versionLine(info *debug.BuildInfo) string {
	words := []string{"gopherframe", moduleVersion(info)}
	if info == nil {
		return strings.Join(words, " ")
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" {
		words = append(words, "commit "+revision)
	}
	if settings["vcs.modified"] == "true" {
		words = append(words, "modified")
	}
	return strings.Join(append(words, info.GoVersion), " ")
}
