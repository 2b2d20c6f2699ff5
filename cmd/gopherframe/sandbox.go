package main

import (
	"os"
	"path/filepath"
	"slices"
)

// readable returns the directories that the server must be able to read once it listens:
// the sites, and those of the certificates and their keys, which are replaced by new files.
func (c *serveCmd) readable() []string {
	dirs := append(c.hosts.readable(), c.Dir)
	for _, file := range slices.Concat(c.Cert, c.Key) {
		dirs = append(dirs, dirsOf(file)...)
	}
	if c.Metrics != "" {
		dirs = append(dirs, "/proc/self") // the metrics of the process are there
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
