package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// suggestion returns `, did you mean "cache"?` for those of the known words that are near
// word, "" if none is.
func suggestion(word string, known []string) string {
	var near []string
	for _, k := range known {
		if isNear(strings.TrimLeft(word, "-"), strings.TrimLeft(k, "-")) {
			near = append(near, fmt.Sprintf("%q", k))
		}
	}
	switch len(near) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", did you mean %s?", near[0])
	}
	return fmt.Sprintf(", did you mean one of %s?", strings.Join(near, ", "))
}

// isNear reports whether somebody who wrote word may have meant known: it is the beginning
// of it, or has as few slips as words of its length may have.
func isNear(word, known string) bool {
	if len(word) < 2 {
		return false
	}
	slips := 0
	switch n := len(word); {
	case n >= 5:
		slips = 2
	case n >= 3:
		slips = 1
	}
	return strings.HasPrefix(known, word) || levenshtein.ComputeDistance(word, known) <= slips
}

var (
	// kongSuggestion is how package kong suggests words: -h for --x, and --cert for --port.
	kongSuggestion = regexp.MustCompile(`^(unknown flag|unexpected argument) (\S+), did you mean (.*)\?$`)
	quotedWord     = regexp.MustCompile(`"([^"]+)"`)
	kongNoValue    = regexp.MustCompile(`^(--\S+): (expected \S+ value but got "EOL" \(<EOL>\)|missing value, .*)$`)
	kongNoNumber   = regexp.MustCompile(`^(--\S+): expected a valid \d+ bit u?int but got (".*")$`)
)

// plainly returns the text of an error of package kong in plain words, with suggestions
// that are near.
func plainly(text string) string {
	if m := kongSuggestion.FindStringSubmatch(text); m != nil {
		var known []string
		for _, quoted := range quotedWord.FindAllStringSubmatch(m[3], -1) {
			known = append(known, quoted[1])
		}
		return m[1] + " " + m[2] + suggestion(m[2], known)
	}
	text = kongNoValue.ReplaceAllString(text, "$1: needs a value")
	return kongNoNumber.ReplaceAllString(text, "$1: $2 is not a whole number, or too large")
}

// parseError returns the error of a command line, with the help to read.
func parseError(err error) error {
	help := "gopherframe --help"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Command() != "" {
		help = "gopherframe " + parse.Context.Selected().Name + " --help"
	}
	return fmt.Errorf("%w (see %s)", reworded{err, plainly(err.Error())}, help)
}

// A reworded error is an error with another text.
type reworded struct {
	error
	text string
}

func (e reworded) Error() string { return e.text }

// Unwrap returns the error itself.
func (e reworded) Unwrap() error { return e.error }
