// Command tilde is a guest book for people without a server of their own: a program that
// gophernicus, pygopherd or geomyidae runs in a home directory, see docs/tilde.md. The entries
// are in a file beside it, whose name is that of the program and ".book".
//
//	go build -o ~/public_gopher/cgi-bin/tilde.cgi ./examples/tilde
//
// To look at it before, let it be a server itself:
//
//	go run ./examples/tilde -addr 127.0.0.1:7000
//	curl gopher://127.0.0.1:7000/
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
	"unicode"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/layout"
	"gopherframe/listen"
)

func main() {
	program, _ := os.Executable()
	b := book{program + ".book"}
	err := cgi.Serve(b.router().Respond) // before any flag is read: under a server, arguments come from clients
	if err == nil {
		return
	}

	addr := flag.String("addr", "", "host:port to listen on, to try the program without another server")
	flag.StringVar(&b.file, "book", b.file, "file with the entries, when it listens itself")
	flag.Usage = func() {
		fmt.Fprintf(os.Stderr, "A guest book that a Gopher server runs. Copy it to where that runs programs, and beside it make the file\n"+
			"%s, which the user of the server may write.\n", b.file)
		flag.PrintDefaults()
	}
	flag.Parse()
	if *addr == "" {
		fmt.Fprintln(os.Stderr, err)
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := listen.Run(ctx, b.router().Respond, &listen.TCP{Addr: *addr}); err != nil {
		log.Fatal(err)
	}
}

// A book is a file with a line for each entry, the oldest first.
type book struct{ file string }

const (
	maxBook  = 64 << 10 // bytes: a full book takes no entry, or visitors could fill the disk
	maxEntry = 200      // bytes
	recent   = 10       // how many entries the home menu shows
)

func (b book) router() *gopherframe.Router {
	r := gopherframe.NewRouter()
	r.Handle("", b.home)
	r.Handle("sign", b.sign)
	r.Handle("find", b.find)
	r.Handle("book.txt", b.text)
	return r
}

func (b book) home(*gopherframe.Request) gopherframe.Response { return b.list("Guest book", "") }

func (b book) find(q *gopherframe.Request) gopherframe.Response {
	return b.list("Entries with "+q.Query, q.Query)
}

// list shows the newest entries that have the words in them, whatever their case.
func (b book) list(title, words string) gopherframe.Response {
	entries, err := b.read()
	if err != nil {
		return gopherframe.Fail(err)
	}
	m := gopherframe.NewMenu().Add(layout.Title(title)...)
	shown := 0
	for _, entry := range slices.Backward(entries) {
		if shown < recent && strings.Contains(strings.ToLower(entry), strings.ToLower(words)) {
			m.Add(layout.Info(entry)...)
			shown++
		}
	}
	if shown == 0 {
		m.Info("There are none.")
	}
	return m.Info("").Search("Write something", "sign").Search("Find an entry", "find").Text("The whole book", "book.txt")
}

func (b book) text(*gopherframe.Request) gopherframe.Response {
	entries, err := b.read()
	if err != nil {
		return gopherframe.Fail(err)
	}
	return gopherframe.Text(strings.Join(entries, "\n"))
}

// sign adds an entry, in one write to the end of the file: two visitors at the same time do
// not mix theirs.
func (b book) sign(q *gopherframe.Request) gopherframe.Response {
	words := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(q.Query, "?"), func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " ")
	switch {
	case words == "":
		return gopherframe.NotFound("Please write something.")
	case len(words) > maxEntry:
		return gopherframe.NotFound(fmt.Sprintf("That is too long: %d bytes are the most.", maxEntry))
	}
	f, err := os.OpenFile(b.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return gopherframe.Fail(fmt.Errorf("the book cannot be written: %w", err))
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() > maxBook {
		return gopherframe.NotFound("The book is full.")
	}
	if _, err := fmt.Fprintf(f, "%s  %s\n", time.Now().UTC().Format(time.DateOnly), words); err != nil {
		return gopherframe.Fail(err)
	}
	return gopherframe.NewMenu().Info("Thank you!").Menu("Back to the book", "")
}

// read returns the entries, none if there is no file yet.
func (b book) read() ([]string, error) {
	content, err := os.ReadFile(b.file)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return strings.FieldsFunc(string(content), func(r rune) bool { return r == '\n' }), err
}
