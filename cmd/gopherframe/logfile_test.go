package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// eventually waits until ok reports true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute: not yet %s", what)
		}
	}
}

// hasText reports whether the file exists and is not empty.
func hasText(file string) func() bool {
	return func() bool {
		info, err := os.Stat(file)
		return err == nil && info.Size() > 0
	}
}

// rotate has Debian's logrotate rotate the log of r, by deploy/logrotate with more directives. The
// state of logrotate is beside the log.
func rotate(t *testing.T, r *running, log, directives string) {
	t.Helper()
	text, err := os.ReadFile("../../deploy/logrotate")
	if err != nil {
		t.Fatal(err)
	}
	config := string(text)
	for old, now := range map[string]string{
		"/var/log/gopherframe/*.log {":                                       log + " {\n" + directives,
		"systemctl kill --signal=HUP --kill-whom=main gopherframe.service\n": "kill -HUP " + strconv.Itoa(r.cmd.Process.Pid) + "\n",
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("deploy/logrotate has no %q", old)
		}
		config = strings.Replace(config, old, now, 1)
	}
	file := filepath.Join(filepath.Dir(log), "logrotate.conf")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("logrotate", "--force", "--state", file+".state", file).CombinedOutput(); err != nil {
		t.Fatalf("logrotate: %v\n%s", err, out)
	}
}

// loggedSelectors returns how often each selector is in the logs, rotated ones included.
func loggedSelectors(t *testing.T, log string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(log + "*")
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if text, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			var line struct{ Msg, Selector string }
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Msg != "request" {
				t.Errorf("%s: %q, %v", file, lines.Text(), err)
			}
			times[line.Selector]++
		}
	}
	return times
}

// TestLogrotate: logrotate moves the file away four times under load, and each request is
// in one of the files, once.
func TestLogrotate(t *testing.T) {
	needsProgram(t, "logrotate")
	log := filepath.Join(t.TempDir(), "access.log")
	r := start(t, "--log", "json", "--log-file", log, site)
	var asked atomic.Int64
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					r.ask(t, fmt.Sprintf("number%d\r\n", asked.Add(1)))
				}
			}
		})
	}
	for range 4 {
		eventually(t, "a line in the new file", hasText(log))
		rotate(t, r, log, "")
	}
	eventually(t, "a line in the last file", hasText(log))
	close(stop)
	clients.Wait()
	if rest, code := r.stop(t, syscall.SIGTERM); strings.Contains(rest, "gopherframe:") || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
	times := loggedSelectors(t, log)
	if len(times) != int(asked.Load()) {
		t.Errorf("%d requests are in the logs, want %d", len(times), asked.Load())
	}
	for selector, n := range times {
		if n != 1 {
			t.Errorf("%s is there %d times", selector, n)
		}
	}
	if files, _ := filepath.Glob(log + "*"); len(files) != 5 {
		t.Errorf("the files are %q", files)
	}
}

// TestLogrotateCopies: with copytruncate the file is cut short, and the next line is at its beginning.
func TestLogrotateCopies(t *testing.T) {
	needsProgram(t, "logrotate")
	log := filepath.Join(t.TempDir(), "access.log")
	r := start(t, "--log", "json", "--log-file", log, site)
	r.ask(t, "one\r\n")
	eventually(t, "a line in the file", hasText(log))
	rotate(t, r, log, "copytruncate")
	r.ask(t, "two\r\n")
	eventually(t, "a line in the file", hasText(log))
	r.stop(t, syscall.SIGTERM)
	if times := loggedSelectors(t, log); times["one"] != 1 || times["two"] != 1 || len(times) != 2 {
		t.Errorf("the files have %v", times)
	}
}

// TestLogFileCannotBeOpenedAgain: the log goes on in the old file, and stderr says so.
func TestLogFileCannotBeOpenedAgain(t *testing.T) {
	for _, format := range []string{"text", "json", "combined"} {
		dir := filepath.Join(t.TempDir(), "logs")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		r := start(t, "--log", format, "--log-file", filepath.Join(dir, "log"), site)
		if err := os.Rename(dir, dir+".old"); err != nil {
			t.Fatal(err)
		}
		r.cmd.Process.Signal(syscall.SIGHUP)
		if line := r.line(t); !strings.Contains(line, "the log goes on in the old file") || !strings.Contains(line, "--log-file: open ") ||
			(format == "json") != json.Valid([]byte(line)) {
			t.Errorf("--log %s: %q", format, line)
		}
		r.ask(t, "after\r\n")
		if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
			t.Errorf("exit %d, %q", code, rest)
		}
		if text, err := os.ReadFile(filepath.Join(dir+".old", "log")); !strings.Contains(string(text), "after") || err != nil {
			t.Errorf("--log %s: the old file has %q, %v", format, text, err)
		}
	}
}

