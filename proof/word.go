package proof

import (
	"regexp/syntax"
	"strings"
)

// words are texts that a regular expression matches, one of each way that it
// offers, few. What a look-ahead forbids is among them: it is worth a try. None
// where the expression is another one that only JavaScript has.
func words(pattern string) []string {
	if len(pattern) > 2 && pattern[0] == '/' {
		if end := strings.LastIndexByte(pattern, '/'); end > 0 && strings.Trim(pattern[end+1:], "gimsuy") == "" {
			pattern = pattern[1:end]
		}
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		re, err = syntax.Parse(strings.NewReplacer("(?!", "(?:", "(?=", "(?:").Replace(pattern), syntax.Perl)
	}
	if err != nil {
		return nil
	}
	return wordsOf(re.Simplify())
}

const maxWords = 6

func wordsOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return []string{string(classRune(re.Rune))}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []string{"x"}
	case syntax.OpStar, syntax.OpQuest:
		return append(wordsOf(re.Sub[0]), "")
	case syntax.OpPlus, syntax.OpCapture:
		return wordsOf(re.Sub[0])
	case syntax.OpRepeat:
		return repeated(wordsOf(re.Sub[0]), max(re.Min, 1))
	case syntax.OpConcat:
		return joined(re.Sub)
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			out = append(out, wordsOf(sub)...)
		}
		return out[:min(len(out), maxWords)]
	case syntax.OpNoMatch:
		return nil
	}
	return []string{""} // an assertion
}

// classRune prefers a letter or digit of a class of characters.
func classRune(ranges []rune) rune {
	for _, want := range "aA0x/ " {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= want && want <= ranges[i+1] {
				return want
			}
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}

func repeated(words []string, n int) []string {
	var out []string
	for _, w := range words {
		out = append(out, strings.Repeat(w, min(n, 64)))
	}
	return out
}

func joined(parts []*syntax.Regexp) []string {
	out := []string{""}
	for _, part := range parts {
		var next []string
		for i, end := range wordsOf(part) {
			for j, start := range out {
				if i > 0 && j > 0 { // each way once, not each with each
					continue
				}
				next = append(next, start+end)
			}
		}
		out = next[:min(len(next), maxWords)]
	}
	return out
}

// matchesAll reports whether a regular expression matches every text: it asks
// for nothing, and is bound to no place.
func matchesAll(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && asksNothing(re)
}

func asksNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpStar, syntax.OpQuest:
		return true
	case syntax.OpRepeat:
		return re.Min == 0
	case syntax.OpCapture, syntax.OpPlus:
		return asksNothing(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !asksNothing(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if asksNothing(sub) {
				return true
			}
		}
	}
	return false
}
