package gopherframe

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
)

// Template answers with a menu: a gophermap, see docs/gophermap.md, that is written
// as a template and executed with data:
//
//	# the posts
//	Welcome, {{.User}}!
//	{{range .Posts -}}
//	0{{.Title}}	post/{{.Slug}}
//	{{end -}}
//
// What an action gives is text within its field, whatever it is: it cannot begin a
// line, a field or a comment, and CR, LF, TAB and NUL in it become SPACE. What is
// written in the template alone decides what a line is, so a type cannot come from
// an action, and a selector in which ./ or ../ comes from one is not resolved. There
// is no directory that selectors could be relative to: they are those of the app,
// in a mounted handler with [Request.Base] before them.
//
// If the template fails, or makes a line that is none, as with a port that is no
// number, the answer is an *Error with the cause. tmpl is not changed, and may be
// used by other goroutines meanwhile; so may data, if its methods allow that.
func Template(tmpl *template.Template, data any) Response {
	m, err := executeMap(tmpl, data)
	if err != nil {
		return Fail(fmt.Errorf("gopherframe: template %q: %w", tmpl.Name(), err))
	}
	return m
}

// tokenMark begins and ends what stands for a value until its line is parsed. No
// gophermap has a NUL, and no value gets that far.
const tokenMark = "\x00"

// keep is the name of the function that puts values aside, at the end of every
// pipeline whose result would be written.
const keep = "_gopherframe_keep"

func executeMap(tmpl *template.Template, data any) (*Menu, error) {
	var values mapValues
	private, err := tmpl.Clone()
	if err != nil {
		return nil, err
	}
	private.Funcs(template.FuncMap{keep: values.keep})
	for _, t := range tmpl.Templates() {
		if t.Tree == nil {
			continue
		}
		tree := t.Tree.Copy() // Clone shares it
		if err := keepAll(tree.Root); err != nil {
			return nil, err
		}
		if _, err := private.AddParseTree(t.Name(), tree); err != nil {
			return nil, err
		}
	}
	var out strings.Builder
	if err := private.Execute(&out, data); err != nil {
		return nil, err
	}
	return values.parse(out.String())
}

// keepAll changes the actions below node so that they write tokens for values.
// That is how html/template escapes.
func keepAll(node parse.Node) error {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil { // there is no else
			return nil
		}
		for _, child := range n.Nodes {
			if err := keepAll(child); err != nil {
				return err
			}
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 { // otherwise it writes nothing
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
				NodeType: parse.NodeCommand,
				Pos:      n.Pos,
				Args:     []parse.Node{parse.NewIdentifier(keep).SetPos(n.Pos)},
			})
		}
	case *parse.IfNode:
		return keepBoth(n.List, n.ElseList)
	case *parse.RangeNode:
		return keepBoth(n.List, n.ElseList)
	case *parse.WithNode:
		return keepBoth(n.List, n.ElseList)
	case *parse.TextNode:
		if strings.Contains(string(n.Text), tokenMark) {
			return errors.New("there is a NUL in it")
		}
	}
	return nil
}

func keepBoth(list, elseList *parse.ListNode) error {
	if err := keepAll(list); err != nil {
		return err
	}
	return keepAll(elseList)
}

// mapValues are what the actions of a template gave.
type mapValues []string

// keep puts a value aside and returns a token for it.
func (v *mapValues) keep(value any) string {
	*v = append(*v, oneField.Replace(printed(value)))
	return tokenMark + strconv.Itoa(len(*v)-1) + tokenMark
}

// oneField makes of a value what fits into a field of a menu.
var oneField = strings.NewReplacer("\r", " ", "\n", " ", "\t", " ", "\x00", " ")

// printed returns what text/template writes for a value: that of a pointer is what
// it points to, unless it has a text of its own.
func printed(value any) string {
	switch value.(type) {
	case nil:
		return "<no value>"
	case error, fmt.Stringer:
		return fmt.Sprint(value)
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && !v.IsNil() {
		return printed(v.Elem().Interface())
	}
	return fmt.Sprint(value)
}

// parse reads a gophermap with tokens in it.
func (v mapValues) parse(text string) (*Menu, error) {
	m := NewMenu()
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, lineEnd)
		if strings.HasPrefix(line, "#") {
			continue
		}
		it, err := v.parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d of what it makes: %w", number, err)
		}
		m.Add(it)
	}
	return m, nil
}

func (v mapValues) parseLine(line string) (Item, error) {
	const port = 3 // the field that has to be a number
	fields := strings.Split(line, "\t")
	if len(fields) > 1 && strings.HasPrefix(line, tokenMark) {
		return Item{}, errors.New("an action cannot give the type of an item: write it before the name")
	}
	if len(fields) > port {
		fields[port] = v.fill(fields[port])
	}
	it, err := directory{}.parseLine(strings.Join(fields, "\t"))
	it.Name, it.Selector, it.Host = v.fill(it.Name), v.fill(it.Selector), v.fill(it.Host)
	return it, err
}

// fill puts the values back where their tokens are.
func (v mapValues) fill(s string) string {
	parts := strings.Split(s, tokenMark)
	for i := 1; i < len(parts); i += 2 {
		at, _ := strconv.Atoi(parts[i]) // it was written by keep
		parts[i] = v[at]
	}
	return strings.Join(parts, "")
}
