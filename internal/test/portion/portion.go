// Package portion says how much tests run: a sample by default, and the whole
// where TRIALWEAVE_FULL is set.
package portion

import "os"

// Full reports whether tests run on everything that they know.
func Full() bool { return os.Getenv("TRIALWEAVE_FULL") != "" }

// Count returns how often to do something: the first number, or the second where
// Full says so.
func Count(sample, whole int) int {
	if Full() {
		return whole
	}
	return sample
}

// Of returns n elements of a list, spread over it with the first and the last, or
// all of them where Full says so.
func Of[T any](list []T, n int) []T {
	if Full() || n >= len(list) {
		return list
	}
	if n < 2 {
		return list[:n]
	}
	out := make([]T, 0, n)
	for i := range n {
		out = append(out, list[i*(len(list)-1)/(n-1)])
	}
	return out
}
