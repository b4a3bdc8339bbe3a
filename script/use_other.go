//go:build !unix

package script

import "time"

// timeUsed is the time since the process began, where that of processors is not
// to be had.
func timeUsed() time.Duration { return sinceStart() }
