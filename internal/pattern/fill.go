package pattern

import (
	"cmp"
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
	"strings"
)

// Fill returns a selector that p matches and in which the parameters have these
// values. A parameter without a value has the value "", as those of a group have that takes
// no part in a match. Fill returns an error if a value is not for a parameter, or if no
// selector with the values can be made.
func (p *Pattern) Fill(values map[string]string) (string, error) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name == "" || !slices.Contains(p.Names, name) {
			return "", fmt.Errorf("pattern %q has no parameter %q", p.Text, name)
		}
	}
	all := maps.Clone(values)
	if all == nil {
		all = map[string]string{}
	}
	missing := "" // the first parameter without a value
	for _, name := range p.Names {
		if _, ok := values[name]; !ok && name != "" {
			all[name] = ""
			missing = cmp.Or(missing, name)
		}
	}
	s, err := p.fill(all)
	if err != nil && missing != "" {
		return "", fmt.Errorf("%w; it needs a value for %q, unless that may be empty", err, missing)
	}
	return s, err
}

// fill is Fill with a value for each parameter.
func (p *Pattern) fill(values map[string]string) (string, error) {
	if s, ok := p.Literal(); ok {
		return s, nil
	}
	p.parseOnce.Do(func() {
		p.tree, _ = parse(p.expr) // compile has parsed it without error
	})
	f := filler{values: values}
	if !f.add(p.tree) {
		return "", fmt.Errorf("pattern %q cannot be turned into a selector: `%s` has no name to take its text from", p.Text, f.stuck)
	}
	return p.check(f.text.String(), values)
}

// check returns s if p matches it and the parameters then have these values.
func (p *Pattern) check(s string, values map[string]string) (string, error) {
	found := make([]string, len(p.Names))
	if !p.Match(s, found) {
		return "", fmt.Errorf("pattern %q does not match %q, which the values %q make", p.Text, s, values)
	}
	for i, name := range p.Names {
		if name != "" && found[i] != values[name] {
			return "", fmt.Errorf("pattern %q finds %s=%q in %q, not %q", p.Text, name, found[i], s, values[name])
		}
	}
	return s, nil
}

// A filler writes a text that an expression matches, and leaves out what is optional.
type filler struct {
	values map[string]string // of the parameters
	text   strings.Builder
	stuck  string // the part of the expression for which there is more than one text
}

// add writes the text for the tree. It returns false, and sets stuck, if the tree has a
// class of several characters outside of a parameter.
func (f *filler) add(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine:
		return true
	case syntax.OpLiteral:
		f.text.WriteString(string(tree.Rune))
		return true
	case syntax.OpCapture:
		if value, ok := f.values[tree.Name]; ok && tree.Name != "" {
			f.text.WriteString(value)
			return true
		}
		return f.add(tree.Sub[0])
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			if !f.add(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		return f.add(f.branch(tree))
	case syntax.OpStar, syntax.OpQuest:
		return f.repeat(tree, 0)
	case syntax.OpPlus:
		return f.repeat(tree, 1)
	case syntax.OpRepeat:
		return f.repeat(tree, tree.Min)
	}
	f.stuck = tree.String()
	return false
}

// repeat writes the tree's operand as often as it has to be there, or once if it is
// optional and contains a parameter with a value.
func (f *filler) repeat(tree *syntax.Regexp, least int) bool {
	if least == 0 && f.named(tree) > 0 {
		least = 1
	}
	for range least {
		if !f.add(tree.Sub[0]) {
			return false
		}
	}
	return true
}

// branch returns the alternative with the most parameters that have a value, the first
// if several have as many.
func (f *filler) branch(tree *syntax.Regexp) *syntax.Regexp {
	return slices.MaxFunc(tree.Sub, func(a, b *syntax.Regexp) int { return f.named(a) - f.named(b) })
}

// named returns how many parameters in the tree have a value that is not "".
func (f *filler) named(tree *syntax.Regexp) int {
	n := 0
	if tree.Op == syntax.OpCapture && f.values[tree.Name] != "" {
		n++
	}
	for _, sub := range tree.Sub {
		n += f.named(sub)
	}
	return n
}
