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
