package gophermap_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"text/template"
	"text/template/parse"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/gophertest"
)

type stringer struct{ s string }

func (s *stringer) String() string { return "<" + s.s + ">" }

func TestTemplate(t *testing.T) {
	text := func(name string) gopherframe.Item { return gopherframe.Item{Type: 'i', Name: name} }
	item := func(typ byte, name, selector string) gopherframe.Item {
		return gopherframe.Item{Type: gopherframe.ItemType(typ), Name: name, Selector: selector}
	}
	type items = []gopherframe.Item
	word := "gopher"
	for _, tt := range []struct {
		name, text string
		data       any
		want       items
	}{
		{"no actions", "Hi\n# comment\n0A\ta\n1B\tb\th\t7\r\n\nlast", nil,
			items{text("Hi"), item('0', "A", "a"), {Type: '1', Name: "B", Selector: "b", Host: "h", Port: 7}, text(""), text("last")}},
		{"empty", "", nil, nil},
		{"fields", "0{{.}}\tx/{{.}}\t{{.}}.example\t70\n", "a", items{{Type: '0', Name: "a", Selector: "x/a", Host: "a.example", Port: 70}}},
		{"port", "1A\ta\th\t{{.}}", 7070, items{{Type: '1', Name: "A", Selector: "a", Host: "h", Port: 7070}}},
		{"no port", "1A\ta\th\t{{.}}", "", items{{Type: '1', Name: "A", Selector: "a", Host: "h"}}},
		{"name as selector", "0{{.}}\t", "a.txt", items{item('0', "a.txt", "a.txt")}},
		{"empty host", "0A\t./x\t{{.}}", "", items{item('0', "A", "x")}},
		{"empty selector", "0A\t{{.}}\t", "", items{item('0', "A", "A")}},
		{"empty before a type", "{{.}}0A\tx", "", items{item('0', "A", "x")}},
		{"empty before a comment", "{{.}}# A\nB", "", items{text("B")}},
		{"byte order mark", "\uFEFF# A\nB", "", items{text("B")}},
		{"range", "{{range .}}{{if .}}1{{else}}0{{end}}{{.}}\t{{.}}\n{{else}}none{{end}}", []int{0, 5}, items{item('0', "0", "0"), item('1', "5", "5")}},
		{"range over nothing", "{{range .}}{{.}}{{else}}none of {{.}}{{end}}", []int{}, items{text("none of []")}},
		{"with", "{{with .A}}{{.}}{{else}}no {{.B}}{{end}}", map[string]string{"B": "b"}, items{text("no b")}},
		{"variables", "{{$x := .}}{{$x = printf \"%s!\" $x}}{{$x}}", "a", items{text("a!")}},
		{"other templates", `{{define "x"}}<{{.}}>{{end}}{{template "x" .}}{{block "y" .}}({{.}}){{end}}`, "a\tb", items{text("<a b>(a b)")}},
		{"pipeline", "{{. | printf \"%q\" | len}}", "ab", items{text("4")}},
		{"a function with TAB", `{{printf "0%s\t%s\n" . .}}`, "x", items{text("0x x ")}},
		{"break", "{{range .}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}", []int{1, 2, 3}, items{text("1")}},

		{"lines", "0{{.}}\tx", "a\r\n1b\tc\x00", items{item('0', "a  1b c ", "x")}},
		{"a whole line", "{{.}}", "1x\tselector\thost\t70", items{text("1x selector host 70")}},
		{"comment", "{{.}}", "# a", items{text("# a")}},
		{"directives", "{{range .}}{{.}}\n{{end}}", []string{"!title", "=include", "*", ".", ":ext=0", "-hide"},
			items{text("!title"), text("=include"), text("*"), text("."), text(":ext=0"), text("-hide")}},
		{"selector above", "0A\t{{.}}", "../../secret", items{item('0', "A", "../../secret")}},
		{"selector above and above", "0A\t../{{.}}", "../secret", items{item('0', "A", "../secret")}},
		{"selector of two actions", "0A\t{{range .}}{{.}}{{end}}", []string{".", "./x"}, items{item('0', "A", "../x")}},
		{"comment of two actions", "{{range .}}{{.}}{{end}}", []string{"", "#x"}, items{text("#x")}},
		{"name as selector above", "0{{.}}\t", "../secret", items{item('0', "../secret", "../secret")}},
		{"selector of here", "0A\t./{{.}}", "./a", items{item('0', "A", "./a")}},
		{"host of nothing", "1A\t{{.}}\t{{.}}", " ", items{{Type: '1', Name: "A", Selector: " "}}},
		{"what looks like a token", "{{.}}0{{.}}", "\x000\x00", items{text(" 0 0 0 ")}},
		{"not UTF-8", "{{.}}", "gr\xfc\xdfe", items{text("gr\xfc\xdfe")}},
		{"actions of actions", "{{.}}", "{{.}}", items{text("{{.}}")}},

		{"nil", "{{.}}", nil, items{text("<no value>")}},
		{"pointer", "{{.}}", &word, items{text("gopher")}},
		{"stringer", "{{.}}", &stringer{"a\n"}, items{text("<a >")}},
		{"error", "{{.}}", errors.New("a\tb"), items{text("a b")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmpl := template.Must(template.New("map").Parse(tt.text))
			resp := gophermap.MustCompile(tmpl).Execute(tt.data)
			if err := gopherframe.ErrorOf(resp); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&gopherframe.Menu{Items: tt.want}, resp); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplateErrors(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		data       any
		want       string
	}{
		{"type by an action", "{{.}}\tx", "0a", "template \"map\": line 1 of its output: an action cannot give the type"},
		{"port", "ok\n1A\ta\th\t{{.}}", "seventy", `template "map": line 2 of its output: port "seventy"`},
		{"port with more", "1A\ta\th\t{{.}}", "70\t+", `port "70 +"`},
		{"too many fields", "1A\ta\th\t70\t+\t{{.}}", "x", "6 fields"},
		{"neither name nor selector", "0{{.}}\t{{.}}", "", "neither a name nor a selector"},
		{"no type", "\tx", nil, "nothing before the first TAB"},
		{"field", "{{.Nope}}", "x", "can't evaluate field Nope"},
		{"missing key", "{{.Nope}}", map[string]int{}, `map has no entry for key "Nope"`},
		{"unknown template", `{{template "x"}}`, nil, `"x" not defined`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmpl := template.Must(template.New("map").Option("missingkey=error").Parse(tt.text))
			resp := gophermap.MustCompile(tmpl).Execute(tt.data)
			if err := gopherframe.ErrorOf(resp); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want an error with %q", resp, tt.want)
			}
			if e, ok := resp.(*gopherframe.Error); !ok || e.Text != "Internal server error." {
				t.Errorf("the client reads %+v", resp)
			}
		})
	}
}

