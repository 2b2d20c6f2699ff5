package files_test

import (
	"bytes"
	"fmt"
	"testing/fstest"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophertest"
)

func ExampleServer() {
	site := fstest.MapFS{
		"about.txt":   {Data: []byte("About us.\n")},
		"docs/a.txt":  {Data: []byte("a")},
		"pic.png":     {Data: []byte("\x89PNG")},
		".git/config": {Data: []byte("secret")},
	}
	r := gopherframe.NewRouter()
	r.Mount("files/", files.Server(site))
	print(gophertest.Get(r.Respond, "files"))
	print(gophertest.Get(r.Respond, "files/about.txt"))
	print(gophertest.Get(r.Respond, "files/.git/config"))
	// Output:
	// 1docs	files/docs	localhost	70
	// 0about.txt	files/about.txt	localhost	70
	// Ipic.png	files/pic.png	localhost	70
	// .
	// About us.
	// .
	// 3Not found.		error.host	0
	// .
}

// print prints an answer with LF for CRLF.
func print(res *gophertest.Result) {
	fmt.Printf("%s", bytes.ReplaceAll(res.Wire, []byte("\r"), nil))
}

// The directory public_gopher in the home of alice is "~alice", and in a gophermap a line "~"
// lists all users who have one, "%" the hosts.
func ExampleUsers() {
	site := fstest.MapFS{"gophermap": {Data: []byte("Our users:\n~\n")}}
	r := gopherframe.NewRouter()
	r.Mount("", files.Server(site, files.Users("public_gopher"), files.Hosts("a.example", "b.example")))
	print(gophertest.Get(r.Respond, "/~no-such-user/"))
	// Output:
	// 3Not found.		error.host	0
	// .
}
