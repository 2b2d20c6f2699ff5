package gophermap_test

import (
	"fmt"
	"io/fs"

	"gopherframe/gophermap"
)

func ExampleDirectory() {
	footers := map[string]string{"footer": "1Home\t/\n"}
	d := &gophermap.Directory{
		Base: "docs/",
		Include: func(name string) (file, text string, err error) {
			text, ok := footers[name]
			if !ok {
				return "", "", fs.ErrNotExist
			}
			return name, text, nil
		},
	}
	m, err := d.Parse("!The docs\n==== ABOUT ====\n0About\tabout.txt\n=footer\n")
	if err != nil {
		panic(err)
	}
	for i, it := range m.Items {
		fmt.Printf("%q, line %d: %v %q leads to %q\n", m.Files[i], m.Lines[i], it.Type, it.Name, it.Selector)
	}
	// Output:
	// "", line 1: i "The docs" leads to "TITLE"
	// "", line 2: i "==== ABOUT ====" leads to ""
	// "", line 3: 0 "About" leads to "docs/about.txt"
	// "footer", line 1: 1 "Home" leads to "/"
}

func ExampleDirectory_ParseGph() {
	d := &gophermap.Directory{Base: "docs/"}
	m := d.ParseGph("Welcome to the docs,\ntthe best.\n[0|About|about.txt|server|port]\n")
	for _, it := range m.Items {
		fmt.Printf("%v %q %q\n", it.Type, it.Name, it.Selector)
	}
	// Output:
	// i "Welcome to the docs," ""
	// i "the best." ""
	// 0 "About" "docs/about.txt"
}
