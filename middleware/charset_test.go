package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"gopherframe"
	"gopherframe/middleware"
)

// charsetTests have a text and the same text in the charset.
var charsetTests = []struct {
	name string
	enc  encoding.Encoding
	in   string
	want string
}{
	{"ASCII", nil, "plain\ttext\r\n\x00\x7f", "plain\ttext\r\n\x00\x7f"},
	{"accents", nil, "Ünïcödé Ångström ñ Ž", "Unicode Angstrom n Z"},
	{"accents behind letters", nil, "u\u0308 e\u0301", "u e"},
	{"quotation marks", nil, "“a” ‘b’ „c“ «d» — …", `"a" 'b' "c" "d" - ...`},
	{"ligatures", nil, "straße, Æsop, œuvre, ﬁn", "strasse, AEsop, oeuvre, fin"},
	{"compatibility", nil, "½ ™ Ａ．\u00a0№", "1/2 TM A. No"},
	{"nothing like it", nil, "日本 🐹 한", "?? ? ?"},
	{"hints", nil, "a\u200db\ufe0f\ufeff\u00ad", "ab"},
	{"not UTF-8", nil, "a\xffb\xc3", "a?b?"},
	{"controls", nil, "\u009b31m\u0085\u2028", "?31m??"},
	{"the first control", nil, "\u0080", "?"},
	{"between ASCII and Latin-1", nil, "~\x7f\u0080\u009f\u00a0", "~\x7f?? "},
	{"long", nil, "\ufdfa", "?"},
	{"Latin-1", charmap.ISO8859_1, "Grüße “€” œ", "Gr\xfc\xdfe \"EUR\" oe"},
	{"Latin-1, controls", charmap.ISO8859_1, "\u009b31m\u0085", "?31m?"},
	{"Latin-1, between ASCII and Latin-1", charmap.ISO8859_1, "~\x7f\u0080\u009f\u00a0", "~\x7f??\xa0"},
	{"Latin-1, accents behind letters", charmap.ISO8859_1, "u\u0308 Z\u030c", "\xfc Z"},
	{"Latin-1, accents behind the ends of lines", charmap.ISO8859_1, "cafe\u0301\nu\n\u0308e\u0323\u0302\u0301\n", "caf\xe9\nu\ne\n"},
	{"Latin-1, many accents", charmap.ISO8859_1, "u" + strings.Repeat("\u0308", 100) + "x", "\xfcx"},
	{"DOS", charmap.CodePage437, "é ─ ½ 日", "\x82 \xc4 \xab ?"},
	{"Windows", charmap.Windows1252, "“€”", "\x93\x80\x94"},
	{"Japanese", japanese.ShiftJIS, "日本é", "\x93\xfa\x96{e"},
	{"UTF-8", unicode.UTF8, "日本é\xff", "日本é?"},
}

func TestCharset(t *testing.T) {
	for _, tt := range charsetTests {
		t.Run(tt.name, func(t *testing.T) {
			mw := middleware.Charset(tt.enc)
			cause := errors.New("cause")
			menu := gopherframe.NewMenu().Text(tt.in, "selector é").Add(gopherframe.Item{Type: '1', Name: "x", Host: "é"})
			for _, row := range []struct{ resp, want gopherframe.Response }{
				{gopherframe.Text(tt.in), gopherframe.Text(tt.want)},
				{menu, gopherframe.NewMenu().Text(tt.want, "selector é").Add(gopherframe.Item{Type: '1', Name: "x", Host: "é"})},
			} {
				if diff := cmp.Diff(row.want, mw(answers(row.resp))(&gopherframe.Request{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			if menu.Items[0].Name != tt.in {
				t.Error("the handler's menu was changed")
			}
			e := mw(answers(&gopherframe.Error{Text: tt.in, Err: cause}))(&gopherframe.Request{}).(*gopherframe.Error)
			if e.Text != tt.want || !errors.Is(e, cause) {
				t.Errorf("error %q, %v", e.Text, e)
			}
			stream := mw(answers(&gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
				for i := range len(tt.in) {
					if n, err := w.Write([]byte{tt.in[i]}); n != 1 || err != nil {
						return fmt.Errorf("%d, %w", n, err)
					}
				}
				return nil
			}}))(&gopherframe.Request{}).(*gopherframe.Stream)
			var out bytes.Buffer
			if err := stream.Write(t.Context(), &out); err != nil || out.String() != tt.want {
				t.Errorf("stream: %q, %v, want %q", out.String(), err, tt.want)
			}
		})
	}
}

func TestCharsetLeavesAlone(t *testing.T) {
	mw := middleware.Charset(nil)
	for _, resp := range []gopherframe.Response{
		gopherframe.Text("ASCII"), gopherframe.NewMenu().Text("ASCII", "é"), gopherframe.NotFound(""), gopherframe.Pass, nil,
		(*gopherframe.Menu)(nil), (*gopherframe.Error)(nil), (*gopherframe.Stream)(nil), &gopherframe.File{Name: "é"}, &gopherframe.Stream{Type: '9'},
	} {
		h := mw(answers(resp))
		q := &gopherframe.Request{}
		if got := h(q); got != resp {
			t.Errorf("%v became %v", resp, got)
		}
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
			t.Errorf("%T: %v allocations", resp, n)
		}
	}
	if got := mw(answers(gopherframe.Binary("é")))(&gopherframe.Request{}).(gopherframe.Binary); string(got) != "é" {
		t.Errorf("binary %q", got)
	}
}

// TestCharsetIsPrompt: a Stream is sent as it is written, but for a last character that is
// not known to be complete. The error of its Write is passed on.
func TestCharsetIsPrompt(t *testing.T) {
	broken := errors.New("broken")
	var out bytes.Buffer
	stream := middleware.Charset(nil)(answers(&gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "né\n\xc3")
		if out.String() != "ne\n" {
			t.Errorf("only %q has left", out.String())
		}
		io.WriteString(w, "\xa9 cafe\u0301")
		if out.String() != "ne\ne caf" {
			t.Errorf("now %q has left", out.String())
		}
		return broken
	}}))(&gopherframe.Request{}).(*gopherframe.Stream)
	if err := stream.Write(t.Context(), &out); err != broken {
		t.Errorf("%v", err)
	}
}

