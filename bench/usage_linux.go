package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A usage is what a process has used of the processors.
type usage struct {
	cpu          time.Duration // exact
	user, system int           // in ticks of the kernel, mostly 10 ms: only their ratio is of use
}

// usageOf reads the CPU clock of a process, which counts nanoseconds and the threads that
// have ended (see clock_getcpuclockid(3)), and how it is divided from /proc.
func usageOf(pid int) (usage, error) {
	const scheduler = 2 // CPUCLOCK_SCHED of the kernel
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduler), &ts); err != nil {
		return usage{}, fmt.Errorf("the CPU time of process %d: %w", pid, err)
	}
	u := usage{cpu: time.Duration(ts.Nano())}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	// The second field is a name in parentheses; user and system time are the 14th and 15th.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if u.user, err = strconv.Atoi(fields[11]); err == nil {
		u.system, err = strconv.Atoi(fields[12])
	}
	return u, err
}

// memoryOf returns a value of /proc/PID/FILE, such as "Rss" of smaps_rollup or "VmHWM" of
// status, in bytes.
func memoryOf(pid int, file, key string) (int64, error) {
	path := fmt.Sprintf("/proc/%d/%s", pid, file)
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, key+":"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("%s has no %s", path, key)
}

// checkFiles returns an error if a process may not have so many descriptors. A Go program
// raises its limit to what it may have.
func checkFiles(n uint64) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Max < n {
		return fmt.Errorf("at most %d open files are allowed, and the experiments need %d: raise the limit (ulimit -Hn)", limit.Max, n)
	}
	return nil
}

// resetPeak sets the VmHWM of a process to what it has now.
func resetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}
