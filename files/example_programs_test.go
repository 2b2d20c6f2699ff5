//go:build unix

package files_test

import (
	"os"
	"path/filepath"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/files"
	"gopherframe/gophertest"
)

func ExampleCGI() {
	dir, err := os.MkdirTemp("", "site")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Chmod(dir, 0o755)
	greet := "#!/bin/sh\necho \"Hello, ${PATH_INFO#/}.\"\n"
	if err := os.WriteFile(filepath.Join(dir, "greet.cgi"), []byte(greet), 0o755); err != nil {
		panic(err)
	}
	site, err := files.Dir(dir)
	if err != nil {
		panic(err)
	}

	limits := &cgi.Handler{MaxRunning: 8}
	if os.Geteuid() == 0 {
		limits.User = "nobody" // programs never run as root
	}
	r := gopherframe.NewRouter()
	r.Mount("", files.Server(site, files.CGI(limits, "*.cgi"), files.MapCommands(limits)))
	print(gophertest.Get(r.Respond, ""))
	print(gophertest.Get(r.Respond, "greet.cgi/Ada"))
	// Output:
	// 0greet.cgi	greet.cgi	localhost	70
	// .
	// Hello, Ada.
}
