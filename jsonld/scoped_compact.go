package jsonld

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// compact returns the compacted form of an expanded node.
func (p *scopes) compact(node map[string]any) (map[string]any, error) {
	out, err := p.top.compactItem("", node)
	if err != nil {
		return nil, err
	}
	object, ok := out.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("a node that compacts to %T", out)
	}
	return object, nil
}

// compactItem compacts one value of a property (JSON-LD 1.1 API, section 6.1.2).
func (s *scope) compactItem(property string, item any) (any, error) {
	object, ok := item.(map[string]any)
	if !ok {
		return nil, errGeneral
	}
	if d := s.context.GetTermDefinition(property); d != nil && d.HasContext {
		return nil, errGeneral
	}
	own := s
	if ld.IsValue(object) || ld.IsSubjectReference(object) {
		if object["@language"] != nil || object["@direction"] != nil || object["@index"] != nil {
			return nil, errGeneral
		}
		if value, done, err := s.compactValue(property, object); done || err != nil {
			return value, err
		}
	} else {
		own = s.reverted()
	}
	if list, ok := object["@type"].([]any); ok {
		types := make([]string, 0, len(list))
		for _, t := range list {
			name, err := own.term(t.(string), nil)
			if err != nil {
				return nil, err
			}
			types = append(types, name)
		}
		var err error
		if own, err = own.forTypes(types, s); err != nil {
			return nil, err
		}
	}
	out := make(map[string]any, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if err := own.compactMember(out, name, object[name], s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// compactValue compacts a value or a reference to a scalar (JSON-LD 1.1 API,
// section 6.3.2), and reports whether that can be done.
func (s *scope) compactValue(property string, object map[string]any) (out any, done bool, err error) {
	coerced := ""
	if d := s.context.GetTermDefinition(property); d != nil {
		coerced = d.Type
	}
	if id, ok := object["@id"].(string); ok {
		name, err := s.compactID(id)
		return name, coerced == "@id", err
	}
	datatype, typed := object["@type"].(string)
	return object["@value"], !typed || datatype == coerced, nil
}

// compactID compacts the name of a node by the prefixes (section 6.2.2, step 7).
func (s *scope) compactID(id string) (string, error) {
	scheme, _, _ := strings.Cut(id, ":")
	if _, confusing := s.prefixes[scheme]; confusing {
		return "", errGeneral // which may be an error
	}
	best := ""
	for name, namespace := range s.prefixes {
		rest, ok := strings.CutPrefix(id, namespace)
		if !ok || rest == "" {
			continue
		}
		curie := name + ":" + rest
		if d, known := s.context.TermDefinitions[curie]; known && (d == nil || d.ID != id) {
			continue
		}
		if best == "" || ld.CompareShortestLeast(curie, best) {
			best = curie
		}
	}
	if best == "" {
		return id, nil
	}
	return best, nil
}

// compactMember compacts the values of an expanded name into out; around is the scope
// without the classes of the object, in which its types have their names.
func (s *scope) compactMember(out map[string]any, name string, value any, around *scope) error {
	switch name {
	case "@id":
		id, err := s.compactID(value.(string))
		out["@id"] = id
		return err
	case "@type":
		return around.compactTypes(out, value)
	case "@value":
		out["@value"] = value
		return nil
	}
	list, ok := value.([]any)
	if !ok || len(list) == 0 || ld.IsKeyword(name) && name != "@graph" {
		return errGeneral
	}
	for _, item := range list {
		term, err := s.term(name, item)
		if err != nil {
			return err
		}
		if d := s.context.GetTermDefinition(term); d != nil && d.Nest != "" {
			return errGeneral
		}
		compacted, err := s.compactItem(term, item)
		if err != nil {
			return err
		}
		ld.AddValue(out, term, compacted, name == "@graph" || s.context.HasContainerMapping(term, "@set"), false, true, false)
	}
	return nil
}

func (s *scope) compactTypes(out map[string]any, value any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	types := make([]any, len(list))
	for i, t := range list {
		name, err := s.term(t.(string), nil)
		if err != nil {
			return err
		}
		types[i] = name
	}
	if out["@type"] = any(types); len(types) == 1 {
		out["@type"] = types[0]
	}
	return nil
}

// term returns the name of an IRI for a value: chosen by its datatype, or as it is a
// node, which is all that plain terms are chosen by.
func (s *scope) term(iri string, value any) (string, error) {
	if object, ok := value.(map[string]any); ok && !ld.IsValue(object) {
		if id, _ := object["@id"].(string); s.named[id] {
			return "", errGeneral // it may be named by a term
		}
	}
	key := termKey(iri, value)
	name, known := s.terms[key]
	if known {
		return name, nil
	}
	var err error
	if !s.named[iri] && !ld.IsKeyword(iri) {
		name, err = s.compactID(iri)
	} else {
		name, err = ld.CopyContext(s.context).CompactIri(iri, value, true, false)
	}
	if err != nil {
		return "", err
	}
	s.terms[key] = name
	return name, nil
}
