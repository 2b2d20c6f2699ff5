package middleware

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/harmless"
)

// A RobotsRule is what robots.txt asks of a crawler.
type RobotsRule struct {
	Agent    string        // the crawler's name, as "veronica"; "": all that have no rule of their own
	Disallow []string      // beginnings of selectors to stay away from, "" for all; none: it may go everywhere
	Delay    time.Duration // between two requests, rounded up to seconds; 0 and less: not said
}

// Robots returns a middleware that answers "robots.txt", RFC 9309, which crawlers
// as Veronica-2 read: with the rules, or if there is none, that they may go
// everywhere. Crawlers compare selectors as they stand in menus, where a leading
// slash may be or not, so both ways are written.
//
// Trust: it believes rules; line ends and other control characters in them become
// SPACE. Failure: crawlers need not obey, so what must not be found has to be kept
// from them in another way. Order: anywhere; it answers before all routes, so an
// app or a directory with a robots.txt of its own goes without. It allocates
// nothing.
func Robots(rules ...RobotsRule) gopherframe.Middleware {
	if len(rules) == 0 {
		rules = []RobotsRule{{}}
	}
	var groups []string
	for _, rule := range rules {
		groups = append(groups, rule.group())
	}
	return fixed("robots.txt", gopherframe.Text(strings.Join(groups, "\n")))
}

// group returns the rule as it stands in robots.txt.
func (r RobotsRule) group() string {
	var b strings.Builder
	line := func(key, value string) {
		// From "#" on it would be a comment.
		fmt.Fprintf(&b, "%s: %s\n", key, strings.ReplaceAll(harmless.Line(value), "#", "%23"))
	}
	line("User-agent", cmp.Or(r.Agent, "*"))
	for _, selector := range r.Disallow {
		selector = strings.TrimPrefix(selector, "/")
		line("Disallow", "/"+selector)
		line("Disallow", cmp.Or(selector, "*")) // an empty one would allow all
	}
	if len(r.Disallow) == 0 {
		b.WriteString("Disallow:\n")
	}
	if r.Delay > 0 {
		line("Crawl-delay", seconds(r.Delay))
	}
	return b.String()
}
