package jsonld

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// scopes are the contexts that one context makes for nodes: of each class, and of
// classes together, made and turned round once. json-gold makes them for each node
// anew. They are for one goroutine.
//
// They know what contexts of plain terms have: prefixes, terms with a type, with
// @nest or as sets, and contexts for the nodes of a class. newScopes says no to other
// contexts, and expand and compact return errGeneral for documents with anything else.
type scopes struct{ top *scope }

// errGeneral is returned for what the algorithms of json-gold have to do.
var errGeneral = errors.New("more than plain terms")

// scope is the context of a node.
type scope struct {
	context *ld.Context
	// outer is the context of the nodes in it, which do not see the terms of its
	// classes; nil where they do.
	outer *scope
	typed map[string]*scope
	// names are the expanded names of terms, terms the names of IRIs, by what they
	// are given to.
	names, terms map[string]string
	// prefixes are the names that may stand before a colon, and what they stand for;
	// named are the IRIs that have terms.
	prefixes map[string]string
	named    map[string]bool
}

func newScope(context *ld.Context, outer *scope) (*scope, error) {
	s := &scope{context, outer, map[string]*scope{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]bool{}}
	datatypes := map[string]bool{"": true}
	for name, definition := range context.TermDefinitions {
		if definition == nil {
			continue
		}
		if definition.Prefix != nil && *definition.Prefix {
			s.prefixes[name] = definition.ID
		}
		s.named[definition.ID] = true
		if definition.Type != "" && definition.Type != "@id" {
			datatypes[definition.Type] = true
		}
	}
	// json-gold turns the context round to choose terms, into something much larger,
	// which is left when they are known.
	round := ld.CopyContext(context)
	for iri := range s.named {
		if err := s.choose(round, iri, map[string]any{"@id": "_:node"}); err != nil {
			return nil, err
		}
		for datatype := range datatypes {
			value := map[string]any{"@value": "", "@type": datatype}
			if datatype == "" {
				delete(value, "@type")
			}
			if err := s.choose(round, iri, value); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// choose remembers which term a context chooses for an IRI and a value.
func (s *scope) choose(context *ld.Context, iri string, value map[string]any) error {
	name, err := context.CompactIri(iri, value, true, false)
	s.terms[termKey(iri, value)] = name
	return err
}

// termKey is what a term is chosen by: the IRI, and of a value its datatype.
func termKey(iri string, value any) string {
	object, ok := value.(map[string]any)
	switch {
	case !ok:
		return iri
	case !ld.IsValue(object):
		return iri + " @id"
	}
	datatype, _ := object["@type"].(string)
	return iri + " @value " + datatype
}

// newScopes returns the scopes of a context, given as the value of @context, and
// whether it has plain terms only.
func newScopes(context any) (*scopes, bool) {
	terms, ok := context.(map[string]any)
	if !ok || !plainTerms(terms, true) {
		return nil, false
	}
	options := ld.NewJsonLdOptions("")
	options.ProcessingMode = ld.JsonLd_1_1
	options.DocumentLoader = closedLoader{}
	active, err := ld.NewContext(nil, options).Parse(context)
	if err != nil || active.Values.Base != "" || active.Values.Vocab != nil {
		return nil, false // json-gold says what is wrong with it
	}
	top, err := newScope(active, nil)
	if err != nil {
		return nil, false
	}
	return &scopes{top}, true
}

// plainTerms reports whether a context defines nothing but plain terms, and contexts
// of classes at its top.
func plainTerms(terms map[string]any, top bool) bool {
	for name, definition := range terms {
		switch d := definition.(type) {
		case string:
			if strings.HasPrefix(name, "@") || strings.HasPrefix(d, "@") && d != "@nest" {
				return false
			}
		case map[string]any:
			for key, value := range d {
				switch key {
				case "@id", "@type":
					if text, ok := value.(string); !ok || strings.HasPrefix(text, "@") && text != "@id" {
						return false
					}
				case "@container":
					if value != "@set" {
						return false
					}
				case "@context":
					scoped, ok := value.(map[string]any)
					if !top || !ok || !plainTerms(scoped, false) {
						return false
					}
				default:
					return false
				}
			}
		default:
			if name != "@version" && name != "@propagate" {
				return false
			}
		}
	}
	return true
}

// forTypes returns the scope of a node of some types, which are looked up in another
// one: terms in the order of their names.
func (s *scope) forTypes(types []string, in *scope) (*scope, error) {
	slices.Sort(types)
	key := strings.Join(types, " ")
	if found := s.typed[key]; found != nil {
		return found, nil
	}
	found := s
	for _, t := range types {
		definition := in.context.GetTermDefinition(t)
		if definition == nil || !definition.HasContext {
			continue
		}
		context, err := found.context.Parse(definition.Context)
		if err != nil {
			return nil, err
		}
		outer := found.outer
		if local, _ := definition.Context.(map[string]any); local["@propagate"] != true && outer == nil {
			outer = found
		}
		if found, err = newScope(context, outer); err != nil {
			return nil, err
		}
	}
	s.typed[key] = found
	return found, nil
}

// name returns what a key stands for; it is empty where that is nothing.
func (s *scope) name(key string) (string, error) {
	name, known := s.names[key]
	if !known {
		var err error
		if name, err = s.context.ExpandIri(key, false, true, nil, nil); err != nil {
			return "", err
		}
		if !strings.Contains(name, ":") && !ld.IsKeyword(name) {
			name = ""
		}
		s.names[key] = name
	}
	return name, nil
}

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

func (s *scope) reverted() *scope {
	if s.outer != nil {
		return s.outer
	}
	return s
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
	if !ok || ld.IsKeyword(name) && name != "@graph" {
		return errGeneral
	}
	if len(list) == 0 {
		return errGeneral
	}
	for _, item := range list {
		term, err := s.term(name, item)
		if err != nil {
			return err
		}
		into := out
		if d := s.context.GetTermDefinition(term); d != nil && d.Nest != "" {
			return errGeneral
		}
		compacted, err := s.compactItem(term, item)
		if err != nil {
			return err
		}
		ld.AddValue(into, term, compacted, name == "@graph" || s.context.HasContainerMapping(term, "@set"), false, true, false)
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
