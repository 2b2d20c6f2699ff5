package passwd_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe/internal/passwd"
)

func TestRead(t *testing.T) {
	got, err := passwd.Read(strings.NewReader(`root:x:0:0:root:/root:/bin/bash
# a comment:x:1:1::/:
alice:x:1000:1000:Alice,,,:/home/alice:/bin/sh

+::::::
-bob:x:1001:1001::/home/bob:/bin/sh
carol:x:-5:1002::/home/carol:/bin/sh
dave:x:1003:1003::/home/dave
erin:x:4294967295:1004:::`))
	want := []passwd.Account{{Name: "root", Home: "/root"}, {Name: "alice", UID: 1000, Home: "/home/alice"}, {Name: "erin", UID: 4294967295}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("(-want +got): %s%v", diff, err)
	}
}

func TestReadIsBounded(t *testing.T) {
	line := "alice:x:1000:1000:" + strings.Repeat("a", 1000) + ":/home/alice:/bin/sh\n"
	got, err := passwd.Read(strings.NewReader(strings.Repeat(line, 20<<20/len(line))))
	if n := 16 << 20 / len(line); len(got) != n || err != nil {
		t.Errorf("%d accounts of a long file, %v, want %d", len(got), err, n)
	}
	if got, err := passwd.Read(strings.NewReader("alice:x:1000:1000::/home/alice:/bin/sh\n" + strings.Repeat("a", 1<<20))); len(got) != 1 || err == nil {
		t.Errorf("of a file with a long line: %v, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("root:x:0:0:root:/root:/bin/bash\n+:::\n")
	f.Fuzz(func(t *testing.T, text string) {
		accounts, _ := passwd.Read(strings.NewReader(text))
		for _, a := range accounts {
			if a.Name == "" || strings.ContainsAny(a.Name+a.Home, ":\n") {
				t.Errorf("%+v", a)
			}
		}
	})
}
