// Package gophertest is for testing apps, as [net/http/httptest] is for HTTP. It asks
// handlers in memory ([Get]) and over loopback ([NewServer]), follows all links of an app
// ([Crawl]), checks menus as they were sent ([Lint]), and tests what every handler and
// every middleware has to do ([TestHandler], [TestMiddleware]).
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
