package main

import "testing"

func TestPlainly(t *testing.T) {
	for text, want := range map[string]string{
		`unknown flag --port, did you mean "--cert"?`:                       `unknown flag --port`,
		`unknown flag --x, did you mean "-h"?`:                              `unknown flag --x`,
		`unknown flag --no, did you mean "--log"?`:                          `unknown flag --no`,
		`unknown flag --listne, did you mean "--listen"?`:                   `unknown flag --listne, did you mean "--listen"?`,
		`unknown flag --ca, did you mean one of "-h", "--cache", "--caps"?`: `unknown flag --ca, did you mean one of "--cache", "--caps"?`,
		`unknown flag --kei, did you mean one of "-h", "--key"?`:            `unknown flag --kei, did you mean "--key"?`,
		`unexpected argument sevre, did you mean "serve"?`:                  `unexpected argument sevre, did you mean "serve"?`,
		`unexpected argument gte, did you mean "get"?`:                      `unexpected argument gte`, // too short to be sure
		`expected "<url>"`: `expected "<url>"`,
		`--config: expected string value but got "EOL" (<EOL>)`: `--config: needs a value`,
		`--listen: missing value, expecting "<arg>"`:            `--listen: needs a value`,
		`--cache: expected a valid 64 bit int but got "x"`:      `--cache: "x" is not a whole number, or too large`,
	} {
		if got := plainly(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
