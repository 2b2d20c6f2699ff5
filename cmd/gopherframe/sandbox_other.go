//go:build !linux

package main

import "errors"

// sandbox returns an error: Landlock is Linux's.
func sandbox(_, _, _ []string) error {
	return usageError{errors.New("--sandbox: is for Linux, which has Landlock")}
}
