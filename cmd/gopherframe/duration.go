package main

import (
	"fmt"
	"strconv"
	"time"
)

// A duration is a time on the command line: 90s, 1m30s, 500ms, or a number of seconds,
// 90 or 0.5. It is not negative.
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler, for package kong, which adds the name
// of the flag to the error.
func (d *duration) UnmarshalText(text []byte) error {
	s := string(text)
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		s += "s"
	}
	parsed, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is no time: write a number of seconds, or one with its unit as in 500ms or 1m30s", text)
	}
	if parsed < 0 {
		return fmt.Errorf("%s is less than 0", text)
	}
	*d = duration(parsed)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// moreThanNothing returns a usageError if the time of the flag is 0.
func (d duration) moreThanNothing(flag string) error {
	if d == 0 {
		return usageError{fmt.Errorf("%s 0: the time must be more than 0", flag)}
	}
	return nil
}
