package cgi

import (
	"bufio"
	"io"
	"log/slog"

	"gopherframe/internal/harmless"
)

// How much of what a program writes to standard error is logged, of each run: a program
// that fails in a loop must not fill the log.
const (
	maxErrorLines = 20
	maxErrorLine  = 1000 // bytes
)

// logErrors logs what a program writes to standard error, line by line, until that ends, and how
// many lines were left out.
func logErrors(errs io.Reader, log *slog.Logger) {
	r := bufio.NewReaderSize(errs, maxErrorLine)
	lines, more := 0, 0
	for {
		line, isPrefix, err := r.ReadLine()
		if err != nil {
			break
		}
		if lines++; lines <= maxErrorLines {
			log.Warn("gopherframe: a program wrote to standard error", "text", harmless.Text(string(line)))
		} else {
			more++
		}
		for isPrefix && err == nil {
			_, isPrefix, err = r.ReadLine()
		}
	}
	if more > 0 {
		log.Warn("gopherframe: a program wrote more to standard error", "lines", more)
	}
}
