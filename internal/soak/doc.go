// Package soak has tests that take minutes: mixed load on all transports at once, with
// hostile clients beside it, and floods.
//
//	go test -tags soak ./internal/soak -duration 10m -timeout 30m
package soak
