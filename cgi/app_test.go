package cgi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/cgi"
)

// appVariable has a directory for the files of the app. Servers hand their environment on, so
// the binary of the tests, started by one, knows that it is to be the app.
const appVariable = "GOPHERFRAME_TEST_APP"

func TestMain(m *testing.M) {
	dir := os.Getenv(appVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := cgi.Serve(newApp(dir).Respond); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
}

// all has every byte.
var all = func() (b []byte) {
	for range 300 {
		for i := range 256 {
			b = append(b, byte(i))
		}
	}
	return b
}()

const dots = ".\n..\n.hidden\nlast"

// newApp returns the app that is started by servers.
func newApp(dir string) *gopherframe.Router {
	r := gopherframe.NewRouter()
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Info("Welcome").
			Text("Grace", "hello/Grace Hopper").
			Text("Odd", odd).
			Text("Slashed", "/slashed").
			Menu("Mounted", "mounted/").
			Search("Find", "find").
			Search("Find here", "").
			Text("Dots", "dots").
			Binary("All bytes", "bytes").
			Text("A file", "file").
			Menu("A stream", "stream").
			URL("The web", "https://example.org/").
			Add(gopherframe.Item{Type: '1', Name: "Elsewhere", Selector: "x", Host: "gopher.example"})
	})
	r.Handle("hello/{name}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("hello " + q.Param("name"))
	})
	r.Handle("slashed", answer("slashed"))
	r.Handle("{odd:"+`o\.\.//d \./\?a%20b;#\|ü\\/`+"}", answer("odd"))
	r.Mount("mounted/", mounted)
	r.Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Info(fmt.Sprintf("%q", q.Query)).Menu("Back", "")
	})
	r.Handle("dots", answer(dots))
	r.Handle("bytes", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Binary(all) })
	r.Handle("file", func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.File{Name: filepath.Join(dir, "file.txt")}
	})
	r.Handle("gone", func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.File{Name: filepath.Join(dir, "none.txt")}
	})
	r.Handle("fail", func(*gopherframe.Request) gopherframe.Response { // by every way there is
		log.Print("secret")
		slog.Error("secret")
		fmt.Fprintln(os.Stderr, "secret")
		println("secret")
		panic("secret")
	})
	r.Handle("wrong", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.Fail(errors.New("secret"))
	})
	r.Handle("stream", streamMenu)
	r.Handle("slow", func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, "first\n")
			if err := waitFor(ctx, filepath.Join(dir, "go on")); err != nil {
				return err
			}
			_, err := io.WriteString(w, "second\n")
			return err
		}}
	})
	r.Handle("endless", func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(gopherframe.Sent) { touch(filepath.Join(dir, "ended")) })
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, fmt.Sprintln(os.Getpid()))
			<-ctx.Done()
			return ctx.Err()
		}}
	})
	return r
}

// odd is a selector that no server lets through as it is.
const odd = `o..//d ./?a%20b;#|ü\/`

func answer(text string) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text(text) }
}

// mounted links to itself by Base.
func mounted(q *gopherframe.Request) gopherframe.Response {
	if q.Selector == "below" {
		return gopherframe.Text("below " + q.Base())
	}
	return gopherframe.NewMenu().Text("Below", q.Base()+"below").Menu("Home", "")
}

// streamMenu writes a menu by itself.
func streamMenu(q *gopherframe.Request) gopherframe.Response {
	return &gopherframe.Stream{Type: gopherframe.TypeMenu, Write: func(_ context.Context, w io.Writer) error {
		for _, piece := range []string{"iA menu\t\terror.host\t0\r", "\n0Dots\tdo", "ts\t%s\t%d\r\n", "1Elsewhere\tx\tgopher.example\t70\r\n.\r\n"} {
			if strings.Contains(piece, "%") {
				piece = fmt.Sprintf(piece, q.Host, q.Port)
			}
			io.WriteString(w, piece)
		}
		return nil
	}}
}

// waitFor waits for a file.
func waitFor(ctx context.Context, name string) error {
	for ctx.Err() == nil {
		if _, err := os.Stat(name); err == nil {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return ctx.Err()
}

func touch(name string) error { return os.WriteFile(name, nil, 0o644) }
