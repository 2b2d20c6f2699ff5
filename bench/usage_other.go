//go:build !linux

package main

import (
	"errors"
	"time"
)

var errLinux = errors.New("the benchmark needs Linux: it reads CPU time and memory of the servers from /proc")

type usage struct {
	cpu          time.Duration
	user, system int
}

func usageOf(int) (usage, error)                  { return usage{}, errLinux }
func memoryOf(int, string, string) (int64, error) { return 0, errLinux }
func checkFiles(uint64) error                     { return errLinux }
func resetPeak(int) error                         { return errLinux }
