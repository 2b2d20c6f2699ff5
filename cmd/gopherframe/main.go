// Command gopherframe serves a directory over Gopher, fetches pages and finds dead
// links:
//
//	gopherframe serve [--listen URL]… [--public HOST:PORT] [--cert FILE --key FILE] [flags] [DIR]
//	gopherframe get [-o FILE] [--raw] URL
//	gopherframe check [--jobs N] [--delay TIME] [--timeout TIME] [--max-pages N] [--strict] [--public HOST:PORT] URL|DIR
//
// It exits with 0 after a clean stop, 1 after a failure, which it tells of in one
// line, and 2 if it was called wrongly.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"gopherframe/internal/harmless"
)

type commands struct {
	Serve serveCmd `cmd:"" help:"Serve a directory until SIGINT or SIGTERM."`
	Get   getCmd   `cmd:"" help:"Fetch a gopher://, gophers:// or gopher+quic:// URL and print it."`
	Check checkCmd `cmd:"" help:"Find dead links and malformed menus of a site."`
}

// A usageError is one that the command line is to blame for.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	err := execute(args)
	if err == nil {
		return 0
	}
	fmt.Fprintf(errorOutput(), "gopherframe: %s\n", message(err))
	var parse *kong.ParseError
	var usage usageError
	if errors.As(err, &parse) || errors.As(err, &usage) {
		return 2
	}
	return 1
}

// message returns the error in one line and without the names of packages.
func message(err error) string { return harmless.Text(withoutPackage(err.Error())) }

// withoutPackage returns the text of an error without the packages that it went
// through.
func withoutPackage(text string) string {
	for _, prefix := range []string{"listen: ", "client: ", "files: ", "gopherframe: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text
}

func execute(args []string) error {
	parser, err := kong.New(&commands{},
		kong.Name("gopherframe"),
		kong.Description("Gopher (RFC 1436) for the small web."),
		kong.ShortUsageOnError(),
	)
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w (see gopherframe --help)", err)
	}
	// The first signal asks to stop. After it signals do what they always do, so
	// that a second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run()
}
