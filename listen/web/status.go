package web

import (
	"context"

	"gopherframe"
)

// The texts of Fail and NotFound, for which gopherframe has no constants.
var (
	timedOutText = gopherframe.Fail(context.DeadlineExceeded).Text
	notFoundText = gopherframe.NotFound("").Text
)

// methodText is for requests that are neither GET nor HEAD nor OPTIONS.
const methodText = "Method not allowed."
