package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/middleware"
)

// A rate is the value of --rate, how many requests a client may make in a time. The zero
// rate is no limit.
type rate struct {
	requests int
	unit     string // a key of rateUnits
}

var rateUnits = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}

// maxRate is how many requests a rate may allow, so that a time lies between them even in a second.
const maxRate = 1_000_000

var errRate = errors.New("write N/s, N/m or N/h, as 10/s, with N from 1 to 1000000")

// UnmarshalText implements encoding.TextUnmarshaler. An empty text is the zero rate.
func (r *rate) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = rate{}
		return nil
	}
	number, unit, _ := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(number)
	if _, known := rateUnits[unit]; err != nil || !known || n < 1 || n > maxRate {
		return errRate
	}
	*r = rate{n, unit}
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (r rate) MarshalText() ([]byte, error) {
	if r.requests == 0 {
		return nil, nil
	}
	return fmt.Appendf(nil, "%d/%s", r.requests, r.unit), nil
}

// limit returns h, limited to the rate for each client. After a pause a client may make
// the requests of a whole unit at once.
func (r rate) limit(h gopherframe.Handler) gopherframe.Handler {
	if r.requests == 0 {
		return h
	}
	return middleware.RateLimit(rateUnits[r.unit]/time.Duration(r.requests), r.requests)(h)
}
