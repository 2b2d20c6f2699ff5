package gopherframe_test

import (
	"testing"

	"gopherframe"
)

func TestItemType(t *testing.T) {
	for _, tt := range []struct {
		typ                        gopherframe.ItemType
		menu, leadsNowhere, isText bool
		text                       string
	}{
		{gopherframe.TypeText, false, false, true, "0"},
		{gopherframe.TypeMenu, true, false, false, "1"},
		{gopherframe.TypeError, false, true, false, "3"},
		{gopherframe.TypeSearch, true, false, false, "7"},
		{gopherframe.TypeBinary, false, false, false, "9"},
		{gopherframe.TypeHTML, false, false, false, "h"},
		{gopherframe.TypeInfo, false, true, false, "i"},
		{gopherframe.TypeImage, false, false, false, "I"},
		{0, false, false, false, ""},
		{1, false, false, false, `\x01`},
		{' ' - 1, false, false, false, `\x1f`},
		{' ', false, false, false, " "},
		{'~', false, false, false, "~"},
		{'~' + 1, false, false, false, `\x7f`},
		{0xe9, false, false, false, `\xe9`}, // no character of UTF-8 by itself
	} {
		if tt.typ.IsMenu() != tt.menu || tt.typ.LeadsNowhere() != tt.leadsNowhere || tt.typ.IsText() != tt.isText {
			t.Errorf("%q: menu %v, leads nowhere %v, text %v", tt.typ, tt.typ.IsMenu(), tt.typ.LeadsNowhere(), tt.typ.IsText())
		}
		if got := tt.typ.String(); got != tt.text {
			t.Errorf("type %d is shown as %q, want %q", byte(tt.typ), got, tt.text)
		}
	}
}
