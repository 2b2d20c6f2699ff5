package cgi

import (
	"math"

	"golang.org/x/sys/unix"
)

// keepDescriptors keeps from programs what the server has inherited, such as a file that a shell of root
// had open. What Go opens no program gets anyway. Before Linux 5.11 it does nothing.
func keepDescriptors() { unix.CloseRange(3, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC) }
