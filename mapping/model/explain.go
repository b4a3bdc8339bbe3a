package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
)

// Explanation is what the tables say of one thing.
type Explanation struct {
	// Title names it: a path, a property, a class or a scheme.
	Title string
	// Lines are pairs of a name and what is said under it.
	Lines [][2]string
}

// Explain finds what a word means: a path of a record or the end of one, an
// IRI or compact IRI, a class, a piece of the classic API, a column of AACT, an
// element of a classic record, or a scheme of codes.
func (m *Model) Explain(word string) []Explanation {
	word = strings.TrimSpace(word)
	compact := m.Compact(strings.Trim(word, "<>"))
	var out []Explanation
	for _, f := range m.Fields {
		if f.answersTo(word, compact) {
			out = append(out, m.explainField(f))
		}
	}
	if len(out) > 0 {
		return out
	}
	out = append(out, m.explainComputed(compact)...)
	for _, c := range m.Classes {
		if compact == "ctg:"+c.Name || strings.EqualFold(word, c.Name) {
			out = append(out, m.explainClass(c))
		}
	}
	return append(out, m.explainScheme(word)...)
}

// Compact turns an IRI of the model into its compact form.
func (m *Model) Compact(iri string) string {
	for _, p := range Prefixes() {
		if local, ok := strings.CutPrefix(iri, p.IRI); ok {
			return p.Name + ":" + local
		}
	}
	return iri
}

func (f *Field) answersTo(word, compact string) bool {
	path := strings.Trim(strings.ReplaceAll(strings.TrimPrefix(word, "/"), "/", "."), ".")
	switch {
	case strings.EqualFold(f.Path, path) || strings.HasSuffix(strings.ToLower(f.Path), "."+strings.ToLower(path)):
		return true
	case f.Property == compact || f.Property != "" && f.Local() == word:
		return true
	case strings.EqualFold(f.Piece, word) || listed(f.AltPiece, word):
		return true
	}
	return listed(f.AACT, word) || listed(f.XML, word)
}

// listed reports whether a word stands in a list with semicolons, alone or before
// a remark.
func listed(list, word string) bool {
	for _, item := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ',' }) {
		name, _, _ := strings.Cut(strings.TrimSpace(item), " ")
		if strings.EqualFold(name, word) {
			return true
		}
	}
	return false
}

func (m *Model) explainField(f *Field) Explanation {
	e := Explanation{Title: f.Path}
	e.say("title", f.Title)
	e.say("kind", f.kindInWords())
	e.say("node", f.Node)
	e.say("property", f.Property)
	if f.Property != "" {
		e.say("IRI", Expand(f.Property))
		e.say("of", "ctg:"+f.carrier())
		e.say("range", strings.Join(f.Ranges(), ", "))
	}
	for _, d := range f.Derived() {
		e.say("computed", d.Property+" ("+d.Type+"): "+d.Comment())
	}
	e.say("term", f.Term)
	e.say("codes", m.codeList(f.Enum))
	e.say("part", f.Part)
	e.say("definition", optional(f.Definition, registryPage))
	e.say("classic API", f.Piece)
	e.say("classic XML", f.XML)
	e.say("AACT", f.AACT)
	return e
}

func (e *Explanation) say(name, what string) {
	if what != "" {
		e.Lines = append(e.Lines, [2]string{name, what})
	}
}

func (f *Field) kindInWords() string {
	s := string(f.Kind)
	if f.Enum != "" {
		s += " of " + f.Enum
	}
	if f.List {
		s = "list of " + s
	}
	if f.Type != "" {
		s += " (" + f.Type + ")"
	}
	return s
}

func (m *Model) codeList(scheme string) string {
	var out []string
	for _, c := range m.Concepts {
		if c.Scheme == scheme {
			out = append(out, c.Code)
		}
	}
	return strings.Join(out, ", ")
}

// explainComputed explains properties that no field has of itself.
func (m *Model) explainComputed(compact string) []Explanation {
	var out []Explanation
	for _, p := range m.Properties() {
		_, local, _ := strings.Cut(p.Name, ":")
		if p.Name != compact && local != compact {
			continue
		}
		e := Explanation{Title: p.Name}
		e.say("meaning", p.Comment)
		e.say("IRI", Expand(p.Name))
		e.say("of", joined(p.Classes, className))
		e.say("range", strings.Join(p.Ranges, ", "))
		e.say("from", strings.Join(p.Paths, ", "))
		out = append(out, e)
	}
	return out
}

func (m *Model) explainClass(c Class) Explanation {
	e := Explanation{Title: "ctg:" + c.Name}
	e.say("meaning", c.Comment)
	e.say("IRI", NSRegistry+c.Name)
	for _, f := range m.Fields {
		if f.Class == c.Name && !f.Leaf() {
			e.say("from", f.Path)
			e.say("node", f.Node)
		}
	}
	var terms []string
	for _, d := range m.members(c.Name) {
		if d.iri != "@nest" {
			terms = append(terms, d.iri)
		}
	}
	slices.Sort(terms)
	e.say("properties", strings.Join(slices.Compact(terms), ", "))
	return e
}

func (m *Model) explainScheme(word string) []Explanation {
	var out []Explanation
	for _, c := range m.Concepts {
		if !strings.EqualFold(c.Scheme, word) && !strings.EqualFold(c.Code, word) {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Title != c.Scheme {
			out = append(out, Explanation{Title: c.Scheme})
		}
		e := &out[len(out)-1]
		label := c.Label
		if len(c.Alternatives) > 0 {
			label += fmt.Sprintf(" (also %s)", strings.Join(c.Alternatives, ", "))
		}
		e.say(c.Code, label)
		if strings.EqualFold(c.Code, word) {
			e.say("IRI", DefaultBase+"concept/"+c.Scheme+"/"+c.Code)
			e.say("fields", strings.Join(m.fieldsOf(c.Scheme), ", "))
		}
	}
	return out
}

// fieldsOf are the paths of the fields that have the codes of a scheme.
func (m *Model) fieldsOf(scheme string) []string {
	var out []string
	for _, f := range m.Fields {
		if f.Enum == scheme {
			out = append(out, f.Path)
		}
	}
	return out
}

// Suggest returns the words of the model nearest to one that means nothing in
// it, best first.
func (m *Model) Suggest(word string) []string {
	type guess struct {
		word string
		far  int
	}
	var all []guess
	add := func(s string) {
		if far := nearest.Distance(strings.ToLower(word), strings.ToLower(s)); far <= 1+len(word)/4 {
			all = append(all, guess{s, far})
		}
	}
	for _, f := range m.Fields {
		add(f.Key)
		add(f.Piece)
		if f.Property != "" {
			add(f.Local())
		}
	}
	for _, c := range m.Classes {
		add(c.Name)
	}
	slices.SortStableFunc(all, func(a, b guess) int { return a.far - b.far })
	var out []string
	for _, g := range all {
		if !slices.Contains(out, g.word) && len(out) < 3 {
			out = append(out, g.word)
		}
	}
	return out
}

// Nearest returns the name that a word was probably meant to be, or "".
func Nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, least := "", 2+len(word)/4
	for _, name := range names {
		low := strings.ToLower(name)
		far := nearest.Distance(word, low)
		if strings.HasPrefix(low, word) {
			far = min(far, 1)
		}
		if far < least {
			best, least = name, far
		}
	}
	return best
}
