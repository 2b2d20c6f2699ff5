package main

import (
	"os"
	"path/filepath"
	"slices"
)

// readable returns the directories that the server must be able to read once it listens:
// the sites, and those of the certificates and their keys, which are replaced by new files.
func (c *serveCmd) readable() []string {
	dirs := append(c.hosts.readable(), siteDirs(c.Dir)...)
	for _, file := range slices.Concat(c.Cert, c.Key) {
		dirs = append(dirs, dirsOf(file)...)
	}
	if c.Metrics != "" {
		dirs = append(dirs, "/proc/self") // the metrics of the process are there
	}
	return dirs
}

// writable returns the directories in which the server must be able to make and append to
// files: that of the log, which is opened again.
func (c *serveCmd) writable() []string {
	if c.LogFile == "" {
		return nil
	}
	return dirsOf(c.LogFile)
}

// siteDirs returns the directory of a site and, if it is a symbolic link, also the one that has what
// the link leads to: the next release is there. It is never the root directory.
func siteDirs(dir string) []string {
	dirs := []string{dir}
	if info, err := os.Lstat(filepath.Clean(dir)); err != nil || info.Mode()&os.ModeSymlink == 0 {
		return dirs
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil && filepath.Dir(real) != "/" {
		dirs = append(dirs, filepath.Dir(real))
	}
	return dirs
}

// dirsOf returns the directories in which the file lies and in which each symbolic link on
// the way to it lies: programs that renew certificates replace the file, or a link to it,
// or to its directory.
func dirsOf(file string) []string {
	dirs := []string{filepath.Dir(file)}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		dirs = append(dirs, filepath.Dir(real))
	}
	for path := filepath.Clean(file); path != filepath.Dir(path); path = filepath.Dir(path) {
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink != 0 {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	return dirs
}

// socketDirs returns the directories in which the server must be able to remove the files
// of its Unix sockets.
func socketDirs(endpoints []*endpoint) (dirs []string) {
	for _, e := range endpoints {
		if e.scheme == "unix" && e.addr != "" {
			dirs = append(dirs, filepath.Dir(e.addr))
		}
	}
	return dirs
}
