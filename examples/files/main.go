// Command files serves a directory, below a menu that a function makes.
//
//	go run ./examples/files
//	curl gopher://127.0.0.1:7000/
package main

import (
	"context"
	"embed"
	"flag"
	"io/fs"
	"log"
	"os"
	"os/signal"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/middleware"
)

//go:embed site
var embedded embed.FS

func main() {
	addr := flag.String("addr", "127.0.0.1:7000", "host:port to listen on")
	dir := flag.String("dir", "", "directory to serve; empty: the site inside this program")
	flag.Parse()

	site, err := open(*dir)
	if err != nil {
		log.Fatal(err)
	}
	r := gopherframe.NewRouter()
	r.Use(middleware.Logger(nil), middleware.Recoverer)
	r.Handle("", home)
	r.Mount("files/", files.Server(site))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := listen.Run(ctx, r.Respond, &listen.TCP{Addr: *addr}); err != nil {
		log.Fatal(err)
	}
}

// open returns the files to serve. Any fs.FS will do.
func open(dir string) (fs.FS, error) {
	if dir == "" {
		return fs.Sub(embedded, "site")
	}
	return files.Dir(dir)
}

func home(*gopherframe.Request) gopherframe.Response {
	return gopherframe.NewMenu().
		Info("This menu is made by a function, the files by package files.").
		Menu("The files", "files/").
		Text("One of them", "files/about.txt")
}
