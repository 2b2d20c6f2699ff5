package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophermap"
	"gopherframe/internal/filetype"
)

// A listing is the flags that say how menus of directories without a gophermap look, and which
// types files have.
type listing struct {
	Title  string        `placeholder:"TEXT" help:"The heading of listings, which are the menus of directories without a gophermap. Below the root it stands behind the path."`
	Up     bool          `help:"Begin listings below the root with a link to the directory above, \"..\"."`
	Long   bool          `help:"Show the size and the date of each entry in listings."`
	Sort   []files.Order `enum:"dirs,name,natural,newest" default:"dirs" placeholder:"ORDER" help:"Sort listings by ${enum}: by the first that is given, where that makes no difference by the next, at last by name. (default: ${default})"`
	Hide   []string      `sep:"none" placeholder:"GLOB" help:"Leave files and directories with such names out of listings. They are served all the same. May be given several times."`
	Type   []string      `sep:"none" placeholder:"EXT=T" help:"The item type of files with this extension, as gmi=0 for texts. May be given several times."`
	Header string        `placeholder:"FILE" help:"A file in the form of a gophermap to show in listings before the entries. It is read at the start."`
	Footer string        `placeholder:"FILE" help:"A file in the form of a gophermap to show in listings after the entries. It is read at the start."`

	Gophertags bool `help:"As gophernicus does, show the first line of a file called gophertag as the name of its directory in listings and as their heading, and files called NAME.gophermap as maps within listings."`
}

// given reports whether one of the flags is.
func (l *listing) given() bool {
	return l.Title != "" || l.Up || l.Long || len(l.Sort) > 1 || l.Sort[0] != files.DirsFirst || len(l.Hide)+len(l.Type) > 0 || l.Header != "" || l.Footer != "" || l.Gophertags
}

// options returns the options of files.Server.
func (l *listing) options() ([]files.Option, error) {
	options := []files.Option{files.Title(l.Title), files.Sort(l.Sort...)}
	if l.Up {
		options = append(options, files.Up)
	}
	if l.Gophertags {
		options = append(options, files.Tags)
	}
	if l.Long {
		options = append(options, files.Long)
	}
	for _, pattern := range l.Hide {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" || strings.Contains(pattern, "/") {
			return nil, usageError{fmt.Errorf("--hide %q: write a pattern for names, as *.bak; a backslash stands before a character that is meant as it is", pattern)}
		}
		options = append(options, files.Hide(pattern))
	}
	for _, text := range l.Type {
		option, err := parseType(text)
		if err != nil {
			return nil, usageError{fmt.Errorf("--type %s: %w", text, err)}
		}
		options = append(options, option)
	}
	for _, part := range []struct {
		flag, file string
		option     func(*gopherframe.Menu) files.Option
	}{{"--header", l.Header, files.Header}, {"--footer", l.Footer, files.Footer}} {
		if part.file == "" {
			continue
		}
		menu, err := readMenu(part.file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part.flag, err)
		}
		options = append(options, part.option(menu))
	}
	return options, nil
}

// parseType parses EXT=T.
func parseType(text string) (files.Option, error) {
	ext, typ, ok := strings.Cut(text, "=")
	if !ok || len(typ) != 1 {
		return nil, errors.New("write an extension and the one character of an item type, as gmi=0")
	}
	t := gopherframe.ItemType(typ[0])
	if t.LeadsNowhere() {
		return nil, fmt.Errorf("nobody can ask for what has the type %v", t)
	}
	if err := (filetype.Extensions{}).Set(ext, typ[0]); err != nil {
		return nil, err
	}
	return files.Type(ext, t), nil
}

// readMenu reads a menu in the form of a gophermap.
func readMenu(file string) (*gopherframe.Menu, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := gophermap.Parse(string(text), "")
	switch {
	case len(m.Problems) > 0:
		return nil, fmt.Errorf("%s: %w", file, m.Problems[0])
	case m.More:
		return nil, fmt.Errorf("%s: more than %d lines or %d bytes", file, gophermap.MaxItems, gophermap.MaxBytes)
	}
	return &gopherframe.Menu{Items: m.Items}, nil
}
