package main

import "testing"

func TestWithNearOnly(t *testing.T) {
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
	} {
		if got := withNearOnly(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
