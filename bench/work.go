package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A work is what clients ask for, and the answer that every server must give.
type work struct {
	selector string
	want     answer
	bare     string // the file with the bytes of the answer, for servers that know nothing else
}

// What links in menus lead to.
const (
	publicHost = "gopher.example"
	publicPort = "70"
)

const (
	smallText   = "Hello, gopher.\n"
	menuItems   = 100
	manyFiles   = 1000
	pageTimes   = 160 // blocks of 64 bytes
	textLine    = "A line of text as it stands in many files, of 64 bytes in all.\n"
	bigLines    = 1 << 13 // in a block of the large file
	computeTime = 3       // ms
	sleepTime   = 10      // ms
)

// A site is a temporary directory with the files that are served, and the works on them.
type site struct {
	dir                                       string
	changed                                   time.Time // when the last file was
	small, sleep, compute, menu, page         work
	pageBinary, bigText, bigBinary, directory work
}

// newSite writes the files. The large ones have about the given number of bytes.
func newSite(dir string, big int) (*site, error) {
	framed := strings.ReplaceAll(textLine, "\n", "\r\n")
	text := func(blocks int, lines int) (file, want answer) {
		file = answer{block: strings.Repeat(textLine, lines), times: blocks}
		want = answer{block: strings.Repeat(framed, lines), times: blocks, tail: ".\r\n"}
		return file, want
	}
	page, framedPage := text(1, pageTimes)
	large, framedLarge := text(max(1, big/(bigLines*len(textLine))), bigLines)
	hello := answer{tail: strings.ReplaceAll(smallText, "\n", "\r\n") + ".\r\n"}
	s := &site{dir: dir,
		small:      work{"hello/gopher", hello, "small"},
		sleep:      work{"sleep", hello, "small"},
		compute:    work{"compute", hello, "small"},
		menu:       work{"menu", readyMenu(), "menu"},
		page:       work{"files/page.txt", framedPage, "files/page.bin"},
		pageBinary: work{"files/page.bin", framedPage, "files/page.bin"},
		bigText:    work{"files/big.txt", framedLarge, "files/big.bin"},
		bigBinary:  work{"files/big.bin", framedLarge, "files/big.bin"},
		directory:  work{"files/many", listing(), "many"},
	}
	if err := os.MkdirAll(filepath.Join(dir, "files", "many"), 0o755); err != nil {
		return nil, err
	}
	contents := map[string]answer{
		"small": hello, "menu": s.menu.want, "many": s.directory.want,
		"files/page.txt": page, "files/page.bin": framedPage,
		"files/big.txt": large, "files/big.bin": framedLarge,
	}
	for i := range manyFiles {
		contents["files/many/"+manyName(i)] = answer{tail: smallText}
	}
	for name, content := range contents {
		if err := write(filepath.Join(dir, name), content); err != nil {
			return nil, err
		}
	}
	s.changed = time.Now()
	return s, nil
}

// write makes a file with the content given.
func write(path string, content answer) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := content.WriteTo(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	before := time.Now().Add(-time.Hour)
	return os.Chtimes(path, before, before)
}

func manyName(i int) string { return fmt.Sprintf("note%04d.txt", i) }

// readyMenu is the menu of the handler "menu" as it is sent.
func readyMenu() answer {
	var b strings.Builder
	for i := range menuItems {
		fmt.Fprintf(&b, "0Item number %d\titem/%d\t%s\t%s\r\n", i, i, publicHost, publicPort)
	}
	return answer{tail: b.String() + ".\r\n"}
}

// listing is the menu of the directory "many" as it is sent.
func listing() answer {
	var b strings.Builder
	for i := range manyFiles {
		fmt.Fprintf(&b, "0%s\tfiles/many/%s\t%s\t%s\r\n", manyName(i), manyName(i), publicHost, publicPort)
	}
	return answer{tail: b.String() + ".\r\n"}
}
