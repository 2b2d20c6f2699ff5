//go:build unix

package files_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/leak"
)

// TestGophernicusPrograms: what programs and command lines print in maps is the same under
// Debian's gophernicus, their variables, too. It takes "=prog" for a command in PATH, where "=./prog"
// is the program in the directory to both; and it adds the last slash of a directory to SELECTOR.
func TestGophernicusPrograms(t *testing.T) {
	leak.Check(t)
	variables := `echo "$GATEWAY_INTERFACE $REQUEST_METHOD $SERVER_PROTOCOL $SERVER_NAME $SERVER_HOST $SERVER_PORT"
echo "$REMOTE_ADDR $SELECTOR $REQUEST $GOPHER_CHARSET $COLUMNS"
`
	dir := programSite(t, map[string]string{
		"executable/gophermap": "#!/bin/sh\n" + variables + "printf '!A title\\n1A link\\tx\\n0Relative\\ta.txt\\n1Far\\tx\\tfar.example\\t70\\n# a comment\\n.\\nnot shown\\n'\n",
		"listing/gophermap":    "#!/bin/sh\nprintf 'before\\n-hidden.txt\\n:foo=I\\n*\\nnot shown\\n'\n",
		"program/prog":         "#!/bin/sh\n" + variables + "printf '0Relative\\ta.txt\\n'\n",
		"program/quiet":        "#!/bin/sh\n",
	}, map[string]string{
		"program/gophermap":  "before\n=./prog\n=./quiet\nafter\n",
		"commands/gophermap": "=echo \"your address: $REMOTE_ADDR\"\n=echo one | tr o 0\n=/bin/echo two  words\n=printf '0Relative\\\\ta.txt\\\\n'\n=false || echo three\nafter\n",
		"listing/a.foo":      "a\n",
		"listing/hidden.txt": "h\n",
	})
	addr := serveGophernicus(t, gophernicus(t), dir)
	h := serveDir(t, dir, files.CGI(runner(), "gophermap", "prog", "quiet"), files.MapCommands(runner()))
	for _, page := range []string{"executable", "listing", "program", "commands"} {
		t.Run(page, func(t *testing.T) {
			resp := h(&gopherframe.Request{Selector: page + "/", Host: "gopher.test", Port: 70, Remote: netip.MustParseAddrPort("127.0.0.1:7070")})
			ours, ok := resp.(*gopherframe.Menu)
			if !ok {
				t.Fatalf("%v is no menu", resp)
			}
			if diff := cmp.Diff(comparable(fetchMenu(t, addr, "/"+page+"/")), comparable(ours)); diff != "" {
				t.Errorf("(-gophernicus +ours):\n%s", diff)
			}
		})
	}
}
