// Command hello is the smallest app: a menu, and a text with the name that is in its selector.
//
//	go run ./examples/hello
//	curl gopher://127.0.0.1:7000/
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"

	"gopherframe"
	"gopherframe/listen"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7000", "host:port to listen on")
	flag.Parse()

	r := gopherframe.NewRouter()
	r.Handle("", home)
	r.Handle("hello/(?P<name>.+)", hello)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := listen.Run(ctx, r.Respond, &listen.TCP{Addr: *addr}); err != nil {
		log.Fatal(err)
	}
}

func home(*gopherframe.Request) gopherframe.Response {
	return gopherframe.NewMenu().
		Info("Whom shall I greet?").
		Text("The world", "hello/world").
		Text("All gophers", "hello/gophers").
		Text("Grace", "hello/Grace Hopper")
}

func hello(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.Text("hello " + q.Param("name"))
}
