package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/framing"
	"gopherframe/internal/passwd"
)

// hosts is the flags for the names of the server, and for the directories of its users.
type hosts struct {
	Host  []string `sep:"none" placeholder:"NAME=DIR" help:"Serve DIR to those who ask for the host NAME, over TLS, QUIC and HTTP. Plain Gopher does not say which host is asked for: --listen tcp://HOST:PORT=NAME says so. May be given several times."`
	Users string   `placeholder:"DIR" help:"Serve the directory DIR, such as public_gopher, in the home of each user of the system, as ~USER."`
}

// A hostDir is a directory, and the host whose it is.
type hostDir struct {
	host string // "": of all names that no other site has
	dir  string
	fsys fs.FS
}

// sites returns the site of dir, for all names but those of --host, and the sites of these. It opens
// their directories.
func (h *hosts) sites(dir string) ([]hostDir, error) {
	if err := h.checkUsers(); err != nil {
		return nil, err
	}
	sites := []hostDir{{dir: dir}}
	for _, text := range h.Host {
		host, dir, ok := strings.Cut(text, "=")
		flag := fmt.Sprintf("--host %q", text)
		switch {
		case !ok || host == "" || dir == "":
			return nil, usageError{fmt.Errorf("%s: write NAME=DIR, as in gopher.example.org=/srv/gopher", flag)}
		case !isHostName(host):
			return nil, usageError{fmt.Errorf("%s: %q is no name of a host: it has letters, digits, dashes and periods only, no port, and is no address; "+
				"other scripts are written as xn--", flag, host)}
		case slices.ContainsFunc(sites, func(s hostDir) bool { return strings.EqualFold(s.host, host) }):
			return nil, usageError{fmt.Errorf("%s: there are two directories for %s", flag, host)}
		}
		sites = append(sites, hostDir{host: host, dir: dir})
	}
	for i := range sites {
		s := &sites[i]
		var err error
		if s.fsys, err = files.Dir(s.dir); err != nil && s.host != "" {
			err = fmt.Errorf("--host %q: %s", s.host+"="+s.dir, withoutPackage(err.Error()))
		}
		if err != nil {
			return nil, err
		}
	}
	return sites, nil
}

// isHostName reports whether clients can ask for the name over TLS: RFC 6066 section 3.
func isHostName(name string) bool {
	_, err := netip.ParseAddr(name)
	return err != nil && framing.IsHost(name) && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".") &&
		!strings.ContainsFunc(name, func(r rune) bool { return r > '~' || strings.ContainsRune("=,;\"'()<>*", r) })
}

func (h *hosts) checkUsers() error {
	switch {
	case h.Users == "":
		return nil
	case runtime.GOOS == "windows" || runtime.GOOS == "plan9":
		return usageError{errors.New("--users: is for Unix, where files tell whom they belong to")}
	case !fs.ValidPath(h.Users) || h.Users == ".":
		return usageError{fmt.Errorf("--users %q: write a directory within the homes, as public_gopher", h.Users)}
	}
	return nil
}

// options returns the options of files.Server for all sites. They share what is open of the
// directories of users.
func (h *hosts) options() (options []files.Option) {
	if h.Users != "" {
		options = append(options, files.Users(h.Users))
	}
	if len(h.Host) > 0 {
		options = append(options, files.Hosts(h.names()...))
	}
	return options
}

// names returns the names of --host.
func (h *hosts) names() []string {
	names := make([]string, len(h.Host))
	for i, text := range h.Host {
		names[i], _, _ = strings.Cut(text, "=")
	}
	return names
}

// name returns the name of --host that a client means by another spelling of it, "" if there is
// none.
func (h *hosts) name(asked string) string {
	for _, text := range h.Host {
		if name, _, _ := strings.Cut(text, "="); strings.EqualFold(name, asked) {
			return name
		}
	}
	return ""
}

// note is a middleware that notes the host that answers, for the log and the metrics.
func (h *hosts) note(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		if name := h.name(q.ServerName); name != "" {
			q.Annotate(slog.String(hostNote, name))
		}
		return next(q)
	}
}

// hostNote is the key of the note.
const hostNote = "host"

// noted returns the host that note has noted, "" if there is none.
func noted(q *gopherframe.Request) string {
	notes := q.Annotate()
	if i := slices.IndexFunc(notes, func(a slog.Attr) bool { return a.Key == hostNote }); i >= 0 {
		return notes[i].Value.String()
	}
	return ""
}

// readable returns the directories that the server must be able to read: the sites of --host,
// and for --users that of the accounts and those in which homes are, so that a new user needs no
// restart. Where that would be the root directory, it is the home.
func (h *hosts) readable() (dirs []string) {
	for _, text := range h.Host {
		_, dir, _ := strings.Cut(text, "=")
		dirs = append(dirs, siteDirs(dir)...)
	}
	if h.Users == "" {
		return dirs
	}
	dirs = append(dirs, path.Dir(passwd.File))
	accounts, _ := passwd.All()
	for _, a := range accounts {
		real, err := filepath.EvalSymlinks(a.Home)
		if err != nil || !filepath.IsAbs(a.Home) {
			continue
		}
		if _, err := os.Stat(filepath.Join(real, h.Users)); err != nil && a.UID < firstUser {
			continue // it is of the system, which has homes anywhere
		}
		for _, home := range []string{a.Home, real} {
			in := filepath.Dir(home)
			if in == "/" {
				in = home
			}
			if in != "/" && !slices.Contains(dirs, in) {
				dirs = append(dirs, in)
			}
		}
	}
	return dirs
}

// firstUser is the lowest number of an account of a person: UID_MIN in login.defs(5).
const firstUser = 1000
