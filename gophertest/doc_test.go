package gophertest_test

import (
	"os/exec"
	"testing"
)

// TestGoDoc: go doc finds the fields and methods of what Lint and Crawl return. It does
// not for an alias of a type in an internal package.
func TestGoDoc(t *testing.T) {
	for _, symbol := range []string{"Report.Err", "Report.Problems", "Page.Depth", "Finding.From", "Finding.String", "Problem.Line", "Problem.String", "Severity.String", "Warning"} {
		if out, err := exec.Command("go", "doc", "gopherframe/gophertest", symbol).CombinedOutput(); err != nil {
			t.Errorf("go doc gophertest.%s: %v\n%s", symbol, err, out)
		}
	}
}
