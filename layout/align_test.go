package layout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/layout"
)

func TestAlign(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows [][]string
		want []string
	}{
		{"nothing", nil, []string{}},
		{"one column", [][]string{{"a"}, {"bcd"}}, []string{"a", "bcd"}},
		{"two columns", [][]string{{"a", "1"}, {"bcd", "2"}}, []string{"a    1", "bcd  2"}},
		{"ragged", [][]string{{"a", "1", "x"}, {}, {"bcd"}, {"", "234", "y"}}, []string{"a  1    x", "", "bcd", "   234  y"}},
		{"last cells widen nothing", [][]string{{"a", "1"}, {"long text"}, {"bc", "2"}}, []string{"a   1", "long text", "bc  2"}},
		{"empty cells", [][]string{{"", "", "x"}, {"", "", "y"}}, []string{"    x", "    y"}},
		{"wide", [][]string{{"地鼠", "1"}, {"gopher", "2"}, {"🐹\uFE0F", "3"}, {"u\u0308", "4"}},
			[]string{"地鼠    1", "gopher  2", "🐹\uFE0F      3", "u\u0308       4"}},
		{"longest", [][]string{{strings.Repeat("a", 67), "1"}, {"", "2"}},
			[]string{strings.Repeat("a", 67) + "  1", strings.Repeat(" ", 67) + "  2"}},
		{"too long", [][]string{{strings.Repeat("a", 68), "1"}, {"b", "2"}, {"bcd", "3"}},
			[]string{strings.Repeat("a", 68) + "  1", "b    2", "bcd  3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, layout.Align(tt.rows)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func ExampleAlign() {
	rows := [][]string{{"2026-05-01", "地鼠", "12 KiB"}, {"2026-04-17", "Of burrows", "3 KiB"}}
	m := gopherframe.NewMenu()
	for i, line := range layout.Align(rows) {
		m.Text(line, fmt.Sprint("post/", i))
	}
	for _, it := range m.Items {
		fmt.Println(it.Name)
	}
	// Output:
	// 2026-05-01  地鼠        12 KiB
	// 2026-04-17  Of burrows  3 KiB
}
