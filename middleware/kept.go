package middleware

import (
	"bytes"
	"slices"
	"strings"

	"gopherframe"
)

// isKept reports whether Cache keeps answers of the type of resp.
func isKept(resp gopherframe.Response) bool {
	switch resp := resp.(type) {
	case gopherframe.Text, gopherframe.Binary:
		return true
	case *gopherframe.Menu:
		return resp != nil
	}
	return false
}

// weight returns about how many bytes of memory it takes to keep resp for key.
func (key *cacheKey) weight(resp gopherframe.Response) int64 {
	const entry, item = 512, 104 // bytes of an entry and of a menu item, without their strings
	n := entry + len(key.selector) + len(key.query) + len(key.host) + len(key.serverName)
	switch resp := resp.(type) {
	case gopherframe.Text:
		n += len(resp)
	case gopherframe.Binary:
		n += len(resp)
	case *gopherframe.Menu:
		for _, it := range resp.Items {
			n += item + len(it.Name) + len(it.Selector) + len(it.Host)
		}
	}
	return int64(n)
}

// privateCopy returns a copy of an answer that is to be kept. It shares no memory with
// resp, which the handler might change, or which might be a small part of something large.
func privateCopy(resp gopherframe.Response) gopherframe.Response {
	switch resp := resp.(type) {
	case gopherframe.Text:
		return gopherframe.Text(strings.Clone(string(resp)))
	case gopherframe.Binary:
		return gopherframe.Binary(bytes.Clone(resp))
	case *gopherframe.Menu:
		return &gopherframe.Menu{Items: copyItems(resp.Items)}
	}
	return resp
}

// copyItems returns a copy of items with all strings in one piece of memory.
func copyItems(items []gopherframe.Item) []gopherframe.Item {
	var all strings.Builder
	for _, it := range items {
		all.WriteString(it.Name)
		all.WriteString(it.Selector)
		all.WriteString(it.Host)
	}
	rest := strings.Clone(all.String()) // without the spare capacity of the Builder
	cut := func(s *string) { *s, rest = rest[:len(*s)], rest[len(*s):] }
	items = slices.Clone(items)
	for i := range items {
		cut(&items[i].Name)
		cut(&items[i].Selector)
		cut(&items[i].Host)
	}
	return items
}

// handOut returns a kept answer for one client, who may append to it without changing it
// for others.
func handOut(resp gopherframe.Response) gopherframe.Response {
	switch kept := resp.(type) {
	case gopherframe.Binary:
		return slices.Clip(kept)
	case *gopherframe.Menu:
		if kept != nil {
			return &gopherframe.Menu{Items: slices.Clip(kept.Items)}
		}
	}
	return resp
}
