package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path"
	"strings"
	"syscall"
	"time"

	"gopherframe/cgi"
	"gopherframe/files"
)

// A programs is the flags that say which files of the site are programs, and how they run.
type programs struct {
	CGI         []string `name:"cgi" sep:"none" placeholder:"GLOB" help:"Run the files that match instead of serving them: a glob without a slash, as *.cgi, is for names, one with a slash, as cgi-bin/*, for paths in the site. May be given several times. See docs/programs.md."`
	CGIUser     string   `name:"cgi-user" placeholder:"NAME" help:"The user that programs run as: needed, and possible, if the server runs as root."`
	CGIUsers    bool     `name:"cgi-users" help:"Run programs in the directories of --users, too, each as the user it belongs to. Only a server that is root can run those of more than one user."`
	CGITimeout  duration `name:"cgi-timeout" default:"60s" placeholder:"TIME" help:"How long a program may run. A bare number is seconds. (default: ${default})"`
	CGIMax      int      `name:"cgi-max" default:"32" placeholder:"N" help:"How many programs run at a time; clients of more read \"Server busy.\" (default: ${default})"`
	CGIEnv      []string `name:"cgi-env" sep:"none" placeholder:"NAME[=VALUE]" help:"A variable for programs: of the server's environment, or with this value. May be given several times."`
	MapCommands bool     `name:"map-commands" help:"Run the command lines in gophermaps, as =figlet Hello, by /bin/sh. Whoever can write a gophermap can then run programs."`
}

// any reports whether programs run.
func (p *programs) any() bool { return len(p.CGI) > 0 || p.MapCommands }

// options returns what the flags say, or an error if programs cannot run as that user.
func (p *programs) options() ([]files.Option, error) {
	if !p.any() {
		return nil, nil
	}
	h := &cgi.Handler{User: p.CGIUser, Timeout: time.Duration(p.CGITimeout), MaxRunning: p.CGIMax}
	for _, variable := range p.CGIEnv {
		if strings.Contains(variable, "=") {
			h.Env = append(h.Env, variable)
		} else {
			h.InheritEnv = append(h.InheritEnv, variable)
		}
	}
	if err := h.Check(); err != nil {
		return nil, fmt.Errorf("--cgi-user %q: %w", p.CGIUser, err)
	}
	// Programs inherit signals that are ignored, and a shell would go on writing into a pipe that
	// nobody reads. Those that somebody waits for they do not.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP, syscall.SIGPIPE)
	var options []files.Option
	if len(p.CGI) > 0 {
		options = append(options, files.CGI(h, p.CGI...))
	}
	if p.CGIUsers {
		options = append(options, files.UserPrograms)
	}
	if p.MapCommands {
		options = append(options, files.MapCommands(h))
	}
	return options, nil
}

// check returns an error if the flags cannot be meant. users is that of --users.
func (p *programs) check(sandbox bool, users string) error {
	for _, glob := range p.CGI {
		if _, err := path.Match(glob, ""); err != nil {
			return usageError{fmt.Errorf("--cgi %q: %w: write something as cgi-bin/* or *.cgi", glob, err)}
		}
	}
	for _, variable := range p.CGIEnv {
		if name, _, _ := strings.Cut(variable, "="); name == "" || strings.Contains(variable, "\x00") {
			return usageError{fmt.Errorf("--cgi-env %q: write NAME or NAME=VALUE", variable)}
		}
	}
	switch {
	case p.CGIUsers && (len(p.CGI) == 0 || users == ""):
		return usageError{errors.New("--cgi-users is for programs in the homes of users: add --cgi GLOB and --users DIR")}
	case !p.any() && (p.CGIUser != "" || len(p.CGIEnv) > 0):
		return usageError{errors.New("--cgi-user and --cgi-env are for programs, and none run: add --cgi GLOB or --map-commands")}
	case !p.any():
		return nil
	case p.CGITimeout == 0:
		return p.CGITimeout.moreThanNothing("--cgi-timeout")
	case p.CGIMax <= 0:
		return usageError{fmt.Errorf("--cgi-max %d: write how many programs may run at a time", p.CGIMax)}
	case sandbox:
		return usageError{errors.New("--sandbox takes the right to run programs from the server: leave it out, or leave out --cgi and --map-commands")}
	case p.CGIUser == "" && os.Geteuid() == 0:
		return usageError{errors.New("programs do not run as root: add --cgi-user NAME, of a user who owns nothing, or run the server as such a user")}
	}
	return nil
}
