package panics_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gopherframe/internal/panics"
)

// carried returns what carry makes of a panic with v, one goroutine further.
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
	if again != p || !strings.Contains(panics.Stack(again), "panics_test.guilty") {
		t.Errorf("the second time: %v\n%s", again, panics.Stack(again))
	}
	if p := carried("boom"); fmt.Sprint(p) != "boom" || errors.Unwrap(p) != nil {
		t.Errorf("%v", p)
	}
}
