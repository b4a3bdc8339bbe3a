// Package toolserver offers functions as tools of the Model Context Protocol, over
// a pair of streams. The tools only read, and what they answer is bounded.
package toolserver

import "time"

// Options describe a server.
type Options struct {
	Name, Title, Version string
	// Instructions say what the tools are for.
	Instructions string
	// Timeout ends a call; default one minute.
	Timeout time.Duration
}

// Tool describes a tool.
type Tool struct{ Name, Title, Description string }

// Page cuts a part out of a list: from an offset on, at most limit of them, where no
// limit is the usual and none is over the most.
func Page[T any](all []T, offset, limit, usual, most int) []T {
	if limit <= 0 {
		limit = usual
	}
	from := min(max(offset, 0), len(all))
	return all[from:min(len(all), from+min(limit, most))]
}

// Shortened is the beginning of a text of at most so many bytes, and whether more
// follows.
func Shortened(text string, most int) (string, bool) {
	if len(text) <= most {
		return text, false
	}
	for most > 0 && text[most]&0xc0 == 0x80 {
		most--
	}
	return text[:most], true
}
