// Command gopherframe serves a directory over Gopher, fetches pages and finds dead
// links:
//
//	gopherframe serve [--listen URL]… [--public HOST:PORT] [--cert FILE --key FILE] [flags] [DIR]
//	gopherframe get [-o FILE | -O] [--raw] [--timeout TIME] [--pins FILE] [--cert FILE --key FILE] URL…
//	gopherframe check [--jobs N] [--delay TIME] [--timeout TIME] [--max-pages N] [--strict] [--public HOST:PORT] [--pins FILE] [--cert FILE --key FILE] [flags] URL|DIR
//
// It exits with 0 after success or a clean stop, with 1 after a failure and with 2 after
// a wrong command line, and writes one line on stderr that says what failed, for get
// one for each URL.
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

// commands are the subcommands, for package kong.
type commands struct {
	Serve serveCmd `cmd:"" help:"Serve a directory until SIGINT or SIGTERM."`
	Get   getCmd   `cmd:"" help:"Fetch a gopher://, gophers:// or gopher+quic:// URL and print it."`
	Check checkCmd `cmd:"" help:"Find dead links and malformed menus of a site."`
}

// A usageError is an error in the command line. The program exits with 2.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:])) }

// run executes a command line and returns the exit code.
func run(args []string) int {
	err := execute(args)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errTold) {
		complain(err)
	}
	var parse *kong.ParseError
	var usage usageError
	if errors.As(err, &parse) || errors.As(err, &usage) {
		return 2
	}
	return 1
}

// complain writes the error to stderr.
func complain(err error) {
	stderr := newLogBuffer(errorOutput(), nil) // a server may stop because nobody reads its log
	fmt.Fprintf(stderr, "gopherframe: %s\n", message(err))
	stderr.Close()
}

// message returns the text of the error for a terminal, in one line.
func message(err error) string { return harmless.Text(withoutPackage(err.Error())) }

// withoutPackage removes the names of packages from the beginning of an error's text.
func withoutPackage(text string) string {
	name, rest, _ := strings.Cut(text, ": ")
	switch name {
	case "listen", "web", "client", "files", "gopherframe":
		return withoutPackage(rest)
	}
	return text
}

// execute parses the command line and runs the command.
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
	// The first signal ends ctx, and then signals have their usual effect again: a
	// second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run()
}
