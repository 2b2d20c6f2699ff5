package main

import "testing"

// TestGetWithoutType: the URL has no type letter, and the error says what to write.
func TestGetWithoutType(t *testing.T) {
	url := "gopher://" + start(t, "--log", "off", site).addr + "/"
	hint := func(asked, typ, meant string) string {
		return ` (this asked for "` + asked + `" as type ` + typ + "; if the URL lacks its type, write " + url + meant + ")\n"
	}
	refused := "gopherframe: 127.0.0.1 says: Not found."
	for path, want := range map[string]string{
		"docs":       refused + hint("ocs", "d", "1docs"),
		"about.txt":  refused + hint("bout.txt", "a", "0about.txt"),
		"gopher.txt": refused + hint("opher.txt", "g", "0gopher.txt"),
		"%C3%BCber":  "gopherframe: 127.0.0.1 says: Bad selector." + hint(`\xbcber`, `\xc3`, "1%C3%BCber"),
		"d/x":        refused + hint("/x", "d", "1d/x"),
		"0nope":      refused + "\n",
		"I/nope":     refused + "\n",
	} {
		if out, errs, code := call(t, "", "get", url+path); out != "" || errs != want || code != 1 {
			t.Errorf("%s: exit %d, %q, %q, want %q", path, code, out, errs, want)
		}
	}
	// A server that sends its errors as text refuses nothing.
	url = "gopher://" + answerOnce(t, "no such file\r\n") + "/"
	out, errs, code := call(t, "", "get", url+"docs")
	if out != "no such file\r\n" || errs != "gopherframe: "+url+"docs"+hint("ocs", "d", "1docs") || code != 0 {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	url = "gopher://" + answerOnce(t, "\x00") + "/"
	out, errs, code = call(t, "", "get", url+"I/picture")
	if out != "\x00" || errs != "" || code != 0 {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}
