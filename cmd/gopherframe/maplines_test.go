package main

import "testing"

var mappedSite = map[string]string{
	"gophermap":      "!Welcome\n# comment\n=docs/part\n- a bullet\n-about.txt\n==== ABOUT ====\n1Docs\tdocs\n1Docs\t/docs/\n1More\tmore.gph\n*\n",
	"about.txt":      "About.\n",
	"docs/part":      "Included\n0Lost\tlost.txt\n0Bad\tx\th\tport\n",
	"docs/gophermap": "=part\n=nosuchprogram -f \"x\"\n~\n",
	"docs/lost.txt":  "",
	"more.gph":       "ttop\n[0|About|about.txt|server|port]\n[0|Gone|gone.txt|server|port]\n[0|few]\n",
	"unlinked/map":   "",
}

// mappedProblems are those of mappedSite.
const mappedProblems = `docs/part: line 2: lost.txt: the answer is "Not found."
docs/part: line 3: bad line in a gophermap is shown as text; error: port "port": write a number from 1 to 65535
more.gph: line 3: gone.txt: the answer is "Not found."
more.gph: line 4: bad line in a gophermap is shown as text; error: 2 fields: write [type|name|selector|host|port], or put a t before a text
docs/gophermap: line 2: a line of a gophermap is left out; error: programs in maps are not run here
`

// TestCheckFindsLines: also those of files that are included, and of .gph files.
func TestCheckFindsLines(t *testing.T) {
	checked(t, mappedProblems, "gopherframe: 5 problems on 10 pages\n", 1, writeSite(t, mappedSite))
}

// TestCheckExplains: each line of each map that is read, once.
func TestCheckExplains(t *testing.T) {
	checked(t, `docs/gophermap:1: include: =part
docs/gophermap:2: command: =nosuchprogram -f "x"
docs/gophermap:3: text, for there are no users: ~
docs/part:1: text: Included
docs/part:2: item: 0Lost	lost.txt
docs/part:3: text that makes no sense otherwise: 0Bad	x	h	port
gophermap:1: title: !Welcome
gophermap:2: comment: # comment
gophermap:3: include: =docs/part
gophermap:4: text, not a name to hide: - a bullet
gophermap:5: hide: -about.txt
gophermap:6: text, not a name to include: ==== ABOUT ====
gophermap:7: item: 1Docs	docs
gophermap:8: item: 1Docs	/docs/
gophermap:9: item: 1More	more.gph
gophermap:10: listing: *
more.gph:1: text: ttop
more.gph:2: item: [0|About|about.txt|server|port]
more.gph:3: item: [0|Gone|gone.txt|server|port]
more.gph:4: text that makes no sense otherwise: [0|few]
`+mappedProblems, "gopherframe: 5 problems on 10 pages\n", 1, "--explain", writeSite(t, mappedSite))
	checked(t, "", "gopherframe: --explain is for a directory: a server does not show its gophermaps\n", 2, "--explain", "gopher://localhost/")
}
