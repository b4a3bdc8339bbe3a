package mapping_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
)

// object is a JSON object.
type object = map[string]any

// contextTerm is a term of the bundled context: a name of the outermost level,
// or one of the scoped context of a class.
type contextTerm struct{ class, name string }

func (c contextTerm) String() string { return strings.TrimPrefix(c.class+"."+c.name, ".") }

// bundledContext returns the bundled context, decoded.
func bundledContext(t testing.TB) object {
	t.Helper()
	var doc object
	if err := json.Unmarshal(jsonld.BundledContext(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc["@context"].(object)
}

func contextTerms(context object) []contextTerm {
	var out []contextTerm
	for name, def := range context {
		if strings.HasPrefix(name, "@") {
			continue
		}
		out = append(out, contextTerm{"", name})
		if class, ok := def.(object); ok {
			for inner := range class["@context"].(object) {
				if !strings.HasPrefix(inner, "@") {
					out = append(out, contextTerm{name, inner})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b contextTerm) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// without copies the context, less one term.
func without(context object, term contextTerm) object {
	out := maps.Clone(context)
	if term.class == "" {
		delete(out, term.name)
		return out
	}
	class := maps.Clone(out[term.class].(object))
	scoped := maps.Clone(class["@context"].(object))
	delete(scoped, term.name)
	class["@context"] = scoped
	out[term.class] = class
	return out
}

// annotated returns the annotated studies without their context, as decoded
// JSON: with the concepts of codes, so that every term has its use.
func annotated(t testing.TB, studies []named) []any {
	t.Helper()
	e := engine(t, &mapping.Options{Concepts: true})
	var graphs []any
	for _, s := range studies {
		text, err := e.Annotate(nil, s.data, mapping.NoContext)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		var doc object
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		graphs = append(graphs, doc["@graph"].([]any)...)
	}
	return graphs
}

// expandWith expands with json-gold and returns the lines.
func expandWith(t testing.TB, context object, graph []any) map[string]bool {
	t.Helper()
	o := ld.NewJsonLdOptions("")
	o.ProcessingMode = ld.JsonLd_1_1
	o.Format = "application/n-quads"
	out, err := ld.NewJsonLdProcessor().ToRDF(object{"@context": context, "@graph": graph}, o)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for line := range strings.Lines(out.(string)) {
		lines[line] = true
	}
	return lines
}

// uses finds, for every term, nodes that have it and nothing else: the
// smallest, and the biggest that there is.
func uses(context object, graphs []any) map[contextTerm][2]object {
	out := map[contextTerm][2]object{}
	var walk func(v any, classes []string)
	walk = func(v any, classes []string) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x, classes)
			}
		case object:
			if types, ok := v["@type"]; ok && v["@value"] == nil {
				classes = typeNames(types)
				for _, c := range classes {
					note(out, contextTerm{"", c}, object{"@id": v["@id"], "@type": c})
				}
			}
			for key, x := range v {
				for _, class := range classes {
					if def, ok := context[class].(object); ok && def["@context"].(object)[key] != nil {
						note(out, contextTerm{class, key}, object{"@id": "urn:x:node", "@type": class, key: x})
					}
				}
				walk(x, classes)
			}
		}
	}
	walk(graphs, nil)
	return out
}

func typeNames(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var out []string
	for _, x := range v.([]any) {
		out = append(out, x.(string))
	}
	return out
}

// note keeps the smallest and the biggest use of a term.
func note(uses map[contextTerm][2]object, term contextTerm, use object) {
	both, ok := uses[term]
	if !ok {
		both = [2]object{use, use}
	}
	if size(use) < size(both[0]) {
		both[0] = use
	}
	if size(use) > size(both[1]) {
		both[1] = use
	}
	uses[term] = both
}

func size(o object) int {
	text, err := json.Marshal(o)
	if err != nil {
		return 0
	}
	return len(text)
}

// TestTheContextIsTheDefinition: for every term of the bundled context, taking
// it out takes its triples out of the output.
func TestTheContextIsTheDefinition(t *testing.T) {
	context := bundledContext(t)
	graphs := annotated(t, fixtures(t))
	found := uses(context, graphs)
	for i, term := range contextTerms(context) {
		use, ok := found[term]
		if isPrefix(context, term) {
			use, ok = prefixUse(term, context), true
		}
		if !ok {
			t.Errorf("no fixture uses the term %s", term)
			continue
		}
		if i%portion.Count(6, 1) != 0 {
			continue
		}
		less := without(context, term)
		err := definedBy(t, context, less, term, []any{use[0]})
		if err != nil {
			err = definedBy(t, context, less, term, []any{use[1]})
		}
		if err != nil {
			t.Error(err)
		}
	}
}

func isPrefix(context object, term contextTerm) bool {
	iri, ok := context[term.name].(string)
	return term.class == "" && ok && strings.Contains(iri, "/")
}

// prefixUse names a property by a prefix.
func prefixUse(prefix contextTerm, context object) [2]object {
	use := object{"@id": "urn:x:node", prefix.name + ":x": context[prefix.name]}
	return [2]object{use, use}
}

// definedBy checks that a node loses the triples of a term with it, and gains
// none. A class or prefix that is gone leaves a word that means another thing.
func definedBy(t *testing.T, context, less object, term contextTerm, graph []any) error {
	t.Helper()
	with, lost := expandWith(t, context, graph), 0
	after := expandWith(t, less, graph)
	for line := range with {
		if !after[line] {
			lost++
		}
	}
	for line := range after {
		if !with[line] && term.class != "" {
			return fmt.Errorf("%s: without it there is %s", term, line)
		}
	}
	if lost == 0 {
		return fmt.Errorf("%s: nothing is lost without it, of %d triples", term, len(with))
	}
	return nil
}

// TestAnnotatedIsTheStudy: the annotated document of a fixture is valid JSON on
// one line, and every key of the record is in it, but for those of the short
// list that two modules use for two things.
func TestAnnotatedIsTheStudy(t *testing.T) {
	e := engine(t, nil)
	for _, f := range fixtures(t) {
		text, err := e.Annotate(nil, f.data, mapping.Inline)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(text) || bytes.ContainsRune(text, '\n') {
			t.Errorf("%s: no JSON document on one line", f.name)
		}
	}
}