// TestLogFileIsFull: what cannot be written is told once.
func TestLogFileIsFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	r := start(t, "--log-file", "/dev/full", site)
	r.ask(t, "one\r\n")
	if line := r.line(t); !strings.Contains(line, "lines of the log are lost") || !strings.Contains(line, "/dev/full: no space left on device") {
		t.Errorf("%q", line)
	}
	r.ask(t, "two\r\n")
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
}

// TestLogFileInSandbox: the file can be opened again within the sandbox.
func TestLogFileInSandbox(t *testing.T) {
	if _, errs, code := call(t, "", "serve", "--sandbox", "--listen", "stdio:", "."); code == 1 && strings.Contains(errs, "no Landlock") {
		skip(t, errs)
	}
	log := filepath.Join(t.TempDir(), "log")
	r := start(t, "--sandbox", "--log-file", log, site)
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	r.cmd.Process.Signal(syscall.SIGHUP)
	eventually(t, "a new file", func() bool { _, err := os.Stat(log); return err == nil })
	r.ask(t, "after\r\n")
	eventually(t, "a line in the new file", hasText(log))
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
}

// TestLogFileIsCut: a line that a full disk cut is whole when there is room again.
func TestLogFileIsCut(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	l, err := openLogFile(name, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe() // which takes some bytes and then no more, like a full disk
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	file := l.file
	defer file.Close()
	l.file = w
	var lines []byte
	for i := range 100_000 {
		lines = fmt.Appendf(lines, "line %07d\n", i) // 13 bytes, so that no size of a pipe ends with one
	}
	w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := l.Write(lines); err == nil {
		t.Fatal("the pipe took all")
	}
	w.Close()
	begun, err := io.ReadAll(r)
	if err != nil || bytes.HasSuffix(begun, []byte("\n")) {
		t.Fatalf("not cut within a line: %q, %v", begun[max(0, len(begun)-10):], err)
	}
	l.file = file
	l.Write([]byte("next\n"))
	text, err := os.ReadFile(name)
	want := lines[len(begun) : len(begun)+bytes.IndexByte(lines[len(begun):], '\n')+1]
	if string(text) != string(want)+"next\n" || err != nil {
		t.Errorf("%q, %v, want %q", text, err, want)
	}
}

// TestLogFileIsPipe: a FIFO that nobody reads is an error, at the start as well as later, and the
// server ends also while one whose reader has stopped takes nothing.
func TestLogFileIsPipe(t *testing.T) {
	dir := t.TempDir()
	log, pipe := filepath.Join(dir, "log"), filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := call(t, "", "serve", "--listen", "tcp://127.0.0.1:0", "--log-file", pipe, site)
	if !strings.HasPrefix(errs, "gopherframe: --log-file: open ") || code != 1 {
		t.Errorf("exit %d, %q", code, errs)
	}

	r := start(t, "--log-file", log, site)
	if err := errors.Join(os.Remove(log), os.Rename(pipe, log)); err != nil {
		t.Fatal(err)
	}
	r.cmd.Process.Signal(syscall.SIGHUP)
	has(t, r.line(t), "the log goes on in the old file")
	reader, err := os.OpenFile(log, os.O_RDWR, 0) // which does not read
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	r.cmd.Process.Signal(syscall.SIGHUP)
	one := make([]byte, 1)
	eventually(t, "a line in the pipe", func() bool {
		r.ask(t, strings.Repeat("x", 2000)+"\r\n")
		reader.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		_, err := reader.Read(one)
		return err == nil
	})
	for range 200 { // more than the pipe takes
		r.ask(t, strings.Repeat("x", 2000)+"\r\n")
	}
	r.cmd.Process.Signal(syscall.SIGHUP)
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
}