func TestCompileErrors(t *testing.T) {
	nul := template.Must(template.New("map").Parse("{{if .}}{{else}}a\x000\x00{{end}}"))
	other := template.Must(template.New("map").Parse("x{{define \"x\"}}\x00{{end}}"))
	for want, tmpl := range map[string]*template.Template{"NUL": nul, `"x": there is a NUL`: other, "is empty": template.New("empty"), "parse it": nil} {
		if _, err := gophermap.Compile(tmpl); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), want) {
					t.Errorf("MustCompile panics with %v, want %q", err, want)
				}
			}()
			gophermap.MustCompile(tmpl)
		}()
	}
}

type post struct{ Title, Slug string }

// posts returns a template as apps have them, and its data.
func posts() (*template.Template, []post) {
	list := make([]post, 50)
	for i := range list {
		list[i] = post{fmt.Sprint("On burrows, part ", i), fmt.Sprint("burrows-", i)}
	}
	return template.Must(template.New("posts").Parse("# the posts\nPosts\n{{range .}}0{{.Title}}\tpost/{{.Slug}}\n{{end}}")), list
}

// TestExecuteCost: executing a compiled template allocates little more than
// text/template does by itself, because nothing is compiled again.
func TestExecuteCost(t *testing.T) {
	tmpl, titles := posts()
	compiled := gophermap.MustCompile(tmpl)
	plain := testing.AllocsPerRun(10, func() { tmpl.Execute(new(strings.Builder), titles) })
	ours := testing.AllocsPerRun(10, func() { compiled.Execute(titles) })
	if most := plain; ours > most { // the output does not grow, and items are pieces of it
		t.Errorf("%v allocations, text/template has %v", ours, plain)
	}
	lines := gophermap.MustCompile(template.Must(template.New("lines").Parse("{{range .}}{{.Title}}\n{{end}}no line end")))
	if m := lines.Execute(titles).(*gopherframe.Menu); len(m.Items) != 51 || cap(m.Items) != 51 {
		t.Errorf("%d items in room for %d, want 51 made at once", len(m.Items), cap(m.Items))
	}
}

func BenchmarkTemplate(b *testing.B) {
	tmpl, titles := posts()
	compiled := gophermap.MustCompile(tmpl)
	b.Run("text/template", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tmpl.Execute(new(strings.Builder), titles)
		}
	})
	b.Run("gophermap", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			compiled.Execute(titles)
		}
	})
}

