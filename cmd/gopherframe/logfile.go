package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
)

// A logFile is the file of --log-file. It stays open until the program ends. It is safe for
// concurrent use.
type logFile struct {
	name    string       // absolute, so that it is the same file whatever the working directory
	console *slog.Logger // is told of errors, which the file itself may not take

	mu      sync.Mutex
	file    *os.File
	failing bool   // the last Write failed
	rest    []byte // of a line that the last Write wrote only the beginning of
}

// openLogFile opens the file, and makes it if there is none.
func openLogFile(name string, console *slog.Logger) (*logFile, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("--log-file: %w", err)
	}
	l := &logFile{name: path, console: console}
	return l, l.reopen()
}

// reopen opens the file that has the name now. Lines written before are in the one opened
// before, which stays in use after an error.
func (l *logFile) reopen() error {
	// O_APPEND, because others may cut the file short, as copytruncate of logrotate does.
	// O_NONBLOCK, because opening a FIFO that nobody reads would last until somebody does.
	file, err := os.OpenFile(l.name, os.O_WRONLY|os.O_CREATE|os.O_APPEND|syscall.O_NONBLOCK, 0o640)
	if err != nil {
		return fmt.Errorf("--log-file: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
	}
	l.file, l.failing, l.rest = file, false, nil
	return nil
}

// reopenOnHangup calls reopen for each SIGHUP, until stop is called. stop does not wait for the
// last reopen, which may wait for a Write to a FIFO whose reader has stopped.
func (l *logFile) reopenOnHangup() (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for range hangups {
			if err := l.reopen(); err != nil {
				l.console.Error("gopherframe: the log goes on in the old file", "error", err.Error())
			}
		}
	}()
	return func() {
		signal.Ignore(syscall.SIGHUP) // Stop would leave a moment in which it ends the program
		close(hangups)
	}
}

// Write appends whole lines to the file. The first of several failures is told on stderr. A line
// of which only the beginning could be written is completed by the next Write.
func (l *logFile) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.file.Write(l.rest)
	l.rest = l.rest[n:]
	if err == nil {
		n, err = l.file.Write(lines)
		if n > 0 && lines[n-1] != '\n' {
			end := bytes.IndexByte(lines[n:], '\n')
			l.rest = bytes.Clone(lines[n : n+end+1])
		}
	}
	if err != nil && !l.failing {
		l.console.Error("gopherframe: lines of the log are lost", "error", err.Error())
	}
	l.failing = err != nil
	return len(lines), err
}
