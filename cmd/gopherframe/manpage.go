package main

import (
	_ "embed"
	"slices"
	"strings"
	"text/template"

	"github.com/alecthomas/kong"

	"gopherframe/layout"
)

// A manFlag prints the manual page and ends the program.
type manFlag bool

// BeforeReset is called by package kong when the flag is given.
func (manFlag) BeforeReset(app *kong.Kong) error {
	if err := manPage.Execute(app.Stdout, app.Model); err != nil {
		return err
	}
	app.Exit(0)
	return nil
}

//go:embed gopherframe.1.tmpl
var manText string

// manPage is the manual page in the macros of mdoc(7), made from the model of package kong.
var manPage = template.Must(template.New("").Funcs(template.FuncMap{
	"roff":   roff,
	"groups": groups,
	"value":  func(f *kong.Flag) string { return f.FormatPlaceHolder() },
}).Parse(manText))

// roffText keeps text from being read as macros or escapes.
var roffText = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// roffColumns is how long lines are, before what roffText makes longer.
const roffColumns = 76

// roff returns text as lines, each sentence on lines of its own.
func roff(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\n", " "), ". ", ".\n")
	lines := layout.Wrap(text, roffColumns)
	for i, line := range lines {
		if line = roffText.Replace(line); strings.HasPrefix(line, ".") {
			line = `\&` + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// A flagGroup is the flags of a command that its help shows together.
type flagGroup struct {
	Title string
	Flags []*kong.Flag
}

// groups returns the flags of a command that are not hidden, in the order of its help.
func groups(command *kong.Node) (all []flagGroup) {
	for _, f := range command.Flags {
		if f.Hidden || f.Name == "help" {
			continue
		}
		title := ""
		if f.Group != nil {
			title = f.Group.Title
		}
		i := slices.IndexFunc(all, func(g flagGroup) bool { return g.Title == title })
		if i < 0 {
			i = len(all)
			all = append(all, flagGroup{Title: title})
		}
		all[i].Flags = append(all[i].Flags, f)
	}
	return all
}
