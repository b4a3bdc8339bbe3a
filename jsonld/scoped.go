package jsonld

import (
	"errors"
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

func (s *scope) reverted() *scope {
	if s.outer != nil {
		return s.outer
	}
	return s
}
