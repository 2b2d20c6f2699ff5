package middleware

import "gopherframe"

// notFound returns "Not found." for the client, with the cause for the log.
func notFound(cause error) *gopherframe.Error {
	err := gopherframe.NotFound("")
	err.Err = cause
	return err
}
