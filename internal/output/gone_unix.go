//go:build unix

package output

import (
	"errors"
	"syscall"
)

// gone reports whether there is no process of this number.
func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
