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
	Agent    string        // name of the crawler, such as "veronica"; "": all that have no rule of their own
	Disallow []string      // beginnings of the selectors that it must not ask for, "" for all; empty: it may ask for any
	Delay    time.Duration // between two requests, rounded up to seconds; not positive: left out
}

// Robots returns a middleware that answers "robots.txt", RFC 9309, which crawlers such as
// Veronica-2 read. Without rules, crawlers may ask for everything. They compare the rules
// with selectors as these stand in menus, with or without a leading slash, so both
// spellings are written.
//
// Line ends and other control characters in rules become SPACE. Crawlers need not obey, so
// robots.txt protects nothing. Robots answers before all routes, so a robots.txt of the app
// or of a directory is never reached. It may stand anywhere among the middleware. It
// allocates nothing.
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

// group returns the rule as a group of lines of robots.txt.
func (r RobotsRule) group() string {
	var b strings.Builder
	line := func(key, value string) {
		// "#" would begin a comment.
		fmt.Fprintf(&b, "%s: %s\n", key, strings.ReplaceAll(harmless.Line(value), "#", "%23"))
	}
	line("User-agent", cmp.Or(r.Agent, "*"))
	for _, selector := range r.Disallow {
		selector = strings.TrimPrefix(selector, "/")
		line("Disallow", "/"+selector)
		line("Disallow", cmp.Or(selector, "*")) // an empty line would allow everything
	}
	if len(r.Disallow) == 0 {
		b.WriteString("Disallow:\n")
	}
	if r.Delay > 0 {
		line("Crawl-delay", seconds(r.Delay))
	}
	return b.String()
}
