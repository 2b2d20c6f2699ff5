package middleware_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

func TestFooter(t *testing.T) {
	footer := gopherframe.NewMenu().Info("--").Menu("Home", "")
	mw := middleware.Footer(footer)
	footer.Items[0].Name = "changed later"

	menu := gopherframe.NewMenu().Text("a", "a").Text("b", "b")
	menu.Items = menu.Items[:1] // with spare capacity
	kept := menu.Items[:2]
	h := mw(answers(menu))
	for range 2 {
		want := gopherframe.NewMenu().Text("a", "a").Info("--").Menu("Home", "")
		if diff := cmp.Diff(gopherframe.Response(want), h(&gopherframe.Request{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if kept[1].Name != "b" || len(menu.Items) != 1 {
		t.Errorf("the handler's menu is now %v", kept)
	}
	for _, resp := range []gopherframe.Response{
		gopherframe.Text("x"), gopherframe.NotFound(""), gopherframe.Pass, nil, (*gopherframe.Menu)(nil), &gopherframe.File{},
	} {
		if got := mw(answers(resp))(&gopherframe.Request{}); got != resp {
			t.Errorf("%v became %v", resp, got)
		}
	}
	wantPanic(t, "give a menu", func() { middleware.Footer(nil) })
}

func ExampleFooter() {
	r := gopherframe.NewRouter()
	r.Use(middleware.Footer(gopherframe.NewMenu().Info("").Menu("Home", "/")))
	r.Handle("news", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Text("Nothing new", "news/1")
	})
	for _, it := range r.Respond(&gopherframe.Request{Selector: "news"}).(*gopherframe.Menu).Items {
		fmt.Printf("%c %q %q\n", it.Type, it.Name, it.Selector)
	}
	// Output:
	// 0 "Nothing new" "news/1"
	// i "" ""
	// 1 "Home" "/"
}
