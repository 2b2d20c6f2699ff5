package filetype_test

import (
	"testing"

	"gopherframe/internal/filetype"
)

func TestExtensions(t *testing.T) {
	own, general := filetype.Extensions{}, filetype.Extensions{}
	for _, tt := range []struct {
		in  filetype.Extensions
		ext string
		typ byte
		ok  bool
	}{
		{own, "gmi", '0', true},
		{own, ".DAT", 's', true},
		{general, "gmi", '9', true},
		{general, "Png", 'g', true},
		{general, "", '0', false},
		{general, ".", '0', false},
		{general, "tar.gz", '9', false}, // the extension of such a name is gz
		{general, "a/b", '0', false},
		{general, "x", 0, false},
		{general, "x", ' ', false},
		{general, "x", '.', false},
		{general, "x", 0x7F, false},
	} {
		if err := tt.in.Set(tt.ext, tt.typ); (err == nil) != tt.ok {
			t.Errorf("Set(%q, %q): %v", tt.ext, tt.typ, err)
		}
	}
	for name, want := range map[string]byte{"a.gmi": '0', "A.GMI": '0', "a.dat": 's', "a.png": 'g', "a.txt": '0', "a.x": 0, "gmi": 0} {
		if got := filetype.ByName(name, own, nil, general); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
