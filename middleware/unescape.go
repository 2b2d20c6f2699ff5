package middleware

import (
	"net/url"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

// Unescape serves clients that send a selector as it is percent-encoded in a URL: vf1,
// sacc, bombadillo and snarf send "a%20b" if that was typed. The request is first answered
// as it was sent. If the answer is an error and the selector has a "%", the percent-decoded
// selector is asked, as a new request. If that yields no answer either, the first error is
// the answer. A selector is decoded once, and not if CR, LF, TAB or NUL would be in it.
//
// Put it around the whole Router:
//
//	listen.Run(ctx, middleware.Unescape(r.Respond), …)
//
// There the decoded selector passes all middleware of its own route, as if it had been
// sent: "%73ecret" reaches nobody whom AllowNets keeps from "secret". Do not give it to
// Use or With: a Router looks for the route before it calls middleware, so the route of the
// encoded selector would answer for the decoded one. The same goes for a Handler inside of
// a Mount.
//
// Trust: nothing that a client says. Failure: none. Order: around the Router. What is
// inside sees two requests if the selector is decoded: Logger logs both, each with the
// bytes of the one answer that is sent, and RateLimit counts both. Logger and Metrics
// around Unescape see one, with the selector as it was sent and the pattern, if any, that
// matched this. It allocates nothing unless it decodes.
func Unescape(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		first := next(q)
		if gopherframe.ErrorOf(first) == nil || !strings.Contains(q.Selector, "%") {
			return first
		}
		decoded, err := url.PathUnescape(q.Selector)
		if err != nil || strings.ContainsAny(decoded, framing.Forbidden) {
			return first
		}
		again := q.WithContext(q.Context()) // a copy
		again.Selector = decoded
		second := next(again)
		if second == nil || second == gopherframe.Pass || gopherframe.ErrorOf(second) != nil {
			return first
		}
		return second
	}
}
