package main

import (
	"fmt"
	"slices"
)

// A series is one figure of one contender, a value for each round.
type series []float64

// median returns the middle value. ok is false if there is none.
func (s series) median() (v float64, ok bool) {
	if len(s) == 0 {
		return 0, false
	}
	return slices.Sorted(slices.Values(s))[len(s)/2], true
}

// over divides each value by that of the same round of another series.
func (s series) over(reference series) series {
	var ratios series
	for i := range min(len(s), len(reference)) {
		ratios = append(ratios, s[i]/reference[i])
	}
	return ratios
}

// times multiplies each value.
func (s series) times(factor float64) series {
	var all series
	for _, v := range s {
		all = append(all, v*factor)
	}
	return all
}

// minus subtracts the value of the same round of another series.
func (s series) minus(other series) series {
	var all series
	for i := range min(len(s), len(other)) {
		all = append(all, s[i]-other[i])
	}
	return all
}

// spread formats the median, with least and greatest value in parentheses.
func (s series) spread(format string) string {
	m, ok := s.median()
	if !ok {
		return "-"
	}
	if len(s) == 1 {
		return fmt.Sprintf(format, m)
	}
	return fmt.Sprintf(format+" ("+format+" to "+format+")", m, slices.Min(s), slices.Max(s))
}

// text formats the median.
func (s series) text(format string) string {
	if m, ok := s.median(); ok {
		return fmt.Sprintf(format, m)
	}
	return "-"
}
