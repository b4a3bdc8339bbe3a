package lint

import (
	"io/fs"
	"path"
	"strings"
)

// IgnoreFile is a file of patterns as git reads it, which lies above the folder
// that is linted, or in git's own folder.
type IgnoreFile struct {
	// Below is the way from the folder that the patterns are for to the one
	// that is linted; "." where they are the same.
	Below string
	// Text are the patterns, one a line.
	Text []byte
}

// ignorePatterns are patterns as gitignore(5) has them; of those that match the
// last one counts.
type ignorePatterns struct{ patterns []ignorePattern }

type ignorePattern struct {
	// dir is the folder that the pattern is for; below, the way from it to the
	// root, where it lies above.
	dir, below string
	parts      []string
	negated    bool
	folder     bool
}

// read adds the patterns of a folder's .gitignore.
func (ig *ignorePatterns) read(fsys fs.FS, dir string) {
	if text, err := fs.ReadFile(fsys, path.Join(dir, ".gitignore")); err == nil {
		ig.add(text, dir, "")
	}
}

// add adds the patterns of a text.
func (ig *ignorePatterns) add(text []byte, dir, below string) {
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		if p, ok := parseIgnore(strings.TrimRight(line, "\r\n")); ok {
			p.dir, p.below = dir, below
			ig.patterns = append(ig.patterns, p)
		}
	}
}

// parseIgnore reads one line.
func parseIgnore(line string) (ignorePattern, bool) {
	line = trimBlanks(line)
	if line == "" || line[0] == '#' {
		return ignorePattern{}, false
	}
	var p ignorePattern
	line, p.negated = strings.CutPrefix(line, "!")
	line, p.folder = strings.CutSuffix(line, "/")
	if line == "" {
		return p, false
	}
	anchored := strings.Contains(line, "/")
	p.parts = strings.Split(strings.TrimPrefix(line, "/"), "/")
	if !anchored {
		p.parts = append([]string{"**"}, p.parts...)
	}
	return p, true
}

// trimBlanks drops blanks at the end of a line, but for one that is escaped.
func trimBlanks(line string) string {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	return line
}

// match reports whether a file or folder is ignored. That it is within a folder
// that is ignored is not looked at: such folders are not entered.
func (ig *ignorePatterns) match(name string, folder bool) bool {
	ignored := false
	for _, p := range ig.patterns {
		if rest, ok := p.within(name); ok && (folder || !p.folder) && ignoreParts(p.parts, strings.Split(rest, "/")) {
			ignored = !p.negated
		}
	}
	return ignored
}

// within is a name as seen from the folder that the pattern is for.
func (p ignorePattern) within(name string) (string, bool) {
	if p.below != "" && p.below != "." {
		return p.below + "/" + name, true
	}
	if p.dir == "." || p.dir == "" {
		return name, true
	}
	return strings.CutPrefix(name, p.dir+"/")
}

// ignoreParts matches the steps of a path: "**" stands for any number of
// folders, and at the end for what is within one.
func ignoreParts(pattern, name []string) bool {
	for i, part := range pattern {
		if part != "**" {
			if len(name) == 0 || !wildMatch(part, name[0]) {
				return false
			}
			name = name[1:]
			continue
		}
		if i == len(pattern)-1 {
			return len(name) > 0
		}
		for from := range len(name) {
			if ignoreParts(pattern[i+1:], name[from:]) {
				return true
			}
		}
		return false
	}
	return len(name) == 0
}

// wildMatch matches one step of a path with "*", "?", classes and escapes, as
// git's wildmatch does.
func wildMatch(pattern, name string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for i := range len(name) + 1 {
				if wildMatch(strings.TrimLeft(pattern, "*"), name[i:]) {
					return true
				}
			}
			return false
		case '[':
			if name == "" {
				return false
			}
			ok, rest, closed := classMatch(pattern, name[0])
			if !closed || !ok {
				return false
			}
			pattern, name = rest, name[1:]
			continue
		case '\\':
			if len(pattern) == 1 {
				return false
			}
			pattern = pattern[1:]
		case '?':
			if name == "" {
				return false
			}
			pattern, name = pattern[1:], name[1:]
			continue
		}
		if name == "" || pattern[0] != name[0] {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return name == ""
}

// classMatch matches one byte with a class such as [a-z], [!x] and [[:digit:]];
// rest is what follows the class.
func classMatch(pattern string, c byte) (ok bool, rest string, closed bool) {
	i, negated := 1, false
	if i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^') {
		negated = true
		i++
	}
	for first := true; i < len(pattern); first = false {
		switch {
		case pattern[i] == ']' && !first:
			return ok != negated, pattern[i+1:], true
		case strings.HasPrefix(pattern[i:], "[:"):
			name, _, found := strings.Cut(pattern[i+2:], ":]")
			if !found {
				return false, "", false
			}
			ok = ok || namedClass(name, c)
			i += len(name) + len("[::]")
			continue
		}
		from, next := classByte(pattern, i)
		to := from
		if next+1 < len(pattern) && pattern[next] == '-' && pattern[next+1] != ']' {
			to, next = classByte(pattern, next+1)
		}
		ok = ok || from <= c && c <= to
		i = next
	}
	return false, "", false
}

// classByte reads one byte of a class, which may be escaped.
func classByte(pattern string, i int) (c byte, next int) {
	if pattern[i] == '\\' && i+1 < len(pattern) {
		i++
	}
	return pattern[i], i + 1
}

func namedClass(name string, c byte) bool {
	lower, upper, digit := c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
	switch name {
	case "alpha":
		return lower || upper
	case "digit":
		return digit
	case "alnum":
		return lower || upper || digit
	case "lower":
		return lower
	case "upper":
		return upper
	case "space":
		return strings.IndexByte(" \t\n\v\f\r", c) >= 0
	case "blank":
		return c == ' ' || c == '\t'
	case "punct":
		return c > ' ' && c < 0x7f && !lower && !upper && !digit
	case "xdigit":
		return digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	}
	return false
}
