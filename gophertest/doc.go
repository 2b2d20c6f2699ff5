// Package gophertest is for testing what is built with gopherframe: handlers in
// memory, servers on loopback, all links of an app, menus as they were sent, and
// handlers and middleware of third parties.
//
//	res := gophertest.Get(r.Respond, "about.txt")
//	if diff := cmp.Diff("About us.\n", res.Text); diff != "" {
//		t.Errorf("(-want +got):\n%s", diff)
//	}
//	if err := gophertest.Crawl(r.Respond).Err(); err != nil {
//		t.Error(err)
//	}
//
// Only tests should import it: it imports package testing.
package gophertest
