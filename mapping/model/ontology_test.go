package model

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestOntologyIsDL: what OWL 2 DL requires of the ontology beyond syntax. Each
// property is of one kind, the range of an object property is no datatype, and the
// annotation properties and datatypes that OWL does not have are declared.
func TestOntologyIsDL(t *testing.T) {
	kinds, used := map[string][]string{}, map[string]bool{}
	for block := range strings.SplitSeq(string(Ontology()), "\n\n") {
		name, kind, ok := strings.Cut(strings.TrimSpace(block), " a ")
		if !ok || strings.HasPrefix(name, "@") {
			continue
		}
		kind, _, _ = strings.Cut(kind, " ")
		kinds[name] = append(kinds[name], kind)
		for _, m := range regexp.MustCompile(`(?m)^    (\S+) `).FindAllStringSubmatch(block, -1) {
			used[m[1]] = true
		}
		_, of, _ := strings.Cut(block, "rdfs:range ")
		of, _, _ = strings.Cut(of, " ")
		switch datatype := strings.HasPrefix(of, "xsd:"); {
		case of == "" && strings.Contains(block, "rdfs:range"):
			t.Errorf("%s has an empty range", name)
		case of != "" && datatype != (kind == "owl:DatatypeProperty") && of != "geo:wktLiteral":
			t.Errorf("%s is an %s with the range %s", name, kind, of)
		case of == "xsd:date" || of == "xsd:duration":
			used[of] = true
		}
	}
	if len(kinds) < 400 || !used["skos:note"] || !used["xsd:date"] {
		t.Fatalf("%d terms, and %v: the ontology is read otherwise", len(kinds), used)
	}
	for name, of := range kinds {
		if len(of) > 1 {
			t.Errorf("%s is %v", name, of)
		}
	}
	for name := range used {
		if builtIn := []string{"rdfs:label", "rdfs:comment", "rdfs:isDefinedBy", "rdfs:domain", "rdfs:range", "owl:versionIRI"}; !slices.Contains(builtIn, name) && kinds[name] == nil {
			t.Errorf("%s is used and not declared", name)
		}
	}
	if !slices.Equal(kinds["ctg:organization"], []string{"owl:AnnotationProperty"}) {
		t.Errorf("ctg:organization, whose values are nodes and texts, is %v", kinds["ctg:organization"])
	}
}
