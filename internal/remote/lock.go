// Package remote reads files from other hosts, those that a lock file names: who
// builds the same state again reads the same bytes, or is told.
package remote

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// LockFile is the name of the lock file.
const LockFile = "triallint.lock"

// Entry is what a lock file says of an address.
type Entry struct {
	// SHA256 is the hash of the bytes, in hexadecimal.
	SHA256 string
	// Date is the day on which they were first read, YYYY-MM-DD.
	Date string
}

// Lock is a lock file: the entries by address.
type Lock map[string]Entry

var lockLine = regexp.MustCompile(`^([0-9a-f]{64}) ([0-9]{4}-[0-9]{2}-[0-9]{2}) (https?://\S+)$`)

// maxEntries bounds a lock file.
const maxEntries = 10_000

// ParseLock reads a lock file.
func ParseLock(text []byte) (Lock, error) {
	out := Lock{}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := lockLine.FindStringSubmatch(line)
		switch {
		case m == nil:
			return nil, fmt.Errorf("%s:%d: expected a line of a SHA-256, a day and an address; triallint lock --update writes the file anew", LockFile, i+1)
		case out[m[3]].SHA256 != "":
			return nil, fmt.Errorf("%s:%d: %s is there twice; triallint lock --update writes the file anew", LockFile, i+1, m[3])
		case len(out) == maxEntries:
			return nil, fmt.Errorf("%s:%d: more than %d addresses", LockFile, i+1, maxEntries)
		}
		out[m[3]] = Entry{m[1], m[2]}
	}
	return out, nil
}

// Bytes is the text of the lock file, by address in order.
func (l Lock) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString("# What triallint reads from other hosts: SHA-256, day, address. Written by triallint lock; commit it.\n")
	for _, address := range slices.Sorted(maps.Keys(l)) {
		fmt.Fprintf(&b, "%s %s %s\n", l[address].SHA256, l[address].Date, address)
	}
	return b.Bytes()
}
