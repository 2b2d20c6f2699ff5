package web

import (
	"iter"
	"net/http"
	"slices"
)

// samples returns pages that have all that a page may have, and nothing of it, and those of
// each error.
func samples() []*page {
	text := "text\n"
	links := slices.Values([]link{
		{Type: "0", Kind: "text", Name: "name", Href: "/0/name", Out: true},
		{Type: "7", Kind: "search", Name: "name", Href: "/7/name", Search: &search{"/7/name", "label", "query"}},
		{Type: "3", Kind: "error", Name: "name"},
	})
	each := func(yield func(link) bool) {
		for typ, kind := range kinds {
			if !yield(link{Type: typ.String(), Kind: kind, Name: "name", Href: "/0/name"}) {
				return
			}
		}
	}
	full := &page{
		Site: "site", Description: "description", Lang: "en", Root: "/", Assets: assets, Version: "version", Title: "title",
		Crumbs: []crumb{{"Home", "/"}, {Name: "title"}}, Gopher: "gopher://host/", GopherText: "gopher://host/", Feed: "/?feed=atom",
		Plain: "/0/name?raw", Search: &search{"/7/name", "label", "query"},
		Blocks: slices.Values([]block{{Begins: true, Ends: true, Heading: "heading"}, {Begins: true, Text: &text, Wide: true}, {Text: new(string), Ends: true},
			{Begins: true, Links: links}, {Ends: true, Links: iter.Seq[link](each)}, {Ends: true}}),
		Pieces: slices.Values([]piece{{Text: "text"}, {"http://host/", "http://host/"}}),
		Text:   "Not found.", Status: 404, Sound: true,
	}
	empty := &page{
		Site: "site", Lang: "en", Root: "/", Assets: assets, Version: "version", Title: "title", IsRoot: true, Plain: "/I/name?raw",
		Search: &search{Action: "/7/name", Label: "label"},
		Blocks: iter.Seq[block](func(func(block) bool) {}), Pieces: iter.Seq[piece](func(func(piece) bool) {}),
	}
	list := []*page{full, empty}
	for status, text := range failures() {
		failed := *empty
		failed.Title, failed.IsRoot, failed.Status, failed.Text = "title", false, status, text
		list = append(list, &failed)
	}
	return list
}

// failures returns the status and the text of each error that a page may be about.
func failures() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for text, status := range statuses {
			if !yield(status, text) {
				return
			}
		}
		if yield(http.StatusNotFound, notFoundText) {
			yield(http.StatusMethodNotAllowed, methodText)
		}
	}
}
