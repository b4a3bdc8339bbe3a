// Package nearest finds the word that somebody may have meant: call [Of] with
// what was written and the words that there are.
package nearest

import (
	"fmt"
	"strings"
	"unicode"
)

// Of returns the other word that is the nearest to what was written, and whether
// any is near enough: at most a third of its letters differ, or it is the same but
// for case and punctuation. Of words that are equally near, the first in order of
// the alphabet is taken.
func Of(written string, words []string) (string, bool) {
	best, least := "", len(written)/3+1
	for _, w := range words {
		if w == written || w == "" {
			continue
		}
		d := 0
		if plain(w) != plain(written) {
			d = max(1, Distance(strings.ToLower(written), strings.ToLower(w)))
		}
		if d < least || d == least && best != "" && w < best {
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

// Certain returns the one candidate that a name must stand for: a slip of one
// or two letters away, in the word that differs, and the only one that near.
// It returns "" if no candidate is certain: a number, or a different word, may be
// meant as it is.
func Certain(name string, candidates []string) string {
	found := ""
	for _, candidate := range candidates {
		if candidate == name || candidate == found || !isSlip(name, candidate) {
			continue
		}
		if found != "" {
			return ""
		}
		found = candidate
	}
	return found
}

// isSlip reports whether two names differ by case alone, or by one or two
// letters of one word: by one of a word of three letters, by two of one of six.
func isSlip(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	from, end := 0, 0
	for from < min(len(a), len(b)) && a[from] == b[from] {
		from++
	}
	for end < min(len(a), len(b))-from && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	if strings.ContainsAny(a[from:len(a)-end]+b[from:len(b)-end], "0123456789") {
		return false
	}
	for from > 0 && !wordEnds(a, from) {
		from--
	}
	for end > 0 && !wordEnds(a, len(a)-end) {
		end--
	}
	one, other := a[from:len(a)-end], b[from:len(b)-end]
	d := Distance(one, other)
	return d > 0 && d <= 2 && 3*d <= min(len(one), len(other))
}

// wordEnds reports whether a word ends before a byte of a name: at a sign, or
// where capital letters follow small ones.
func wordEnds(s string, i int) bool {
	if i == 0 {
		return false // all of it is what the other name ends in
	}
	before, after := rune(s[i-1]), rune(s[min(i, len(s)-1)])
	letter := func(r rune) bool { return unicode.IsLetter(r) || r >= 0x80 }
	return !letter(before) || i < len(s) && (!letter(after) || unicode.IsUpper(after) && unicode.IsLower(before))
}

// Distance is the number of letters to insert, delete, change or swap with their
// neighbours that make b of a (optimal string alignment).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(y)]
}

// DidYouMean is the end of a message that has a suggestion.
func DidYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", name)
}
