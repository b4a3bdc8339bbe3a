package lint

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
)

// suggestion returns the candidate that is nearest to a name; empty where none
// is near.
func suggestion(name string, candidates []string) string {
	best, _ := nearest.Of(name, candidates)
	return best
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
