package panics_test

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"gopherframe/internal/panics"
)

// carried panics with v in another goroutine, and returns what Carry makes of it there.
func carried(v any) (p *panics.Panic) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { p = panics.Carry(recover()) }()
		guilty(v)
	}()
	<-done
	return p
}

func guilty(v any) { panic(v) }

func TestCarry(t *testing.T) {
	p := carried(io.EOF)
	if !errors.Is(p, io.EOF) || fmt.Sprint(p) != "EOF" {
		t.Errorf("%v", p)
	}
	again := carried(p)
	if again != p || panics.Stack(again)[0] != p.Stack[0] {
		t.Errorf("the second time: %v %q", again, panics.Stack(again))
	}
	if p := carried("boom"); fmt.Sprint(p) != "boom" || errors.Unwrap(p) != nil {
		t.Errorf("%v", p)
	}
}

// TestStack: there is one string for each call, and the call that panicked comes first.
func TestStack(t *testing.T) {
	p := carried("boom")
	for i, want := range []string{`panics_test\.guilty\(.*\) /.*/panics_test\.go:\d+( .*)?`, `panics_test\.carried\.func1\(\) /.*`, `created by .*panics_test\.carried .*`} {
		if len(p.Stack) != 3 || !regexp.MustCompile(`^(gopherframe/internal/)?`+want+`$`).MatchString(p.Stack[i]) {
			t.Fatalf("stack %q, want call %d to be %s", p.Stack, i, want)
		}
	}
	if text := p.Stack.String(); strings.Count(text, "\n") != 2 || !strings.HasPrefix(text, p.Stack[0]+"\n") {
		t.Errorf("as a text: %q", text)
	}
	if stack := panics.Stack("no panic").String(); !strings.Contains(stack, "panics_test.TestStack(") {
		t.Errorf("without a panic: %q", stack)
	}
}