func TestCharsetOfAQuery(t *testing.T) {
	tests := []struct {
		name string
		enc  encoding.Encoding
		line string
		want string
	}{
		{"Latin-1", charmap.ISO8859_1, "x\tgr\xfc\xdfe", `"grüße" ["grüße"]`},
		{"UTF-8", charmap.ISO8859_1, "x\tgrüße", `"grüße" ["grüße"]`},
		{"more fields", charmap.ISO8859_1, "x\t\xfc\t\xfc", `"ü" ["ü" "\xfc"]`},
		{"ASCII knows nothing", nil, "x\t\xfc", `"\xfc" ["\xfc"]`},
		{"none", charmap.ISO8859_1, "x", `"" []`},
		{"Shift JIS", japanese.ShiftJIS, "x\t\x93\xfa", `"日" ["日"]`},
	}
	for _, tt := range tests {
		h := middleware.Charset(tt.enc)(func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Binary(fmt.Sprintf("%q %q", q.Query, q.Extra))
		})
		if got := exchange(t, h, tt.line+"\n", gopherframe.Info{}); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	q := &gopherframe.Request{Query: "\xfc", Extra: []string{"\xfc"}}
	middleware.Charset(charmap.ISO8859_1)(answers(nil))(q)
	if q.Query != "\xfc" || q.Extra[0] != "\xfc" {
		t.Errorf("the request was changed: %q %q", q.Query, q.Extra)
	}
}

func TestCharsetRefuses(t *testing.T) {
	wantPanic(t, "give a charset that has ASCII in it", func() { middleware.Charset(charmap.CodePage037) })
	wantPanic(t, "give a charset that has ASCII in it", func() { middleware.Charset(unicode.UTF16(unicode.BigEndian, unicode.UseBOM)) })
}

func FuzzCharset(f *testing.F) {
	for _, tt := range charsetTests {
		f.Add(tt.in, 3)
	}
	f.Add(strings.Repeat("cafe\u0301 …", 2000)+"\n"+strings.Repeat("日\n", 2000), 9999)
	f.Fuzz(func(t *testing.T, in string, at int) {
		text := string(middleware.Charset(nil)(answers(gopherframe.Text(in)))(&gopherframe.Request{}).(gopherframe.Text))
		if i := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }); i >= 0 {
			t.Fatalf("%q is not ASCII", text)
		}
		for _, c := range "\r\n\t\x00\x1b" {
			if strings.Count(text, string(c)) != strings.Count(in, string(c)) {
				t.Fatalf("%q became %q: not as many %q", in, text, c)
			}
		}
		// A Stream written in two pieces gives the same text.
		at = min(max(at, 0), len(in))
		stream := middleware.Charset(nil)(answers(&gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, in[:at])
			_, err := io.WriteString(w, in[at:])
			return err
		}}))(&gopherframe.Request{}).(*gopherframe.Stream)
		var out bytes.Buffer
		if err := stream.Write(t.Context(), &out); err != nil || out.String() != text {
			t.Fatalf("%q, %v, want %q", out.String(), err, text)
		}
	})
}

func ExampleCharset() {
	r := gopherframe.NewRouter()
	r.Use(middleware.Charset(charmap.ISO8859_1))
	r.Handle("greeting", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("Schöne Grüße – “bis bald” 🐹")
	})
	fmt.Printf("%q\n", r.Respond(&gopherframe.Request{Selector: "greeting"}))
	// Output:
	// "Sch\xf6ne Gr\xfc\xdfe - \"bis bald\" ?"
}
