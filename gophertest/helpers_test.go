package gophertest_test

import (
	"log/slog"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/internal/transcript"
)

var quiet = gopherframe.Info{Log: slog.New(slog.DiscardHandler)}

// answers returns a handler that always returns resp.
var answers = transcript.Answers

// wantError fails the test unless err contains all of want; without want, unless err is nil.
func wantError(t *testing.T, name string, err error, want ...string) {
	t.Helper()
	if len(want) == 0 && err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %v\nwant %q in it", name, err, w)
		}
	}
}
