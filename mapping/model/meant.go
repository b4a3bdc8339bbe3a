package model

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
)

// meaning is a name that a term of the model goes by, in the model or elsewhere.
type meaning struct {
	name   string // as one word, without signs
	words  []string
	target string // the term
	rank   int    // 0 is its own name
}

// Ranks of names: that of the term, those of the registry's APIs, and those of other
// forms of the data.
const (
	ofTerm = iota
	ofRegistry
	ofOthers
)

// Meant returns the term of the model, compact, that is probably meant by the name of
// something that the model does not have: ctg:briefTitle, OverallStatus, ctg:Trial.
// The tables say by which names a term goes: the keys and pieces of the registry's APIs,
// columns of AACT and elements of classic records. The same name but for case and
// signs is the best, then a slip of a letter, then one that has the same words, then
// one that is spelled alike. It returns "" where none is near.
func (m *Model) Meant(name string) string {
	local := name[strings.LastIndexAny(name, "/#:")+1:]
	return meant(local, m.meanings())
}

// MeantCode returns the code of a scheme that is probably meant by a text, which may
// be a label of it, or "".
func (m *Model) MeantCode(scheme, text string) string {
	var all []meaning
	for _, c := range m.Concepts {
		if c.Scheme != scheme {
			continue
		}
		all = append(all, newMeaning(c.Code, c.Code, ofTerm))
		for _, other := range append(c.Alternatives[:len(c.Alternatives):len(c.Alternatives)], c.Label) {
			all = append(all, newMeaning(other, c.Code, ofOthers))
		}
	}
	if code := meant(text, all); code != "" {
		return code
	}
	whole := newMeaning(scheme+" "+text, "", 0) // Phase 3 for 3
	if at := slices.IndexFunc(all, func(m meaning) bool { return m.name == whole.name }); at >= 0 && text != "" {
		return all[at].target
	}
	return ""
}

func newMeaning(name, target string, rank int) meaning {
	w := tokens(name)
	return meaning{strings.Join(w, ""), w, target, rank}
}

// findMeanings collects the names of all properties and classes.
func (m *Model) findMeanings() []meaning {
	var out []meaning
	add := func(target string, rank int, names ...string) {
		for _, name := range names {
			if name != "" {
				out = append(out, newMeaning(name, target, rank))
			}
		}
	}
	for _, c := range m.Classes {
		add("ctg:"+c.Name, ofTerm, c.Name)
		add("ctg:"+c.Name, ofOthers, c.Also...)
	}
	for _, f := range m.Fields {
		if f.Property == "" {
			continue
		}
		add(f.Property, ofTerm, f.Local())
		add(f.Property, ofRegistry, f.Key, f.Piece)
		add(f.Property, ofOthers, items(f.AltPiece)...)
		add(f.Property, ofOthers, lastNames(f.AACT, ".")...)
		add(f.Property, ofOthers, lastNames(f.XML, "/")...)
	}
	for _, p := range m.Properties() {
		add(p.Name, ofTerm, p.Name[strings.IndexByte(p.Name, ':')+1:])
	}
	return out
}

// items are those of a cell that lists several.
func items(cell string) []string {
	var out []string
	for _, item := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == ',' }) {
		out = append(out, strings.TrimSpace(item))
	}
	return out
}

// lastNames are the ends of paths, such as columns without their table.
func lastNames(cell, sep string) []string {
	var out []string
	for _, item := range items(cell) {
		path, _, _ := strings.Cut(item, " ")
		if name := path[strings.LastIndex(path, sep)+1:]; name != "." {
			out = append(out, name)
		}
	}
	return out
}

// meant is the target of the best of some names. Of equally good ones the first is
// taken: fields come in the order of a record.
func meant(written string, all []meaning) string {
	asked := newMeaning(written, "", 0)
	if asked.name == "" {
		return ""
	}
	isClass := written[0] >= 'A' && written[0] <= 'Z'
	best, least := "", 0
	for _, known := range all {
		far, near := asked.far(known)
		if !near {
			continue
		}
		far = far*10 + known.rank*2
		if isClass != known.isClass() {
			far += 3
		}
		if best == "" || far < least {
			best, least = known.target, far
		}
	}
	return best
}

func (m meaning) isClass() bool {
	local := m.target[strings.IndexByte(m.target, ':')+1:]
	return local != "" && local[0] >= 'A' && local[0] <= 'Z'
}

// far is how unlike two names are: 0 the same, 1 and 2 a slip of so many letters, from
// 10 on the same words and others beside them, from 100 on spelled alike.
func (m meaning) far(known meaning) (far int, near bool) {
	if m.name == known.name {
		return 0, true
	}
	distance := nearest.Distance(m.name, known.name)
	if distance <= 2 && distance*5 <= len(m.name) {
		return distance, true
	}
	if extra, ok := wordsBeside(m.words, known.words); ok {
		return 9 + extra, true
	}
	if known.rank == ofTerm && distance <= len(m.name)/3 {
		return 100 + distance, true
	}
	return 0, false
}

// mostBeside is how many words one name may have beside the words of another.
const mostBeside = 2

// wordsBeside reports whether one name has all words of the other, and how many more.
// A single word says little where the other name was asked for with more.
func wordsBeside(asked, known []string) (extra int, ok bool) {
	fewer, more := asked, known
	if len(fewer) > len(more) {
		fewer, more = known, asked
	}
	extra = len(more) - len(fewer)
	if len(fewer) == 0 || extra > mostBeside || len(known) == 1 && len(asked) > 1 {
		return 0, false
	}
	for _, word := range fewer {
		if !slices.ContainsFunc(more, func(other string) bool { return singular(word) == singular(other) }) {
			return 0, false
		}
	}
	return extra, len(strings.Join(fewer, "")) > 2
}

func singular(word string) string {
	if s, ok := strings.CutSuffix(word, "ies"); ok {
		return s + "y"
	}
	return strings.TrimSuffix(word, "s")
}
