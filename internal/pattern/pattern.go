// Package pattern compiles the patterns of routes, matches selectors against them,
// and makes selectors from them. It knows nothing of requests, handlers or the wire.
//
// # Grammar
//
// A pattern is text with placeholders:
//
//	{name}             one or more bytes except "/"
//	{name...}          one or more characters, line ends excepted
//	{name:expression}  a match of the RE2 expression
//
// If what is left without the placeholders has one of \ ^ $ | ? * + ( ) [ ] the
// whole pattern is an RE2 expression, in which placeholders still work. A pattern
// always has to match the whole selector.
//
// # The first slash
//
// The first "/" of a pattern does not count, and callers drop that of a selector
// before they call Match. A pattern of which every match still begins with "/", such
// as (?:/x), is refused, unless it is written with "//" at the beginning, which
// stands for selectors that a client sends with "//". Of patterns that are joined
// the whole is judged: (?:/x) is allowed below the prefix "a".
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

// A Pattern is compiled once and safe for concurrent use.
type Pattern struct {
	Text  string   // as written, prefixes included, without the leading slash
	Kind  Kind     // how it was written
	Names []string // of the parameters, in the order in which Match yields them

	key     string // equal for patterns that match the same selectors in the same way
	literal string // the one selector that matches, if plain
	plain   bool
	prefix  bool // matches what is below as well: see CompilePrefix

	begins []string // see beginnings
	finite bool

	program program        // exact and without allocation, if there is one
	re      *regexp.Regexp // else
	ending  string         // then, what every selector that matches ends with
	groups  []int          // the capture group of each name

	expr    string // RE2
	reading sync.Once
	tree    *syntax.Regexp // of expr, for Fill, which few patterns need
}

// Compile compiles the patterns given, outermost prefix first, as one that
// must match the whole selector.
func Compile(texts ...string) (*Pattern, error) {
	p, err := joinAll(texts)
	if err != nil {
		return nil, err
	}
	c := &Pattern{Text: p.text, Kind: p.kind}
	if p.kind == Literal {
		// Any bytes will do, while an expression must be UTF-8.
		c.literal, c.plain, c.key = p.text, true, textKey(p.text)
		c.begins, c.finite = []string{p.text}, true
		return c, nil
	}
	return c, c.compile(p)
}

// CompilePrefix compiles a pattern for the selector the texts describe and for
// all selectors below it. What comes after the prefix and its slash is the last
// value that Match yields; its name is "".
func CompilePrefix(texts ...string) (*Pattern, error) {
	p, err := joinAll(texts)
	if err != nil {
		return nil, err
	}
	c := &Pattern{Text: p.text, Kind: p.kind, prefix: true}
	if p, err = p.withoutSlash(); err != nil {
		return nil, err
	}
	return c, c.compile(p)
}

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
	p.finite = p.finite && !p.prefix
	if p.prefix {
		p.key += "(below)" // a parenthesis in a text has a backslash
		p.Names = append(p.Names, "")
		p.groups = append(p.groups, groups+1)
	} else if text, ok := plainText(tree); ok {
		p.literal, p.plain = text, true
	}
	return p.choose(tree, tree != written)
}

// errSlash refuses patterns such as (?i)/about, (?:/x) and {p:/a/b}. Only a client
// that sends "//about" would reach them, and then //about is the way to write it.
var errSlash = errors.New(`all that it matches begins with "/", but every selector loses its first "/" before it is matched: ` +
	`write the pattern without it, or begin it with "//" if selectors that begin with "//" are meant`)

func slashless(text string) bool { return !strings.HasPrefix(text, "/") }

// choose sets the cheapest exact way to match the tree: as a literal, by a program
// or by RE2. anchored says that p.expr has a ^ or $ that the tree lacks.
func (p *Pattern) choose(tree *syntax.Regexp, anchored bool) error {
	if _, ok := p.Literal(); ok {
		return nil
	}
	if p.program = assemble(p, tree); p.program != nil {
		return nil
	}
	expr := p.expr
	if anchored && p.prefix {
		expr = tree.String() // behind a $ nothing below the prefix would match
	}
	expr = `\A(?:` + expr + `)`
	if p.prefix {
		expr += below
	} else {
		p.ending = ending(tree)
	}
	var err error
	p.re, err = regexp.Compile(expr + `\z`)
	return err
}

// below is what CompilePrefix adds to a prefix.
const below = `(?:/((?s:.*)))?`

// Literal returns the one selector that p matches, and whether there is just
// one and no parameter in it.
func (p *Pattern) Literal() (string, bool) {
	return p.literal, p.plain && len(p.Names) == 0
}

// Key is the same for two patterns that match the same selectors for the same
// reason, whatever they call their parameters.
func (p *Pattern) Key() string { return p.key }

// Match reports whether p matches all of s, a selector without its leading
// slash, and puts the parameters into values, which must have room for Names.
func (p *Pattern) Match(s string, values []string) bool {
	if p.re != nil {
		return p.search(s, values)
	}
	if p.program != nil {
		return p.program.run(s, 0, values)
	}
	return s == p.literal
}

func (p *Pattern) search(s string, values []string) bool {
	if !strings.HasSuffix(s, p.ending) {
		return false // RE2 would take a thousand times longer to say so
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
