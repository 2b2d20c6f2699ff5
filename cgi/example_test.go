//go:build unix

package cgi_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/gophertest"
)

func ExampleHandler() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Chmod(dir, 0o755)
	program := filepath.Join(dir, "greet")
	script := "#!/bin/sh\n" +
		"echo \"Hello, ${SEARCHREQUEST:-stranger}.\"\n" +
		"printf '0About me\\tabout\\n7Your name?\\t%s\\n' \"$SCRIPT_NAME\"\n"
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		panic(err)
	}

	h := &cgi.Handler{Path: program, Type: gopherframe.TypeMenu, User: tester()}
	r := gopherframe.NewRouter()
	r.Mount("greet/", h.Respond)
	fmt.Printf("%s", bytes.ReplaceAll(gophertest.Get(r.Respond, "greet\tAda").Wire, []byte("\r"), nil))
	// Output:
	// iHello, Ada.		error.host	0
	// 0About me	greet/about	localhost	70
	// 7Your name?	/greet	localhost	70
	// .
}
