package main

import (
	"fmt"
	"io"
)

// print writes the results of an experiment as a table of Markdown.
func (e *experiment) print(w io.Writer) {
	fmt.Fprintf(w, "### %s\n\n| server |", upper(e.name))
	for _, f := range e.figures {
		fmt.Fprintf(w, " %s |", f.name)
	}
	if e.ratios {
		fmt.Fprint(w, " against the first |")
	}
	fmt.Fprint(w, "\n|---|")
	for range e.figures {
		fmt.Fprint(w, "--:|")
	}
	if e.ratios {
		fmt.Fprint(w, "--:|")
	}
	fmt.Fprintln(w)
	for _, c := range e.contenders {
		fmt.Fprintf(w, "| %s |", c.name)
		for i, f := range e.figures {
			if i == figSystem && e.ratios {
				fmt.Fprintf(w, " %s |", e.of(c.name, i).text(f.format))
				continue
			}
			fmt.Fprintf(w, " %s |", e.of(c.name, i).spread(f.format))
		}
		switch {
		case e.ratios && c.name == e.contenders[0].name:
			fmt.Fprint(w, " 1 |")
		case e.ratios:
			fmt.Fprintf(w, " %s |", e.ratio(c.name).spread("%.2f"))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// upper makes the first letter of an ASCII text a capital.
func upper(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