// TestTemplateIsNotChanged: the same template is used by many requests, and for
// something else.
func TestTemplateIsNotChanged(t *testing.T) {
	tmpl := template.Must(template.New("map").Parse(`{{template "x" .}}{{define "x"}}0{{.}}	a{{end}}`))
	compiled := gophermap.MustCompile(tmpl)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			want := fmt.Sprint(i)
			m, ok := compiled.Execute(i).(*gopherframe.Menu)
			if !ok || len(m.Items) != 1 || m.Items[0].Name != want {
				t.Errorf("%v, want one item %q", m, want)
			}
		})
	}
	wg.Wait()
	tmpl.Lookup("x").Root.Nodes[0].(*parse.TextNode).Text[0] = '9'
	if m := compiled.Execute("A").(*gopherframe.Menu); m.Items[0].Type != '0' {
		t.Errorf("a change of the template shows: %v", m.Items)
	}
	tmpl.Lookup("x").Root.Nodes[0].(*parse.TextNode).Text[0] = '0'
	literal := gophermap.MustCompile(&template.Template{Tree: tmpl.Lookup("x").Tree})
	if m, ok := literal.Execute("A").(*gopherframe.Menu); !ok || len(m.Items) != 1 || m.Items[0].Name != "A" {
		t.Errorf("a template made of a tree: %v", literal.Execute("A"))
	}
	var out strings.Builder
	if err := tmpl.Execute(&out, "x"); err != nil || out.String() != "0x\ta" {
		t.Errorf("by itself: %q, %v", out.String(), err)
	}
}

// TestEmptyText: a template whose tree was changed may have text of no bytes.
func TestEmptyText(t *testing.T) {
	tmpl := template.Must(template.New("map").Parse("0{{.}}\ta"))
	tmpl.Root.Nodes[0].(*parse.TextNode).Text = nil
	want := &gopherframe.Menu{Items: []gopherframe.Item{{Type: '1', Name: "A", Selector: "a"}}}
	tmpl.Root.Nodes[2].(*parse.TextNode).Text = []byte("1A\ta")
	if diff := cmp.Diff(gopherframe.Response(want), gophermap.MustCompile(tmpl).Execute("")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("a", "b", "c")
	f.Add("#", "../", "URL:javascript:x")
	f.Add("1x\ty\r\n", "\x000\x00", ".\n")
	f.Add("0", "../0", " +")
	tmpl := gophermap.MustCompile(template.Must(template.New("map").Parse("{{.A}}\n{{.A}}{{.B}}\n0{{.A}}\t{{.B}}\t{{.C}}\t70\n1{{.C}}\t\n{{range .L}}h{{.}}\tURL:{{.}}\n{{end}}")))
	spaces := strings.NewReplacer("\r", " ", "\n", " ", "\t", " ", "\x00", " ")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		resp := tmpl.Execute(map[string]any{"A": a, "B": b, "C": c, "L": []string{a, c}})
		a, b, c = spaces.Replace(a), spaces.Replace(b), spaces.Replace(c)
		host, selector := strings.TrimSpace(c), b
		if b == "" && host == "" {
			selector = a // as in every gophermap
		}
		if host == "+" {
			host = "" // as well
		}
		if c == "" || selector == "" && a == "" {
			if gopherframe.ErrorOf(resp) == nil {
				t.Errorf("an item without name and selector became %v", resp)
			}
			return
		}
		want := &gopherframe.Menu{Items: []gopherframe.Item{
			{Type: 'i', Name: a},
			{Type: 'i', Name: a + b},
			{Type: '0', Name: a, Selector: selector, Host: host, Port: 70},
			{Type: '1', Name: c, Selector: c},
			{Type: 'h', Name: a, Selector: "URL:" + a},
			{Type: 'h', Name: c, Selector: "URL:" + c},
		}}
		if diff := cmp.Diff(gopherframe.Response(want), resp); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func ExampleTemplate() {
	posts := gophermap.MustCompile(template.Must(template.New("posts").Parse(`Posts by {{.Author}}
{{range $i, $title := .Titles -}}
0{{$title}}	post/{{$i}}
{{end -}}
`)))
	r := gopherframe.NewRouter()
	r.Handle("posts", func(*gopherframe.Request) gopherframe.Response {
		return posts.Execute(map[string]any{
			"Author": "somebody\r\n1who forges\tlines",
			"Titles": []string{"Burrows", "Claws"},
		})
	})
	fmt.Printf("%s", bytes.ReplaceAll(gophertest.Get(r.Respond, "posts").Wire, []byte("\r"), nil))
	// Output:
	// iPosts by somebody  1who forges lines		error.host	0
	// 0Burrows	post/0	localhost	70
	// 0Claws	post/1	localhost	70
	// .
}
