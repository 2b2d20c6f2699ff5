package main

import (
	"strings"
	"testing"
	"testing/iotest"
)

func TestAnswer(t *testing.T) {
	a := answer{block: "abc", times: 2, tail: "."}
	for _, c := range []struct {
		name, sent string
		right      bool
	}{
		{"right", "abcabc.", true},
		{"nothing", "", false},
		{"cut", "abcabc", false},
		{"longer", "abcabc..", false},
		{"a block more", "abcabcabc.", false},
		{"a block less", "abc.", false},
		{"another byte in a later block", "abcabd.", false},
		{"another tail", "abcabc!", false},
	} {
		for _, size := range []int{1, 2, 5, 64} {
			err := a.check(strings.NewReader(c.sent), make([]byte, size))
			if (err == nil) != c.right {
				t.Errorf("%s, %d bytes at a time: %v", c.name, size, err)
			}
		}
	}
	if err := a.check(iotest.DataErrReader(strings.NewReader("abcabc.")), make([]byte, 64)); err != nil {
		t.Errorf("the end with the last bytes: %v", err)
	}
}
