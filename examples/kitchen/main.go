// Command kitchen uses all middleware there is: what suits a whole app around all of it,
// the rest each on a route of its own.
//
//	go run ./examples/kitchen
//	curl gopher://127.0.0.1:7000/
//
// The same for browsers:
//
//	go run ./examples/kitchen -web 127.0.0.1:7080 -public 127.0.0.1:7000
//	chromium http://127.0.0.1:7080/
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"sync/atomic"
	"text/template"
	"time"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/layout"
	"gopherframe/listen"
	"gopherframe/listen/web"
	"gopherframe/middleware"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7000", "host:port to listen on")
	webAddr := flag.String("web", "", "host:port for browsers; empty: none")
	public := flag.String("public", "", "host:port of the app in Gopher, for links and pages; empty: the address that the client reached")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	listeners := []listen.Listener{&listen.TCP{Addr: *addr, Public: *public}}
	if *webAddr != "" {
		listeners = append(listeners, &web.Listener{Addr: *webAddr, Public: *public})
	}
	if err := listen.Run(ctx, newKitchen(slog.Default()), listeners...); err != nil {
		log.Fatal(err)
	}
}

func newKitchen(log *slog.Logger) gopherframe.Handler {
	k := &kitchen{}
	// Unescape may ask the Router twice; Logger and Metrics around it see one exchange.
	h := middleware.Unescape(k.router().Respond)
	h = middleware.Metrics(k)(h)
	return middleware.Logger(log, middleware.RedactIP)(h)
}

func (k *kitchen) router() *gopherframe.Router {
	r := gopherframe.NewRouter()
	r.Use( // from the outside to the inside
		middleware.Recoverer, // middleware outside gets an answer after a panic
		middleware.HTTPCourtesy,
		middleware.GopherPlus, // outside everything that looks at the query
		middleware.RateLimit(50*time.Millisecond, 100),
		middleware.MaxLine(255),
		middleware.Caps(middleware.CapsInfo{Software: "kitchen", Description: "All middlewares"}),
		middleware.Robots(middleware.RobotsRule{Disallow: []string{"work"}}),
		middleware.RedirectURL,
		middleware.Footer(gopherframe.NewMenu().Info("").Menu("To the kitchen", "")),
	)
	r.Handle("", k.home)
	r.Handle("meter", k.meter)
	r.Handle("larder/{page}", larder)
	r.With(middleware.Search("What are you looking for?"), middleware.PlusSpaces).Handle("find", find)
	r.Handle("panic", func(*gopherframe.Request) gopherframe.Response { panic("the soup boils over") })

	r.With(middleware.Cache(time.Minute, 1<<20)).Handle("clock", clock)
	r.With(middleware.Timeout(100*time.Millisecond)).Handle("late", work(time.Second))
	r.With(middleware.Throttle(1, 1, 10*time.Millisecond)).Handle("work", work(200*time.Millisecond))
	r.With(middleware.Only("tls", "quic")).Handle("secret", answer("The recipe is: onions."))
	r.With(middleware.AllowNets(netip.MustParsePrefix("127.0.0.0/8"))).Handle("cellar", answer("You are at home here."))
	r.With(middleware.Charset(nil)).Handle("ascii", answer("Crème brûlée, Spätzle"))
	return r
}

// A kitchen counts its exchanges: it is a middleware.Meter.
type kitchen struct{ begun, over, bytes atomic.Int64 }

// Begin implements middleware.Meter.
func (k *kitchen) Begin(q *gopherframe.Request) context.Context {
	k.begun.Add(1)
	return q.Context()
}

// End implements middleware.Meter.
func (k *kitchen) End(x *middleware.Exchange) {
	k.over.Add(1)
	k.bytes.Add(x.Sent.Bytes)
}

func (k *kitchen) meter(*gopherframe.Request) gopherframe.Response {
	return gopherframe.Text(fmt.Sprintf("%d under way, %d over, %d bytes", k.begun.Load()-k.over.Load(), k.over.Load(), k.bytes.Load()))
}

var home = gophermap.MustCompile(template.Must(template.New("home").Parse(`{{.Greeting}}

0A clock that stands still for a minute	clock
0What takes too long	late
0What only one may do at a time	work
0For people at home	cellar
0Without accents	ascii
1What is in the larder	larder/1
7Look for something	find
0How much was done	meter
hThe web	URL:https://example.org/
`)))

func (k *kitchen) home(*gopherframe.Request) gopherframe.Response {
	return home.Execute(map[string]string{"Greeting": "Welcome to the kitchen!"})
}

var stock = []string{"flour", "sugar", "salt", "rice", "lentils", "onions", "garlic", "vinegar"}

// larder shows one page of the stock, with a link to the next one.
func larder(q *gopherframe.Request) gopherframe.Response {
	number, err := strconv.Atoi(q.Param("page"))
	if err != nil {
		return gopherframe.NotFound("There is no such shelf.")
	}
	items, next := layout.Page(slices.Values(stock), number, 3)
	m := gopherframe.NewMenu().Add(layout.Title("The larder")...)
	for _, item := range items {
		m.Info(item)
	}
	if next > 0 {
		m.Menu("more…", fmt.Sprint("larder/", next))
	}
	return m
}

func find(q *gopherframe.Request) gopherframe.Response {
	if !slices.Contains(stock, q.Query) {
		return gopherframe.NewMenu().Add(layout.Info(fmt.Sprintf("There is no %s left.", q.Query))...).Search("Look again", "find")
	}
	return gopherframe.NewMenu().Info("There is some.")
}

func answer(text gopherframe.Text) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return text }
}

func clock(*gopherframe.Request) gopherframe.Response {
	return gopherframe.Text(time.Now().Format(time.RFC3339Nano))
}

// work returns a handler that takes d, but gives up when its context ends.
func work(d time.Duration) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		select {
		case <-time.After(d):
			return gopherframe.Text("Done.")
		case <-q.Context().Done():
			return gopherframe.Fail(q.Context().Err())
		}
	}
}
