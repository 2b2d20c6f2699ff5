package web

import (
	"iter"
	"slices"
)

// samples returns pages that have all that a page may have, and nothing of it.
func samples() []*page {
	text := "text\n"
	links := slices.Values([]link{
		{Type: "0", Kind: "text", Name: "name", Href: "/0/name", Out: true},
		{Type: "7", Kind: "search", Name: "name", Href: "/7/name", Search: &search{"/7/name", "label", "query"}},
		{Type: "3", Kind: "error", Name: "name"},
	})
	full := &page{
		Site: "site", Description: "description", Lang: "en", Root: "/", Assets: assets, Version: "version", Title: "title",
		Crumbs: []crumb{{"Home", "/"}, {Name: "title"}}, Gopher: "gopher://host/", GopherText: "gopher://host/", Feed: "/?feed=atom",
		Plain: "/0/name?raw", Search: &search{"/7/name", "label", "query"},
		Blocks: slices.Values([]block{{Heading: "heading"}, {Text: &text, Wide: true}, {Links: links}}),
		Pieces: slices.Values([]piece{{Text: "text"}, {"http://host/", "http://host/"}}),
		Text:   "Not found.", Status: 404, Sound: true,
	}
	empty := &page{
		Site: "site", Lang: "en", Root: "/", Assets: assets, Version: "version", Title: "title", IsRoot: true, Plain: "/I/name?raw",
		Search: &search{Action: "/7/name", Label: "label"},
		Blocks: iter.Seq[block](func(func(block) bool) {}), Pieces: iter.Seq[piece](func(func(piece) bool) {}),
	}
	return []*page{full, empty}
}
