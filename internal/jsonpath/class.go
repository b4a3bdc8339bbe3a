package jsonpath

import (
	"slices"
	"strings"
	"unicode"
)

// set is a set of characters: what is in a class, written as ranges, and what is
// in it of sets that are the others of such.
type set struct {
	ranges  string
	negated bool
}

func (s set) class() string {
	switch {
	case s.ranges == "" && s.negated:
		return anyCharacter
	case s.ranges == "":
		return noCharacter
	case s.negated:
		return "[^" + s.ranges + "]"
	}
	return "[" + s.ranges + "]"
}

// setEscape reads \d, \p{...} and the like, if they are there.
func (p *pattern) setEscape() (set, bool) {
	r := p.peek(0)
	switch r {
	case 'd', 'D':
		p.at++
		return set{digits, r == 'D'}, true
	case 's', 'S':
		p.at++
		return set{spaces, r == 'S'}, true
	case 'w', 'W':
		p.at++
		return set{wordCharacters, r == 'W'}, true
	case 'p', 'P':
		if !p.unicode {
			return set{}, false
		}
		p.at++
		return set{p.property(), r == 'P'}, true
	}
	return set{}, false
}

// class reads a class of characters.
func (p *pattern) class() {
	p.at++
	out := set{negated: p.take("^")}
	var others []set
	for {
		if !p.more() {
			p.fail("unterminated class")
		}
		if p.take("]") {
			break
		}
		low, one := p.classAtom(&out, &others)
		if p.peek(0) != '-' || p.peek(1) == ']' || p.peek(1) == 0 {
			if one {
				out.ranges += inClass(low)
			}
			continue
		}
		p.at++
		high, both := p.classAtom(&out, &others)
		switch {
		case one && both && low > high:
			p.fail("range out of order in a class")
		case one && both:
			out.ranges += inClass(low) + "-" + inClass(high)
		case p.unicode:
			p.fail("invalid class: a set at the end of a range")
		default: // annex B: the three by themselves
			out.ranges += inClass('-')
			if one {
				out.ranges += inClass(low)
			}
			if both {
				out.ranges += inClass(high)
			}
		}
	}
	p.out.WriteString(p.union(out, others))
}

// classAtom reads a character of a class, or a set, which it adds.
func (p *pattern) classAtom(to *set, others *[]set) (r rune, one bool) {
	if !p.more() {
		p.fail("unterminated class")
	}
	if p.peek(0) != '\\' {
		p.at++
		return p.text[p.at-1], true
	}
	p.at++
	if s, found := p.setEscape(); found {
		if s.negated {
			*others = append(*others, s)
		} else {
			to.ranges += s.ranges
		}
		return 0, false
	}
	if p.peek(0) == 'b' {
		p.at++
		return '\b', true
	}
	return p.characterEscape(true), true
}

// union writes a class that holds the others of some sets, too.
func (p *pattern) union(s set, others []set) string {
	if len(others) == 0 {
		return s.class()
	}
	all := ranges(s.ranges)
	for _, o := range others {
		in := ranges(o.ranges)
		if p.folds && o.ranges == wordCharacters { // or else they bring in the k and the s of ASCII
			in = append(in, [2]rune{'\u017f', '\u017f'}, [2]rune{'\u212a', '\u212a'})
		}
		all = append(all, invert(in)...)
	}
	return set{written(merged(all)), s.negated}.class()
}

// merged are the same characters in ranges that are in order and apart.
func merged(in [][2]rune) [][2]rune { return invert(invert(in)) }

// ranges reads what inClass wrote: pairs of the first and the last character.
func ranges(text string) (out [][2]rune) {
	var last rune
	list := []rune(text)
	next := func(i *int) rune {
		if list[*i] == '\\' {
			*i++
		}
		last = list[*i]
		*i++
		return last
	}
	for i := 0; i < len(list); {
		low := next(&i)
		high := low
		if i < len(list) && list[i] == '-' {
			i++
			high = next(&i)
		}
		out = append(out, [2]rune{low, high})
	}
	return out
}

// invert are the characters that are in no range.
func invert(in [][2]rune) (out [][2]rune) {
	slices.SortFunc(in, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	next := rune(0)
	for _, r := range in {
		if r[0] > next {
			out = append(out, [2]rune{next, r[0] - 1})
		}
		next = max(next, r[1]+1)
	}
	if next <= unicode.MaxRune {
		out = append(out, [2]rune{next, unicode.MaxRune})
	}
	return out
}

func written(in [][2]rune) string {
	var b strings.Builder
	for _, r := range in {
		// No text holds half a pair of UTF-16, and no range may end in one.
		low, high := r[0], r[1]
		if low >= 0xD800 && low <= 0xDFFF {
			low = 0xE000
		}
		if high >= 0xD800 && high <= 0xDFFF {
			high = 0xD7FF
		}
		if low <= high {
			b.WriteString(inClass(low))
			if low != high {
				b.WriteString("-" + inClass(high))
			}
		}
	}
	return b.String()
}

// inClass writes a character so that it stands for itself in a class.
func inClass(r rune) string {
	if strings.ContainsRune(`\]^-[&~`, r) {
		return `\` + string(r)
	}
	return string(r)
}
