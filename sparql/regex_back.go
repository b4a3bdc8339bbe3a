package sparql

import (
	"strings"
	"unicode/utf8"
)

// mostSteps bounds the steps of the matcher for patterns with back references,
// for which no linear engine exists, and mostDepth how deep its calls nest.
const (
	mostSteps = 20_000_000
	mostDepth = 100_000
)

// backtracker matches a tree by trying.
type backtracker struct {
	e      *evaluator
	re     *xpathRegex
	text   string
	groups []int
	steps  int
	depth  int
}

// backtrack finds the first match at or behind a place and returns the ends of
// it and of its groups, or nil.
func (e *evaluator) backtrack(re *xpathRegex, text string, at int) []int {
	b := &backtracker{e: e, re: re, text: text}
	for ; at <= len(text); at++ {
		if at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
			continue
		}
		b.groups = make([]int, 2*re.groups+2)
		for i := range b.groups {
			b.groups[i] = -1
		}
		end := -1
		if b.match(re.tree, at, func(to int) bool { end = to; return true }) {
			b.groups[0], b.groups[1] = at, end
			return b.groups
		}
	}
	return nil
}

// match tries a part at a place; then goes on behind it, and reports whether the
// rest matches too.
func (b *backtracker) match(n regexNode, at int, then func(int) bool) bool {
	b.e.tick()
	if b.steps++; b.steps > mostSteps {
		panic(stop{limitReached(BoundRegex, "of %d steps for a regular expression with back references", mostSteps)})
	}
	if b.depth++; b.depth > mostDepth {
		panic(stop{limitReached(BoundRegex, "of %d characters for a regular expression with back references", mostDepth)})
	}
	defer func() { b.depth-- }()
	switch n := n.(type) {
	case regexSet:
		r, size := utf8.DecodeRuneInString(b.text[at:])
		ok := size > 0 && (n.set.has(r) || b.re.fold && n.set.folded(r))
		return ok && then(at+size)
	case regexConcat:
		return b.sequence(n.parts, at, then)
	case regexChoice:
		for _, branch := range n.branches {
			if b.match(branch, at, then) {
				return true
			}
		}
		return false
	case regexRepeat:
		return b.repeat(n, 0, at, then)
	case regexGroup:
		return b.group(n, at, then)
	case regexBack:
		return b.back(n.group, at, then)
	case regexAnchor:
		return b.anchor(n.end, at) && then(at)
	}
	return false
}

func (b *backtracker) sequence(parts []regexNode, at int, then func(int) bool) bool {
	if len(parts) == 0 {
		return then(at)
	}
	return b.match(parts[0], at, func(to int) bool { return b.sequence(parts[1:], to, then) })
}

func (b *backtracker) repeat(n regexRepeat, done, at int, then func(int) bool) bool {
	more := func() bool {
		return (n.most < 0 || done < n.most) && b.match(n.inner, at, func(to int) bool {
			return (to > at || done < n.least) && b.repeat(n, done+1, to, then)
		})
	}
	switch {
	case done < n.least:
		return more()
	case n.lazy:
		return then(at) || more()
	}
	return more() || then(at)
}

func (b *backtracker) group(n regexGroup, at int, then func(int) bool) bool {
	from, to := b.groups[2*n.number], b.groups[2*n.number+1]
	if b.match(n.inner, at, func(end int) bool {
		before, until := b.groups[2*n.number], b.groups[2*n.number+1]
		b.groups[2*n.number], b.groups[2*n.number+1] = at, end
		if then(end) {
			return true
		}
		b.groups[2*n.number], b.groups[2*n.number+1] = before, until
		return false
	}) {
		return true
	}
	b.groups[2*n.number], b.groups[2*n.number+1] = from, to
	return false
}

// back matches what a group matched; a group that matched nothing is empty.
func (b *backtracker) back(group, at int, then func(int) bool) bool {
	from, to := b.groups[2*group], b.groups[2*group+1]
	if from < 0 {
		return then(at)
	}
	part := b.text[from:to]
	if len(b.text)-at < len(part) {
		return false
	}
	next := b.text[at : at+len(part)]
	return (next == part || b.re.fold && strings.EqualFold(next, part)) && then(at+len(part))
}

func (b *backtracker) anchor(end bool, at int) bool {
	if end {
		return at == len(b.text) || b.re.lines && b.text[at] == '\n'
	}
	return at == 0 || b.re.lines && b.text[at-1] == '\n'
}
