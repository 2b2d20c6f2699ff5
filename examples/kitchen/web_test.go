package main

import (
	"log/slog"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/examples/internal/sameweb"
)

// TestWeb asks every route over Gopher and over HTTP.
func TestWeb(t *testing.T) {
	app := sameweb.Serve(t, newKitchen(slog.New(slog.DiscardHandler)))
	for line, typ := range map[string]gopherframe.ItemType{
		"": '1', "clock": '0', "late": '0', "work": '0', "cellar": '0', "ascii": '0', "larder/1": '1', "larder/3": '1',
		"larder/9": '1', "larder/x": '1', "find\trice": '7', "find\tice+cream": '7', "find\t": '7', "find\t ": '7',
		"panic": '1', "secret": '0', "meter": '0', "caps.txt": '0', "robots.txt": '0', "none": '0',
		strings.Repeat("x", 256): '0', strings.Repeat("x", 2049): '0',
	} {
		app.Compare(t, typ, line)
	}
	app.CheckRoutes(t, (&kitchen{}).router().Routes(), "secret") // which passes on what does not come over TLS
}
