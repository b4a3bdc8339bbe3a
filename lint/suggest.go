package lint

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
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
