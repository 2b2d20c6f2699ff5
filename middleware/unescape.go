package middleware

import (
	"net/url"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

// Unescape serves clients that send a selector as it is percent-encoded in a URL: vf1,
// sacc, bombadillo and snarf send "a%20b" if somebody types that. The request is first
// answered as it was sent. If the answer is an error and the selector has a "%", the
// percent-decoded selector is asked, as a new request. If that gets no answer either, the
// first error is the answer. A selector is decoded once, and not at all if it would then
// contain CR, LF, TAB or NUL.
//
// Put Unescape around the whole Router:
//
//	listen.Run(ctx, middleware.Unescape(r.Respond), …)
//
// There the decoded selector passes the middleware of its own route, as if it had been
// sent: AllowNets on "secret" also guards "%73ecret". Do not give Unescape to Use or With.
// A Router finds the route before it calls middleware, so the route of the encoded selector
// would answer for the decoded one, past the middleware of the other route. The same would
// happen around a Handler within a Mount.
//
// If it decodes, middleware inside sees two requests: RateLimit counts both, and Logger
// logs both, each with the bytes of the one answer that is sent. Logger and Metrics around
// Unescape see one exchange, with the selector as it was sent and the pattern, if any, that
// matched it. Unescape allocates nothing unless it decodes.
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
