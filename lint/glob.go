package lint

import (
	"path"
	"strings"
)

// matchGlob reports whether a slash-separated name matches a pattern of "*",
// "?", "[a-z]", "{a,b}" and "**", the last standing for any folders. A pattern
// without a slash matches in any folder.
func matchGlob(pattern, name string) bool {
	for _, p := range braces(pattern) {
		if !strings.Contains(p, "/") {
			p = "**/" + p
		}
		if matchParts(strings.Split(p, "/"), strings.Split(name, "/")) {
			return true
		}
	}
	return false
}

// braces writes the alternatives of a pattern out.
func braces(pattern string) []string {
	open := strings.IndexByte(pattern, '{')
	if open < 0 {
		return []string{pattern}
	}
	end := strings.IndexByte(pattern[open:], '}')
	if end < 0 {
		return []string{pattern}
	}
	var out []string
	for _, choice := range strings.Split(pattern[open+1:open+end], ",") {
		for _, rest := range braces(pattern[open+end+1:]) {
			out = append(out, pattern[:open]+choice+rest)
		}
	}
	return out
}

func matchParts(pattern, name []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for i := range len(name) + 1 {
				if matchParts(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], name[0]); err != nil || !ok {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return len(name) == 0
}

func matchAny(patterns []string, name string) bool {
	for _, p := range patterns {
		if matchGlob(p, name) {
			return true
		}
	}
	return false
}
