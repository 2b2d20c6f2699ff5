// Command menu makes its home menu from its routes, and has a page with the table of them.
//
//	go run ./examples/menu
//	curl gopher://127.0.0.1:7000/
//
// The same for browsers:
//
//	go run ./examples/menu -web 127.0.0.1:7080 -public 127.0.0.1:7000
//	chromium http://127.0.0.1:7080/
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7000", "host:port to listen on")
	webAddr := flag.String("web", "", "host:port for browsers; empty: none")
	public := flag.String("public", "", "host:port of the app in Gopher, for links and pages; empty: the address that the client reached")
	flag.Parse()

	r := newApp()
	fmt.Print(r) // the table of the routes

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	listeners := []listen.Listener{&listen.TCP{Addr: *addr, Public: *public}}
	if *webAddr != "" {
		listeners = append(listeners, &web.Listener{Addr: *webAddr, Public: *public})
	}
	if err := listen.Run(ctx, r.Respond, listeners...); err != nil {
		log.Fatal(err)
	}
}

func newApp() *gopherframe.Router {
	r := gopherframe.NewRouter()
	r.Handle("", home(r))
	r.Handle("routes.txt", table(r)).As(gopherframe.TypeText, "All routes of this app")
	r.Handle("news", news).As(gopherframe.TypeMenu, "What is new")
	r.Handle("news/{number:[0-9]}", story)
	r.Handle("shout", shout).As(gopherframe.TypeSearch, "Say something, and hear it shouted")
	r.Route("dice", func(r *gopherframe.Router) {
		r.Handle("", dice).As(gopherframe.TypeMenu, "Throw dice")
		r.Handle("{sides:[0-9]+}", throw).Named("throw")
		r.Handle("{what}", noDice)
	})
	return r
}

// home lists the routes that have a title and only one selector, in the order of
// registration.
func home(r *gopherframe.Router) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response {
		m := gopherframe.NewMenu().Info("This menu is made from the routes of the app.")
		for _, route := range r.Routes() {
			if route.Title != "" && route.Kind == "literal" {
				m.Link(route.Type, route.Title, route.Pattern)
			}
		}
		return m.Menu("Throw a hundred-sided die", link(r, "throw", "sides", "100"))
	}
}

// link returns a selector of the route that has the name. That there is none would be a
// mistake of this program.
func link(r *gopherframe.Router, name string, pairs ...string) string {
	selector, err := r.Selector(name, pairs...)
	if err != nil {
		panic(err)
	}
	return selector
}

// table answers with all routes as text.
func table(r *gopherframe.Router) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text(r.String()) }
}

var stories = []struct {
	date        time.Time
	title, text string
}{
	{time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC), "A die with 20 sides", "It came by post.\n"},
	{time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC), "This app has begun", "It has a menu.\n"},
}

// news lists the stories. Since they have dates, the menu has an Atom feed in browsers.
func news(*gopherframe.Request) gopherframe.Response {
	m := gopherframe.NewMenu()
	for i, s := range stories {
		m.Add(gopherframe.Item{Type: gopherframe.TypeText, Name: s.title, Selector: fmt.Sprint("news/", i), Date: s.date})
	}
	return m
}

func story(q *gopherframe.Request) gopherframe.Response {
	number, err := strconv.Atoi(q.Param("number"))
	if err != nil || number >= len(stories) {
		return gopherframe.NotFound("There is no such story.")
	}
	return gopherframe.Text(stories[number].text)
}

func shout(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.NewMenu().Info(strings.ToUpper(q.Query)).Search("Again", "shout")
}

func dice(*gopherframe.Request) gopherframe.Response {
	m := gopherframe.NewMenu()
	for _, sides := range []int{4, 6, 20} {
		m.Link(gopherframe.TypeMenu, fmt.Sprintf("A die with %d sides", sides), fmt.Sprint("dice/", sides))
	}
	return m
}

// throw returns Pass if there is no such die, so that the next route, noDice, answers.
func throw(q *gopherframe.Request) gopherframe.Response {
	sides, err := strconv.Atoi(q.Param("sides"))
	if err != nil || sides < 2 {
		return gopherframe.Pass
	}
	return gopherframe.NewMenu().Infof("You threw %d.", 1+rand.IntN(sides)).Menu("Again", q.Selector)
}

func noDice(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.NotFound("There is no such die.")
}
