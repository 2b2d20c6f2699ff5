package client_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/transcript"
)

func TestParseMenu(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want []gopherframe.Item
	}{
		{"nothing", "", nil},
		{"only the end", ".\r\n", nil},
		{"stops at the period", "0a\tb\th\t70\r\n.\r\n0c\td\th\t70\r\n", []gopherframe.Item{{Type: '0', Name: "a", Selector: "b", Host: "h", Port: 70}}},
		{"LF, no period, no last line end", "0a\tb\th\t70\n1c\td\th\t7070", []gopherframe.Item{{Type: '0', Name: "a", Selector: "b", Host: "h", Port: 70}, {Type: '1', Name: "c", Selector: "d", Host: "h", Port: 7070}}},
		{"Gopher+", "0a\tb\th\t70\t+\r\n", []gopherframe.Item{{Type: '0', Name: "a", Selector: "b", Host: "h", Port: 70}}},
		{"fields missing", "0a\tb\r\n0c\td\th\r\n", []gopherframe.Item{{Type: '0', Name: "a", Selector: "b", Host: "", Port: 0}, {Type: '0', Name: "c", Selector: "d", Host: "h", Port: 0}}},
		{"bad port", "0a\tb\th\t7x\r\n", []gopherframe.Item{{Type: '0', Name: "a", Selector: "b", Host: "h", Port: 0}}},
		{"port with space", "0a\tb\th\t70 \r\n", []gopherframe.Item{{Type: '0', Name: "a", Selector: "b", Host: "h", Port: 70}}},
		{"text", "hello\r\n\r\n", []gopherframe.Item{{Type: 'i', Name: "hello", Selector: "", Host: "", Port: 0}, {Type: 'i', Name: "", Selector: "", Host: "", Port: 0}}},
		{"no type", "\tb\th\t70\r\n", []gopherframe.Item{{Type: 'i', Name: "\tb\th\t70", Selector: "", Host: "", Port: 0}}},
		{"info", "ihi\t\terror.host\t0\r\nix\tfake\t(NULL)\t0\r\n", []gopherframe.Item{{Type: 'i', Name: "hi", Selector: "", Host: "", Port: 0}, {Type: 'i', Name: "x", Selector: "fake", Host: "(NULL)", Port: 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := client.ParseMenu(strings.NewReader(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, m.Items); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseMenuLimits(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		in    io.Reader
		items int
		err   error
		text  string // in the error
	}{
		{"a long line", strings.NewReader("0a\tb\th\t70\n" + strings.Repeat("x", 70_000)), 1, client.ErrTooLong, "a line of more than 65536 bytes"},
		{"many items", strings.NewReader(strings.Repeat("\n", 200_001)), 200_000, client.ErrTooLong, "more than 200000 items"},
		{"as many items as may be", strings.NewReader(strings.Repeat("\n", 200_000) + ".\r\n"), 200_000, nil, ""},
		{"cut in a line", io.MultiReader(strings.NewReader("0a\tb\th\t70\n0c\td"), iotest.ErrReader(broken)), 1, broken, "broken"},
	} {
		m, err := client.ParseMenu(tt.in)
		if len(m.Items) != tt.items || !errors.Is(err, tt.err) || err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %d items, error %v; want %d, %v", tt.name, len(m.Items), err, tt.items, tt.err)
		}
	}
}

func TestTextReader(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"framed", transcript.Lines("a", "..b", "."), "a\n.b\n"},
		{"nothing", "", ""},
		{"empty", transcript.Lines("", "."), "\n"},
		{"only the end", ".\r\n", ""},
		{"LF", "a\n.\n", "a\n"},
		{"end without line end", "a\r\n.", "a\n"},
		{"no end", "a\r\nb", "a\nb"},
		{"period in the middle", "a\r\n.\r\nb\r\n", "a\n.\nb\n"},
		{"CR in a line", "a\rb\r\n", "a\rb\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := io.ReadAll(client.NewTextReader(strings.NewReader(tt.in)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteRequest(t *testing.T) {
	var b strings.Builder
	if err := client.WriteRequest(&b, "find", "a b"); err != nil || b.String() != "find\ta b\r\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
	for _, bad := range []string{"a\tb", "a\rb", "a\nb", "a\x00"} {
		b.Reset()
		if err := client.WriteRequest(&b, bad); err == nil || b.Len() > 0 {
			t.Errorf("%q was written as %q", bad, b.String())
		}
	}
}

func ExampleParseMenu() {
	wire := "iWelcome\t\terror.host\t0\r\n0About\tabout.txt\tgopher.example\t70\r\n.\r\n"
	menu, err := client.ParseMenu(strings.NewReader(wire))
	if err != nil {
		fmt.Println(err)
	}
	for _, it := range menu.Items {
		fmt.Printf("%c %s %q\n", it.Type, it.Name, it.Selector)
	}
	// Output:
	// i Welcome ""
	// 0 About "about.txt"
}
