// Package nearest finds the word that somebody may have meant: call [Of] with
// what was written and the words that there are.
package nearest

import "strings"

// Of returns the word that is the nearest to what was written, and whether any
// is near enough: at most a third of its letters differ, or it is the same but
// for case and punctuation. Of words that are alike near, the first is taken.
func Of(written string, words []string) (string, bool) {
	best, least := "", len(written)/3+1
	for _, w := range words {
		if plain(w) == plain(written) {
			return w, true
		}
		if d := Distance(strings.ToLower(written), strings.ToLower(w)); d < least {
			best, least = w, d
		}
	}
	return best, best != ""
}

// plain leaves out case and what is neither letter nor digit.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127 {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// Distance is the number of letters to insert, delete or change that make b of
// a (Levenshtein).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range x {
		before := row[0]
		row[0] = i + 1
		for j, d := range y {
			cost := before
			if c != d {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(y)]
}
