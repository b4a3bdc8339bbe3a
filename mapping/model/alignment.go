package model

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Alignment is a row of alignments.tsv: a term or code of the model, and the term of
// another vocabulary that is nearest to it.
type Alignment struct {
	// Subject is a compact IRI with a prefix of Prefixes, or a code as
	// concept:SCHEME/CODE.
	Subject string
	// Predicate is a mapping property of SKOS: skos:exactMatch, skos:closeMatch,
	// skos:broadMatch (the other term is broader) or skos:narrowMatch.
	Predicate string
	// Object is a compact IRI with the prefix of its source, Label what the source
	// calls it.
	Object, Label string
	// Source is the file in which the other term was read.
	Source AlignmentSource
	// Comment says how the two differ; it may be empty.
	Comment string
}

// AlignmentSource is a row of alignment-sources.tsv: the file in which terms of a
// vocabulary were read.
type AlignmentSource struct {
	// ID is what the rows of alignments.tsv call it.
	ID string
	// Prefix and Namespace are those of its terms.
	Prefix, Namespace string
	// Vocabulary is its title.
	Vocabulary string
	// File is a package or public repository, and the path of the file in it;
	// Version that of the package, or the commit.
	File, Version string
}

const conceptPrefix = "concept"

// SubjectIRI returns the IRI of the term or code of the model.
func (a Alignment) SubjectIRI() string {
	if code, ok := strings.CutPrefix(a.Subject, conceptPrefix+":"); ok {
		return DefaultBase + "concept/" + code
	}
	return Expand(a.Subject)
}

// ObjectIRI returns the IRI of the term of the other vocabulary.
func (a Alignment) ObjectIRI() string {
	return a.Source.Namespace + strings.TrimPrefix(a.Object, a.Source.Prefix+":")
}

// AlignmentSources returns the files in which the terms of other vocabularies were
// read, one for each.
func AlignmentSources() []AlignmentSource {
	var out []AlignmentSource
	for _, r := range rows("alignment-sources.tsv", true) {
		out = append(out, AlignmentSource{r[0], r[1], r[2], r[3], r[4], r[5]})
	}
	return out
}

// Alignments returns the terms of other vocabularies that are near to those of the
// model, by vocabulary, term and other term.
var Alignments = sync.OnceValue(func() []Alignment {
	sources := map[string]AlignmentSource{}
	for _, s := range AlignmentSources() {
		sources[s.ID] = s
	}
	var out []Alignment
	for _, r := range rows("alignments.tsv", true) {
		out = append(out, Alignment{r[0], r[1], r[2], r[3], sources[r[4]], r[5]})
	}
	return out
})

// AlignmentsSSSOM returns the alignments as SSSOM, in its form of tab-separated
// values with the metadata in front (SSSOM 1.0, section "TSV").
func AlignmentsSSSOM() []byte {
	var b strings.Builder
	b.WriteString("#mapping_set_id: " + DefaultBase + "alignments\n" +
		"#mapping_set_title: Terms of trialweave and of other vocabularies\n" +
		"#license: https://www.apache.org/licenses/LICENSE-2.0\n#curie_map:\n")
	prefixes := []Prefix{{conceptPrefix, DefaultBase + "concept/"}, skosPrefix, {"semapv", "https://w3id.org/semapv/vocab/"}}
	for _, p := range Prefixes() {
		if slices.ContainsFunc(Alignments(), func(a Alignment) bool { return strings.HasPrefix(a.Subject, p.Name+":") }) {
			prefixes = append(prefixes, p)
		}
	}
	for _, s := range AlignmentSources() {
		if p := (Prefix{s.Prefix, s.Namespace}); !slices.Contains(prefixes, p) {
			prefixes = append(prefixes, p)
		}
	}
	slices.SortFunc(prefixes, func(a, b Prefix) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range prefixes {
		fmt.Fprintf(&b, "#  %s: %q\n", p.Name, p.IRI)
	}
	b.WriteString("subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tobject_source_version\tcomment\tother\n")
	for _, a := range Alignments() {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\tsemapv:ManualMappingCuration\t%s\t%s\t%s\n",
			a.Subject, a.label(), a.Predicate, a.Object, a.Label, a.Source.Version, a.Comment, "read in "+a.Source.File)
	}
	return []byte(b.String())
}

// label returns the label of the term or code of the model.
func (a Alignment) label() string {
	_, local, _ := strings.Cut(a.Subject, ":")
	if scheme, code, ok := strings.Cut(local, "/"); ok {
		for _, c := range Default().Concepts {
			if c.Scheme == scheme && c.Code == code {
				return c.Label
			}
		}
	}
	return words(local)
}

// AlignmentsSKOS returns the alignments as statements with the mapping properties of
// SKOS, as Turtle.
func AlignmentsSKOS() []byte {
	t := newTurtle(append(Prefixes(), skosPrefix)...)
	by := map[string][][2]string{}
	var order []string
	for _, a := range Alignments() {
		s := iri(a.SubjectIRI())
		if by[s] == nil {
			order = append(order, s)
		}
		by[s] = append(by[s], [2]string{a.Predicate, iri(a.ObjectIRI())})
	}
	slices.Sort(order)
	for _, s := range order {
		t.subject(s, by[s]...)
	}
	return t.bytes()
}

// Views returns a CONSTRUCT for each vocabulary that studies can be expressed in, by
// name: what it makes of the studies is in the terms of that vocabulary alone.
func Views() []Query { return queriesIn("views") }
