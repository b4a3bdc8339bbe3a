package mapping

import (
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
)

// pattern is an IRI pattern of fields.tsv, taken apart. It begins with "#" (a
// fragment of the study), "^" (the place around the node), "~" (the outcome
// measure around it) or an absolute IRI, and holds placeholders:
//
//	{i}        the place in the list
//	{h:a,b}    the hash of a natural key; =word stands for itself, and a member
//	           with a "?" behind it is part of the key where it is there
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
	op   patternOp
	keys []patternKey
	// other is what to do where op finds nothing.
	other *patternPart
}

// patternOp is what a placeholder asks for.
type patternOp byte

const (
	literalText patternOp = iota
	listIndex
	pointingID
	wholeNumber
	lastTwoDigits
	naturalHash
	escapedID
	escapedFile
)

// patternOps are the operations by their names in the tables.
var patternOps = map[string]patternOp{
	"i": listIndex, "": pointingID, "nct": wholeNumber, "nn": lastTwoDigits, "h": naturalHash, "k": escapedID, "f": escapedFile,
}

// patternKey names a member, or stands for a word.
type patternKey struct {
	name string
	key  scan.Key
	word bool
	// optional says that the key leaves the member out if it is empty.
	optional bool
}

func parsePattern(s string, names *scan.Names) pattern {
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
		p = p.with(parsePlaceholder(s[open+1:end], names))
		s = s[end+1:]
	}
	return p
}

func (p pattern) with(part patternPart) pattern {
	p.parts = append(p.parts, part)
	return p
}

func parsePlaceholder(s string, names *scan.Names) patternPart {
	first, second, alternative := strings.Cut(s, "|")
	op, keys, _ := strings.Cut(first, ":")
	part := patternPart{op: patternOps[op]}
	if keys != "" {
		for k := range strings.SplitSeq(keys, ",") {
			word, isWord := strings.CutPrefix(k, "=")
			word, optional := strings.CutSuffix(word, "?")
			part.keys = append(part.keys, patternKey{name: word, key: names.Key(word), word: isWord, optional: optional})
		}
	}
	if alternative {
		other := parsePlaceholder(second, names)
		part.other = &other
	}
	return part
}

// members are those of the object that a pattern takes its parts from.
type members interface {
	// text returns the string under the key, or "".
	text(patternKey) string
}

// place is where a pattern is filled in.
type place struct {
	nct, study, around, measure string
	index                       int
	id                          string
	record                      members
	// key is room for a natural key.
	key []byte
}

func (p pattern) iri(at *place) string { return string(p.append(nil, at)) }

// append appends the IRI.
func (p *pattern) append(dst []byte, at *place) []byte {
	switch p.root {
	case '#':
		dst = append(append(dst, at.study...), '#')
	case '^':
		dst = append(dst, at.around...)
	case '~':
		dst = append(dst, at.measure...)
	}
	for i := range p.parts {
		dst = p.parts[i].append(dst, at)
	}
	return dst
}

func (part *patternPart) append(dst []byte, at *place) []byte {
	switch part.op {
	case literalText:
		return append(dst, part.text...)
	case listIndex:
		return strconv.AppendInt(dst, int64(at.index), 10)
	case wholeNumber:
		return append(dst, at.nct...)
	case lastTwoDigits:
		return append(dst, at.nct[len(at.nct)-2:]...)
	case pointingID:
		return appendKey(dst, at.id)
	case naturalHash:
		return part.hash(dst, at)
	}
	return part.named(dst, at)
}

// hash appends the hash of the natural key.
func (part *patternPart) hash(dst []byte, at *place) []byte {
	at.key = at.key[:0]
	for i, k := range part.keys {
		text := k.name
		if !k.word {
			text = at.record.text(k)
		}
		if k.optional && text == "" {
			continue
		}
		if i > 0 {
			at.key = append(at.key, keySeparator)
		}
		if isNormal(text) {
			at.key = append(at.key, text...)
		} else {
			at.key = appendNormal(at.key, text)
		}
	}
	return appendHash(dst, ownHash, at.key)
}

// named appends an id or a file name. Where the record gives none, the other
// placeholder does, and at last the place in the list.
func (part *patternPart) named(dst []byte, at *place) []byte {
	name := at.record.text(part.keys[0])
	switch {
	case blank(name) && part.other != nil:
		return part.other.append(dst, at)
	case blank(name):
		return strconv.AppendInt(append(dst, '_'), int64(at.index), 10)
	case part.op == escapedFile:
		return appendFile(dst, name)
	}
	return appendKey(dst, name)
}
