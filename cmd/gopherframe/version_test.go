package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersionLine(t *testing.T) {
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123abcd"}
	for want, info := range map[string]*debug.BuildInfo{
		"gopherframe (devel)":          nil,
		"gopherframe (devel) go1.26.5": {GoVersion: "go1.26.5"},
		"gopherframe v1.2.3 commit 0123abcd go1.26.5": {GoVersion: "go1.26.5", Main: debug.Module{Version: "v1.2.3"},
			Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "false"}}},
		"gopherframe (devel) commit 0123abcd modified go1.26.5": {GoVersion: "go1.26.5", Main: debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "true"}}},
	} {
		if got := versionLine(info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, args := range [][]string{{"--version"}, {"serve", "--version"}} {
		out, errs, code := call(t, "", args...)
		if !strings.HasPrefix(out, "gopherframe ") || strings.Count(out, "\n") != 1 || errs != "" || code != 0 {
			t.Errorf("%q: exit %d, %q, %q", args, code, out, errs)
		}
	}
}
