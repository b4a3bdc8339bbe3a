package jsonld

import (
	"maps"
	"slices"

	"github.com/piprate/json-gold/ld"
)

// inside is the scope for what a property holds (JSON-LD 1.1 API, section 5.1.2, step
// 7): not that of the class, unless it is a value or a reference.
func (s *scope) inside(node map[string]any) (*scope, error) {
	if s.outer == nil || len(node) > 2 {
		return s.reverted(), nil
	}
	for key := range node {
		name, err := s.name(key)
		if err != nil {
			return nil, err
		}
		if name == "@value" || name == "@id" && len(node) == 1 {
			return s, nil
		}
	}
	return s.reverted(), nil
}

// expand returns the expanded form of a node.
func (p *scopes) expand(node map[string]any) (map[string]any, error) {
	out, err := p.top.expandObject("", node)
	if err != nil {
		return nil, err
	}
	if out == nil {
		return nil, errGeneral
	}
	return out, nil
}

// expandItem appends what a value of a property expands to.
func (s *scope) expandItem(out []any, property string, value any) ([]any, error) {
	switch v := value.(type) {
	case nil:
		return out, nil
	case []any:
		for _, item := range v {
			var err error
			if out, err = s.expandItem(out, property, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		item, err := s.expandObject(property, v)
		if item != nil {
			out = append(out, item)
		}
		return out, err
	}
	if property == "@graph" {
		return out, nil
	}
	item, err := s.context.ExpandValue(property, value)
	return append(out, item), err
}

// expandObject expands an object: a value, a reference, or a node; nil is one of which
// nothing is left.
func (s *scope) expandObject(property string, object map[string]any) (map[string]any, error) {
	if d := s.context.GetTermDefinition(property); d != nil && d.HasContext {
		return nil, errGeneral
	}
	around, err := s.inside(object)
	if err != nil {
		return nil, err
	}
	own, types, err := around.ofObject(object)
	if err != nil {
		return nil, err
	}
	out := make(map[string]any, len(object))
	if err := own.expandMembers(object, out, around); err != nil {
		return nil, err
	}
	if value, ok := out["@value"]; ok {
		if value == nil || len(out) > 2 || len(out) == 2 && out["@type"] == nil || len(types) > 1 {
			return nil, errGeneral
		}
		if list, ok := out["@type"].([]any); ok && len(list) == 1 {
			out["@type"] = list[0]
		}
		if property == "" || property == "@graph" {
			return nil, nil
		}
		return out, nil
	}
	if property == "" || property == "@graph" {
		if _, hasID := out["@id"]; len(out) == 0 || hasID && len(out) == 1 {
			return nil, nil
		}
	}
	return out, nil
}

// ofObject returns the scope for the members of an object, and its types as it has
// them.
func (s *scope) ofObject(object map[string]any) (own *scope, types []string, err error) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		name, err := s.name(key)
		if err != nil {
			return nil, nil, err
		}
		if name != "@type" {
			continue
		}
		if types != nil {
			return nil, nil, errGeneral
		}
		switch v := object[key].(type) {
		case string:
			types = []string{v}
		case []any:
			for _, t := range v {
				text, ok := t.(string)
				if !ok {
					return nil, nil, errGeneral
				}
				types = append(types, text)
			}
		default:
			return nil, nil, errGeneral
		}
	}
	if types == nil {
		return s, nil, nil
	}
	own, err = s.forTypes(slices.Clone(types), s)
	return own, types, err
}

// expandMembers expands the members of an object into out; around is the scope without
// the classes of the object, in which its types have their names.
func (s *scope) expandMembers(object, out map[string]any, around *scope) error {
	var nested []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		name, err := s.name(key)
		if err != nil {
			return err
		}
		value := object[key]
		switch name {
		case "":
			continue
		case "@nest":
			nested = append(nested, key)
			continue
		case "@id":
			text, ok := value.(string)
			if !ok {
				return errGeneral
			}
			if out["@id"], err = s.context.ExpandIri(text, true, false, nil, nil); err != nil {
				return err
			}
			continue
		case "@value":
			out[name] = value
			continue
		case "@type":
			if err := around.expandTypes(value, out); err != nil {
				return err
			}
			continue
		case "@graph":
			items, err := s.expandItem([]any{}, name, value)
			if err != nil {
				return err
			}
			out[name] = items
			continue
		}
		if ld.IsKeyword(name) {
			return errGeneral
		}
		if err := s.expandProperty(out, name, key, value); err != nil {
			return err
		}
	}
	for _, key := range nested {
		if err := s.expandNested(object[key], out, around); err != nil {
			return err
		}
	}
	return nil
}

// expandProperty appends what the values of a term expand to to those of its IRI.
func (s *scope) expandProperty(out map[string]any, iri, term string, value any) error {
	list, _ := out[iri].([]any)
	if list == nil {
		list = []any{}
	}
	before := len(list)
	list, err := s.expandItem(list, term, value)
	if err != nil {
		return err
	}
	if _, isList := value.([]any); len(list) > before || isList || out[iri] != nil {
		out[iri] = list
	}
	return nil
}

// expandNested expands the members of an object, or of several, under a name that only
// nests.
func (s *scope) expandNested(value any, out map[string]any, around *scope) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return errGeneral
		}
		if err := s.expandMembers(object, out, around); err != nil {
			return err
		}
	}
	return nil
}

func (s *scope) expandTypes(value any, out map[string]any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if out["@type"] != nil {
		return errGeneral
	}
	types := make([]any, len(list))
	for i, t := range list {
		text, ok := t.(string)
		if !ok {
			return errGeneral
		}
		iri, err := s.context.ExpandIri(text, true, true, nil, nil)
		if err != nil {
			return err
		}
		types[i] = iri
	}
	out["@type"] = types
	return nil
}
