package cgi_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/cgi"
)

// FuzzServe: whatever the environment says, the app sees one line, and its menu has the items that
// it made and no others.
func FuzzServe(f *testing.F) {
	f.Add("/cgi-bin/app", "/post/7", "", "words", "")
	f.Add("/app", "?/%0A3forged%09x", "/a\nb", "a\tb\r\n", "geomyidae")
	f.Add("/a\tb\r\n.", "//%2e%2e", "", "odd", "") // is answered by a Stream
	f.Fuzz(func(t *testing.T, script, query, path, search, software string) {
		env := []string{"GATEWAY_INTERFACE=CGI/1.1", "SERVER_NAME=example.org", "SERVER_PORT=70", "SCRIPT_NAME=" + script, "QUERY_STRING=" + query,
			"SEARCHREQUEST=" + search, "SERVER_SOFTWARE=" + software}
		if path != "" {
			env = append(env, "PATH_INFO="+path)
		}
		items := gopherframe.NewMenu().Text("a text", "a").Text("b", "").Info("end")
		app := func(q *gopherframe.Request) gopherframe.Response {
			if strings.ContainsAny(q.Selector+q.Query, "\r\n") {
				t.Errorf("the app sees %q, %q", q.Selector, q.Query)
			}
			if len(q.Query)%2 == 0 {
				return items
			}
			return &gopherframe.Stream{Type: gopherframe.TypeMenu, Write: func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, "0a text\ta\texample.org\t70\r\n0b\t\texample.org\t70\r\niend\t\terror.host\t0\r\n.\r\n")
				return err
			}}
		}
		var out strings.Builder
		err := cgi.ServeCall(t.Context(), env, []string{"app", query, search, "", "", path, script}, &out, app, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		if strings.HasPrefix(lines[0], "3") { // the line is too long
			return
		}
		if strings.HasPrefix(software, "geomyidae") && strings.HasSuffix(script, ".dcgi") {
			if len(lines) != 4 {
				t.Errorf("%q", lines)
			}
			return
		}
		if len(lines) != 5 || lines[3] != ".\r" {
			t.Fatalf("%q", lines)
		}
		for _, line := range lines[:3] {
			if strings.Count(line, "\t") != 3 || strings.IndexByte(line, '\r') != len(line)-1 {
				t.Errorf("%q", line)
			}
		}
	})
}

// TestServeOneLine: a line end that a server has decoded cuts nothing off.
func TestServeOneLine(t *testing.T) {
	env := []string{"GATEWAY_INTERFACE=CGI/1.1", "SCRIPT_NAME=/app", "PATH_INFO=/a\r\nb", "SEARCHREQUEST=two\nwords"}
	app := func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Text(q.Selector + "|" + q.Query) }
	var out strings.Builder
	if err := cgi.ServeCall(t.Context(), env, nil, &out, app, nil); out.String() != "a  b|two words\r\n" || err != nil {
		t.Errorf("%q, %v", &out, err)
	}
}
