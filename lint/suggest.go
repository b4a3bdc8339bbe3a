package lint

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
)

// suggestion returns the candidate that is nearest to a name; empty where none
// is near.
func suggestion(name string, candidates []string) string {
	best, least := "", len(name)/3+1
	for _, candidate := range candidates {
		if candidate == name {
			continue
		}
		d := distance(strings.ToLower(name), strings.ToLower(candidate))
		if d < least || d == least && best != "" && candidate < best {
			best, least = candidate, d
		}
	}
	return best
}

// certain returns the one candidate that a name must stand for: a slip of one
// or two letters away, in the word that differs, and the only one that near.
// Empty where there is none: a number or another word may be meant as it is.
func certain(name string, candidates []string) string {
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
	d := distance(one, other)
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

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours between two words.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

// didYouMean is the end of a message that has a suggestion.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", name)
}

// realName returns the name of a file as the file system has it, where only
// the case differs.
func realName(fsys fs.FS, file string) string {
	dir := "."
	for _, part := range strings.Split(path.Clean(file), "/") {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil {
			return ""
		}
		i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return e.Name() == part })
		if i < 0 {
			i = slices.IndexFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), part) })
		}
		if i < 0 {
			return ""
		}
		dir = path.Join(dir, entries[i].Name())
	}
	return dir
}
