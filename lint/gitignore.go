package lint

import (
	"io/fs"
	"path"
	"strings"
)

// ignoreFiles knows the .gitignore files of a tree of files.
type ignoreFiles struct{ patterns []ignorePattern }

type ignorePattern struct {
	dir     string // the folder of the .gitignore
	glob    string
	negated bool
	folder  bool
}

// read adds the patterns of a folder's .gitignore.
func (ig *ignoreFiles) read(fsys fs.FS, dir string) {
	text, err := fs.ReadFile(fsys, path.Join(dir, ".gitignore"))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(text)) {
		if p, ok := parseIgnore(strings.TrimRight(line, " \t\r\n")); ok {
			p.dir = dir
			ig.patterns = append(ig.patterns, p)
		}
	}
}

func parseIgnore(line string) (ignorePattern, bool) {
	if line == "" || line[0] == '#' {
		return ignorePattern{}, false
	}
	p := ignorePattern{glob: line}
	p.glob, p.negated = strings.CutPrefix(p.glob, "!")
	p.glob = strings.TrimPrefix(p.glob, "\\")
	p.glob, p.folder = strings.CutSuffix(p.glob, "/")
	if strings.Contains(p.glob, "/") {
		p.glob = strings.TrimPrefix(p.glob, "/")
	} else {
		p.glob = "**/" + p.glob
	}
	return p, true
}

// match reports whether git would ignore a file or folder; the last pattern
// that speaks of it decides.
func (ig *ignoreFiles) match(name string, folder bool) bool {
	ignored := false
	for _, p := range ig.patterns {
		rest := name
		if p.dir != "." {
			var inside bool
			if rest, inside = strings.CutPrefix(name, p.dir+"/"); !inside {
				continue
			}
		}
		if (folder || !p.folder) && matchParts(strings.Split(p.glob, "/"), strings.Split(rest, "/")) {
			ignored = !p.negated
		}
	}
	return ignored
}
