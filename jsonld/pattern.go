package jsonld

import (
	"strconv"
	"strings"
)

// pattern is an IRI pattern of fields.tsv, taken apart. It begins with "#" (a
// fragment of the study), "^" (the place around the node), "~" (the outcome
// measure around it) or an absolute IRI, and holds placeholders:
//
//	{i}        the place in the list
//	{h:a,b}    the hash of a natural key; =word stands for itself
//	{k:a}      a registry's id, escaped; {k:a|h:b} the hash of b where a is empty
//	{f:a}      a file name, escaped
//	{nct} {nn} the study's number, and its last two digits
//	{}         the id that points (in a GroupRef)
type pattern struct {
	root  byte
	parts []patternPart
}

// patternPart is literal text, or an operation on members.
type patternPart struct {
	text string
	op   string
	keys []string
	// other is what to do where op finds nothing.
	other *patternPart
}

func parsePattern(s string) pattern {
	p := pattern{root: 'h'}
	if s != "" && strings.IndexByte("#^~", s[0]) >= 0 {
		p.root, s = s[0], s[1:]
	}
	for s != "" {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			return p.with(patternPart{text: s})
		}
		if open > 0 {
			p = p.with(patternPart{text: s[:open]})
		}
		end := strings.IndexByte(s, '}')
		p = p.with(parsePlaceholder(s[open+1 : end]))
		s = s[end+1:]
	}
	return p
}

func (p pattern) with(part patternPart) pattern {
	p.parts = append(p.parts, part)
	return p
}

func parsePlaceholder(s string) patternPart {
	first, second, alternative := strings.Cut(s, "|")
	op, keys, _ := strings.Cut(first, ":")
	part := patternPart{op: op}
	if op == "" {
		part.op = "id"
	}
	if keys != "" {
		part.keys = strings.Split(keys, ",")
	}
	if alternative {
		other := parsePlaceholder(second)
		part.other = &other
	}
	return part
}

// place is where a pattern is filled in.
type place struct {
	nct, study, around, measure string
	index                       int
	id                          string
	record                      *value
}

func (p pattern) iri(at place) string {
	var b strings.Builder
	switch p.root {
	case '#':
		b.WriteString(at.study + "#")
	case '^':
		b.WriteString(at.around)
	case '~':
		b.WriteString(at.measure)
	}
	for _, part := range p.parts {
		b.WriteString(part.fill(at))
	}
	return b.String()
}

func (part patternPart) fill(at place) string {
	switch part.op {
	case "":
		return part.text
	case "i":
		return strconv.Itoa(at.index)
	case "nct":
		return at.nct
	case "nn":
		return at.nct[len(at.nct)-2:]
	case "id":
		return escapeKey(at.id)
	case "h":
		return hashKey(ownHash, part.natural(at)...)
	}
	return part.named(at)
}

// natural returns the parts of the natural key.
func (part patternPart) natural(at place) []string {
	out := make([]string, len(part.keys))
	for i, k := range part.keys {
		if word, ok := strings.CutPrefix(k, "="); ok {
			out[i] = word
		} else {
			out[i] = at.record.get(k).str()
		}
	}
	return out
}

// named fills in an id or a file name. Where the record gives none, the other
// placeholder does, and at last the place in the list.
func (part patternPart) named(at place) string {
	name := at.record.get(part.keys[0]).str()
	switch {
	case strings.TrimSpace(name) == "" && part.other != nil:
		return part.other.fill(at)
	case strings.TrimSpace(name) == "":
		return "_" + strconv.Itoa(at.index)
	case part.op == "f":
		return escapeFile(name)
	}
	return escapeKey(name)
}
