package main

import (
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
	failing bool // the last Write failed
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
	file, err := os.OpenFile(l.name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return fmt.Errorf("--log-file: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
	}
	l.file, l.failing = file, false
	return nil
}

// reopenOnHangup calls reopen for each SIGHUP, until stop is called.
func (l *logFile) reopenOnHangup() (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range hangups {
			if err := l.reopen(); err != nil {
				l.console.Error("gopherframe: the log goes on in the old file", "error", err.Error())
			}
		}
	}()
	return func() {
		signal.Ignore(syscall.SIGHUP) // Stop would leave a moment in which it ends the program
		close(hangups)
		<-done
	}
}

// Write appends whole lines to the file. The first of several failures is told on stderr.
func (l *logFile) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.file.Write(lines)
	if err != nil && !l.failing {
		l.console.Error("gopherframe: lines of the log are lost", "error", err.Error())
	}
	l.failing = err != nil
	return n, err
}
