package gophermap

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"text/template"
	"text/template/parse"

	"gopherframe"
	"gopherframe/internal/framing"
)

// A Template is a gophermap that is written as a template and executed with data:
//
//	# the posts
//	Welcome, {{.User}}!
//	{{range .Posts -}}
//	0{{.Title}}	post/{{.Slug}}
//	{{end -}}
//
// A value that an action writes is text within its field: it cannot begin a line, a
// field or a comment, and CR, LF, TAB and NUL in it become SPACE. Only the text of the
// template decides what a line is, so an action cannot give the type of an item, and
// "./" or "../" from an action is not resolved. Spaces around a host are dropped. No directory belongs to a Template:
// its selectors are those of the app, in a mounted handler with
// [gopherframe.Request.Base] before them.
//
// A Template is safe for concurrent use.
type Template struct {
	tmpl *template.Template
	text map[*byte]piece // the text of the template, by the first byte of each piece
	size atomic.Int64    // of the output of the last execution, in bytes
}

// A piece is a run of text between actions.
type piece struct {
	length int
	field  int // the offset behind the last TAB or LF in the piece, 0 if it has neither
}

// Compile makes a Template of tmpl and the templates associated with it. It returns an
// error if tmpl was never parsed or if there is a NUL in the text. Later changes to tmpl
// change nothing.
func Compile(tmpl *template.Template) (*Template, error) {
	if tmpl == nil || tmpl.Tree == nil {
		return nil, errors.New("gophermap: the template is empty: parse it first")
	}
	private, err := tmpl.Clone()
	if err != nil {
		return nil, fmt.Errorf("gophermap: template %q: %w", tmpl.Name(), err)
	}
	t := &Template{tmpl: private, text: map[*byte]piece{}}
	for _, defined := range append(private.Templates(), private) {
		if defined.Tree == nil {
			continue
		}
		defined.Tree = defined.Tree.Copy() // Clone shares it with tmpl
		if err := t.collect(defined.Root); err != nil {
			return nil, fmt.Errorf("gophermap: template %q: %w", defined.Name(), err)
		}
	}
	return t, nil
}

// MustCompile is [Compile] for templates in code: it panics instead of returning an
// error.
func MustCompile(tmpl *template.Template) *Template {
	t, err := Compile(tmpl)
	if err != nil {
		panic(err)
	}
	return t
}

// collect notes the pieces of text below node.
func (t *Template) collect(node parse.Node) error {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil { // there is no else
			return nil
		}
		for _, child := range n.Nodes {
			if err := t.collect(child); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return t.collectBoth(n.List, n.ElseList)
	case *parse.RangeNode:
		return t.collectBoth(n.List, n.ElseList)
	case *parse.WithNode:
		return t.collectBoth(n.List, n.ElseList)
	case *parse.TextNode:
		if bytes.Contains(n.Text, []byte(mark)) {
			return errors.New("there is a NUL in its text")
		}
		if len(n.Text) > 0 {
			t.text[&n.Text[0]] = piece{len(n.Text), bytes.LastIndexAny(n.Text, "\t\n") + 1}
		}
	}
	return nil
}

func (t *Template) collectBoth(list, elseList *parse.ListNode) error {
	if err := t.collect(list); err != nil {
		return err
	}
	return t.collect(elseList)
}

// maxGrow bounds how many bytes are set aside for the output of an execution because the
// last one had as many.
const maxGrow = 64 << 10

// Execute returns the menu that the template makes of data. If the template fails, or
// writes a line that is no valid item, as with a port that is no number, the answer is an
// *Error with the cause.
func (t *Template) Execute(data any) gopherframe.Response {
	out := output{pieces: t.text}
	out.Grow(int(min(t.size.Load(), maxGrow)))
	err := t.tmpl.Execute(&out, data)
	var m *gopherframe.Menu
	if err == nil {
		t.size.Store(int64(out.Len()))
		m, err = parseOutput(out.String())
	}
	if err != nil {
		return gopherframe.Fail(fmt.Errorf("gophermap: template %q: %w", t.tmpl.Name(), err))
	}
	return m
}

// mark is put before a value that begins a field, or that follows only "." and "/" in it.
// The parser then takes the value neither for a comment or a type, nor for "./" or "../",
// which count only as text of the template. The marks are removed from the items; neither
// the text nor a value in the output has a NUL of its own.
const mark = "\x00"

// An output collects what a template writes. Only the text of the template has TAB, CR
// and LF in it, so only that begins fields and lines.
//
// Package text/template hands each piece of its text to Write as it stands in the parse
// tree, and each value in a buffer of package fmt. So a slice that begins where a piece
// of text does is that text. Should text/template copy its text one day, all of it would
// be taken for values, and no value for text.
type output struct {
	strings.Builder
	pieces map[*byte]piece
	field  int // where the last field begins
}

// Write implements io.Writer. It never fails.
func (o *output) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if text := o.pieces[&p[0]]; text.length == len(p) {
		if text.field > 0 {
			o.field = o.Len() + text.field
		}
		return o.Builder.Write(p)
	}
	before := o.String()[o.field:]
	if before != "" && (o.field == 0 || o.String()[o.field-1] == '\n') {
		before = before[1:] // the type: the name may be the selector, too
	}
	if strings.Trim(before, "./") == "" {
		o.WriteString(mark)
	}
	if !bytes.ContainsAny(p, framing.Forbidden) {
		return o.Builder.Write(p)
	}
	return o.WriteString(framing.Field(string(p))) // of the same length
}

// parseOutput reads a gophermap with marked values in it.
func parseOutput(text string) (*gopherframe.Menu, error) {
	m := &gopherframe.Menu{}
	if n := strings.Count(text, "\n"); n > 0 {
		m.Items = make([]gopherframe.Item, 0, n+1)
	}
	for number, line := range lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		it, err := parseMarked(line)
		if err != nil {
			return nil, fmt.Errorf("line %d of its output: %w", number, err)
		}
		m.Items = append(m.Items, it)
	}
	return m, nil
}

func parseMarked(line string) (gopherframe.Item, error) {
	fields, n := split(line)
	if n > 1 && strings.HasPrefix(line, mark) {
		return gopherframe.Item{}, errors.New("an action cannot give the type of an item: write it before the name")
	}
	for i := 2; i < n; i++ { // host and port, which mean the same wherever they come from
		fields[i] = unmark(fields[i])
	}
	it, err := parseFields(fields, n, "")
	it.Name, it.Selector = unmark(it.Name), unmark(it.Selector)
	return it, err
}

// unmark returns s without marks, of which there are few and most stand in front.
func unmark(s string) string {
	s = strings.TrimPrefix(s, mark)
	if strings.Contains(s, mark) {
		s = strings.ReplaceAll(s, mark, "")
	}
	return s
}
