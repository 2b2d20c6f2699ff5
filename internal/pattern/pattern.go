// Package pattern compiles the patterns of routes, matches selectors against them,
// and makes selectors from them. It knows nothing of requests, handlers or the wire.
//
// # Grammar
//
// A pattern is text with placeholders:
//
//	{name}             one or more bytes except "/"
//	{name...}          one or more characters except line ends
//	{name:expression}  what the RE2 expression matches
//
// If the text between the placeholders has one of \ ^ $ | ? * + ( ) [ ] the whole
// pattern is an RE2 expression, in which placeholders still work. A pattern always
// has to match the whole selector.
//
// # The first slash
//
// The first "/" of a pattern is ignored, and callers drop the first "/" of a
// selector before they call Match. A pattern whose matches all begin with a further
// "/", such as (?:/x), would only be reached by clients that send "//x", and is
// refused. A pattern written with "//" at the beginning is allowed: it is the way to
// match such selectors. For joined patterns the rule holds for the whole, so (?:/x)
// is allowed below the prefix "a".
package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// A Pattern is a compiled pattern. It is safe for concurrent use, except during
// [Index.Add].
type Pattern struct {
	Text  string   // as written, prefixes included, without the first slash
	Kind  Kind     // how it was written
	Names []string // of the parameters, in the order of Match's values

	key    string // see Key
	prefix bool   // made by CompilePrefix

	// Every match begins with one of begins; if finite, every match is one of them.
	begins []string
	finite bool

	// A match is head and then a match of program, if re is nil. Where no program would
	// be exact re matches the pattern, and every match ends with ending.
	head    string
	program program
	re      *regexp.Regexp
	ending  string
	groups  []int // the capture group of each name

	expr      string // the pattern as an RE2 expression
	parseOnce sync.Once
	tree      *syntax.Regexp // expr, parsed by the first Fill
}

// Compile compiles a pattern that has to match the whole selector. Several texts,
// the outermost prefix first, are read one by one and joined by "/". Its errors say
// how to mend the pattern.
func Compile(texts ...string) (*Pattern, error) {
	whole, err := joinAll(texts)
	if err != nil {
		return nil, err
	}
	p := &Pattern{Text: whole.text, Kind: whole.kind}
	if p.Kind == Literal {
		// It may have any bytes, while an expression must be valid UTF-8.
		p.head, p.key = p.Text, textKey(p.Text)
		p.begins, p.finite = []string{p.Text}, true
		return p, nil
	}
	return p, p.compile(whole)
}

// CompilePrefix compiles a pattern for the selectors that Compile would match and
// for all selectors below them: "files" matches "files", "files/" and "files/a". The
// text after the prefix and its slash is the last value of Match; its name is "".
func CompilePrefix(texts ...string) (*Pattern, error) {
	whole, err := joinAll(texts)
	if err != nil {
		return nil, err
	}
	p := &Pattern{Text: whole.text, Kind: whole.kind, prefix: true}
	if whole, err = whole.withoutSlash(); err != nil {
		return nil, err
	}
	return p, p.compile(whole)
}

// compile sets all fields of p but Text, Kind and prefix.
func (p *Pattern) compile(whole part) error {
	tree, err := parse(whole.expr)
	if err != nil {
		return err
	}
	groups := tree.MaxCap()
	for i, name := range tree.CapNames() {
		if name == "" {
			continue
		}
		if slices.Contains(p.Names, name) {
			return fmt.Errorf("the group name %q is used twice: rename one", name)
		}
		p.Names = append(p.Names, name)
		p.groups = append(p.groups, i)
	}
	written := tree
	tree = trimAnchors(written)
	p.expr, p.key = whole.expr, key(tree)
	p.begins, p.finite = beginnings(tree)
	if !whole.doubled && !slices.ContainsFunc(p.begins, slashless) {
		return errSlash
	}
	if p.prefix {
		p.finite = false
		p.key += "(below)" // no other key ends like this, since text has a backslash before (
		p.Names = append(p.Names, "")
		p.groups = append(p.groups, groups+1)
	}
	return p.choose(tree, tree != written)
}

// errSlash refuses patterns such as (?i)/about, (?:/x) and {p:/a/b}: see the package
// comment.
var errSlash = errors.New(`all that it matches begins with "/", but every selector loses its first "/" before it is matched: ` +
	`write the pattern without it, or begin it with "//" if selectors that begin with "//" are meant`)

func slashless(text string) bool { return !strings.HasPrefix(text, "/") }

// choose makes a program for the tree or, where that would not be exact, lets RE2
// match it. anchored says that p.expr has a ^ or $ that the tree lacks.
func (p *Pattern) choose(tree *syntax.Regexp, anchored bool) error {
	var exact bool
	if p.head, p.program, exact = assemble(p, tree); exact {
		return nil
	}
	expr := p.expr
	if anchored && p.prefix {
		expr = tree.String() // since nothing can come after a $
	}
	expr = `\A(?:` + expr + `)`
	if p.prefix {
		expr += `(?:/((?s:.*)))?`
	} else {
		p.ending = ending(tree)
	}
	var err error
	p.re, err = regexp.Compile(expr + `\z`)
	return err
}

// Literal returns the only selector that p matches. ok is false if there are
// others, or parameters.
func (p *Pattern) Literal() (selector string, ok bool) {
	return p.head, p.re == nil && len(p.program) == 0
}

// Key identifies the selectors that p matches: two patterns with one key match the
// same, whatever they call their parameters. Two that match the same but are
// written differently, such as a|b and [ab]{1}, may have different keys.
func (p *Pattern) Key() string { return p.key }

// Match reports whether p matches all of s, a selector without its first slash, and
// puts the values of the parameters into values, which must be as long as Names.
func (p *Pattern) Match(s string, values []string) bool {
	if p.re != nil {
		return p.search(s, values)
	}
	return strings.HasPrefix(s, p.head) && p.program.run(s, len(p.head), values)
}

// search is Match by RE2.
func (p *Pattern) search(s string, values []string) bool {
	if !strings.HasSuffix(s, p.ending) {
		return false // RE2 would take a thousand times longer to find that out
	}
	if len(p.groups) == 0 {
		return p.re.MatchString(s)
	}
	found := p.re.FindStringSubmatchIndex(s)
	if found == nil {
		return false
	}
	for i, group := range p.groups {
		values[i] = ""
		if from := found[2*group]; from >= 0 {
			values[i] = s[from:found[2*group+1]]
		}
	}
	return true
}
