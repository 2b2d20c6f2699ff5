package files_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestPatternsOfMapsAreBounded: whoever may write a map could have the server compare for hours.
func TestPatternsOfMapsAreBounded(t *testing.T) {
	tree := map[string]string{}
	for i := range 2_000 {
		tree[fmt.Sprintf("%0250d", i)] = ""
	}
	long := strings.Repeat("0*", 600) + "x"
	tree["gophermap"] = "-*1\n-" + long + "\n-" + long + "\n-*2\n*\n"
	var log bytes.Buffer
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	lines := strings.Split(exchange(t, serveDir(t, plant(t, tree)), "\n", info), "\r\n")
	ends := map[string]int{}
	for _, line := range lines {
		name, _, _ := strings.Cut(line, "\t")
		ends[name[max(len(name)-1, 0):]]++
	}
	if !strings.HasPrefix(lines[2], "i-*2\t") || ends["1"] != 0 || ends["2"] != 201 {
		t.Errorf("the third line is %q, %d names end in 1 and %d in 2; want -*2, no name and 200 with the line", lines[2], ends["1"], ends["2"])
	}
	if n := strings.Count(log.String(), "too many patterns"); n != 1 {
		t.Errorf("it is logged %d times that there are too many patterns", n)
	}
}
