package lint

import (
	"path"
	"slices"
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

// maxAlternatives bounds what braces write out.
const maxAlternatives = 1000

// braces writes the alternatives of a pattern out: {a,b} stands for a and for b,
// also within other braces. A brace without its counterpart is a character, and
// so are those after a backslash and those without a comma between them.
func braces(pattern string) []string {
	out := []string{pattern}
	for i := 0; i < len(out) && len(out) < maxAlternatives; {
		open, end, commas := brace(out[i])
		if end < 0 {
			i++
			continue
		}
		whole, rest := out[i], []string{}
		from := open + 1
		for _, to := range append(commas, end) {
			rest = append(rest, whole[:open]+whole[from:to]+whole[end+1:])
			from = to + 1
		}
		out = slices.Replace(out, i, i+1, rest...)
	}
	return out
}

// brace finds the first brace that has a counterpart and commas between the two;
// end is -1 where there is none.
func brace(pattern string) (open, end int, commas []int) {
	for open = 0; open < len(pattern); open++ {
		if pattern[open] == '\\' {
			open++
			continue
		}
		if pattern[open] != '{' {
			continue
		}
		depth := 0
		commas = nil
		for i := open; i < len(pattern); i++ {
			switch c := pattern[i]; {
			case c == '\\':
				i++
			case c == '{':
				depth++
			case c == '}':
				depth--
			case c == ',' && depth == 1:
				commas = append(commas, i)
			}
			if depth == 0 {
				if len(commas) > 0 {
					return open, i, commas
				}
				break
			}
		}
	}
	return 0, -1, nil
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
