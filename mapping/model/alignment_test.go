package model

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestAlignments holds that each row of alignments.tsv is about a term or code of the
// model, and says in which file the other term was read.
func TestAlignments(t *testing.T) {
	known := map[string]bool{}
	for _, p := range Default().Properties() {
		known[p.Name] = true
	}
	for _, c := range Default().Classes {
		known["ctg:"+c.Name] = true
	}
	for _, c := range Default().Concepts {
		known[conceptPrefix+":"+c.Scheme+"/"+c.Code] = true
	}
	kinds := []string{"skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"}
	all := Alignments()
	if len(all) < 100 {
		t.Errorf("%d alignments", len(all))
	}
	seen := map[[2]string]bool{}
	for _, a := range all {
		if !known[a.Subject] {
			t.Errorf("%s is neither a term nor a code of the model", a.Subject)
		}
		if !slices.Contains(kinds, a.Predicate) {
			t.Errorf("%s %s: unknown predicate %s", a.Subject, a.Object, a.Predicate)
		}
		if a.Label == "" || !strings.HasPrefix(a.Object, a.Source.Prefix+":") || a.Source.File == "" || a.Source.Version == "" {
			t.Errorf("%s %s: label %q, source %+v", a.Subject, a.Object, a.Label, a.Source)
		}
		if pair := [2]string{a.Subject, a.Object}; seen[pair] {
			t.Errorf("%v comes twice", pair)
		} else {
			seen[pair] = true
		}
	}
	var order []string
	for _, s := range AlignmentSources() {
		order = append(order, s.ID)
	}
	if !slices.IsSortedFunc(all, func(a, b Alignment) int {
		return cmp.Or(slices.Index(order, a.Source.ID)-slices.Index(order, b.Source.ID), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Object, b.Object))
	}) {
		t.Error("the rows are not in the order of source, term and other term")
	}
}

var (
	prefixLine = regexp.MustCompile(`(?m)^PREFIX (\w+): <([^>]*)>$`)
	prefixed   = regexp.MustCompile(`\b(\w+):([A-Za-z](?:[\w.-]*\w)?)`)
)

// without are the terms that the views need beside those that are aligned: what
// Wikidata calls rdf:type, and what FHIR has around and within the elements.
var without = regexp.MustCompile(`^(wdt:P31|fhir:(ResearchStudy|nodeRole|treeRoot|value|Resource\.id|(Identifier|Period|Reference|CodeableConcept|CodeableReference|RelatedArtifact)\.\w+|ResearchStudy\.\w+\.\w+))$`)

// unmade are the aligned properties that no view can have, because their values have
// to be found in Wikidata.
var unmade = []string{"wdt:P1050", "wdt:P4844", "wdt:P859"}

// TestViewsUseAlignments holds that the views make studies of terms that are aligned,
// and of all of those that their vocabulary has.
func TestViewsUseAlignments(t *testing.T) {
	ours := map[string]bool{}
	for _, p := range Default().Properties() {
		ours[p.Name] = true
	}
	aligned := map[string]bool{}
	for _, a := range Alignments() {
		aligned[a.Object] = true
	}
	used := map[string]bool{}
	for _, view := range Views() {
		for _, m := range prefixLine.FindAllStringSubmatch(view.SPARQL, -1) {
			for _, s := range AlignmentSources() {
				if s.Prefix == m[1] && s.Namespace != m[2] {
					t.Errorf("%s: prefix %s is %s, expected %s", view.Name, m[1], m[2], s.Namespace)
				}
			}
		}
		_, body, _ := strings.Cut(view.SPARQL, "CONSTRUCT")
		for _, m := range prefixed.FindAllStringSubmatch(body, -1) {
			if term := m[0]; m[1] != "ctg" && m[1] != "rdfs" && m[1] != "http" {
				used[term] = true
				if !aligned[term] && !ours[term] && !without.MatchString(term) {
					t.Errorf("%s: no row of alignments.tsv is about %s", view.Name, term)
				}
			}
		}
	}
	for term := range aligned {
		if !used[term] && !slices.Contains(unmade, term) {
			t.Errorf("no view uses %s", term)
		}
	}
}

func ExampleAlignments() {
	for _, a := range Alignments() {
		if a.Subject == "ctg:enrollment_count" {
			fmt.Println(a.Predicate, a.ObjectIRI(), a.Label)
		}
	}
	// Output:
	// skos:broadMatch http://hl7.org/fhir/ResearchStudy.recruitment recruitment
	// skos:closeMatch http://www.wikidata.org/prop/direct/P1132 Number of participants
}

func ExampleViews() {
	for _, view := range Views() {
		fmt.Println(view.Name)
	}
	// Output:
	// bio2rdf
	// cto
	// fhir
	// schema-org
	// wikidata
}
