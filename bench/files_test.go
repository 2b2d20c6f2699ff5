package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
)

// BenchmarkFiles makes whole exchanges in memory for a menu of 1,000 files and for a text
// of 10 KB, at the top of a directory and two levels below it.
func BenchmarkFiles(b *testing.B) {
	dir := b.TempDir()
	sub := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(filepath.Join(sub, "many"), 0o755); err != nil {
		b.Fatal(err)
	}
	text := []byte(strings.Repeat("A line of a text that somebody wrote, of about 70 columns in all.\n", 150))
	for _, name := range []string{filepath.Join(dir, "a.txt"), filepath.Join(sub, "a.txt")} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 1000 {
		if err := os.WriteFile(filepath.Join(sub, "many", fmt.Sprintf("file-%04d.txt", i)), nil, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	site, err := files.Dir(dir)
	if err != nil {
		b.Fatal(err)
	}
	time.Sleep(2100 * time.Millisecond) // what changed a moment ago is not kept
	for _, c := range []struct {
		name string
		size int64
	}{{"off", 0}, {"on", 16 << 20}} {
		h := files.Server(site, files.Cache(c.size))
		for name, selector := range map[string]string{"listing": "a/b/many", "top": "a.txt", "below": "a/b/a.txt"} {
			b.Run("cache="+c.name+"/"+name, func(b *testing.B) {
				serveInMemory(b, selector+"\r\n", h, gopherframe.Info{})
			})
		}
	}
}
