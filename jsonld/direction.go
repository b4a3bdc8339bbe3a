package jsonld

import (
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
)

// Directions says what stands in RDF for a text with a direction, the @direction of
// JSON-LD (JSON-LD 1.1 API, section 8.2 and the option rdfDirection).
type Directions string

// The ways to say a direction. The zero value drops it, as RDF 1.1 has none.
const (
	// I18nDatatype is a datatype such as https://www.w3.org/ns/i18n#ar_rtl.
	I18nDatatype Directions = "i18n-datatype"
	// CompoundLiteral is a blank node with rdf:value, rdf:language and
	// rdf:direction.
	CompoundLiteral Directions = "compound-literal"
	// DirLangString is a literal of RDF 1.2 with language and direction. A text
	// without a language has none.
	DirLangString Directions = "dir-lang-string"
)

const (
	i18nNS = "https://www.w3.org/ns/i18n#"
	rdfNS  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	// directedNS stands before language and direction until json-gold, which knows
	// of no directions, has made quads.
	directedNS = "https://w3id.org/trialweave/directed#"
)

// say puts in place of each text with a direction in an expanded document what
// stands for it.
func (d Directions) say(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = d.say(v[i])
		}
	case map[string]any:
		if _, ok := v["@value"]; ok {
			return d.value(v)
		}
		for key := range v {
			v[key] = d.say(v[key])
		}
	}
	return v
}

// value is what stands for a value object.
func (d Directions) value(v map[string]any) any {
	direction, ok := v["@direction"].(string)
	if !ok {
		return v
	}
	language, _ := v["@language"].(string)
	switch {
	case d == CompoundLiteral:
		text := func(s any) any { return []any{map[string]any{"@value": s}} }
		node := map[string]any{rdfNS + "value": text(v["@value"]), rdfNS + "direction": text(direction)}
		if language != "" {
			node[rdfNS+"language"] = text(strings.ToLower(language))
		}
		return node
	case d == I18nDatatype:
		return map[string]any{"@value": v["@value"], "@type": i18nNS + strings.ToLower(language) + "_" + direction}
	case d == DirLangString && language != "":
		return map[string]any{"@value": v["@value"], "@type": directedNS + language + "_" + direction}
	}
	return v
}

// toRDF runs json-gold, which knows of no directions, on a document whose directions
// are said in another way. Each run has options of its own.
func (d Directions) toRDF(document any, options func() *ld.JsonLdOptions) ([]rdf.Quad, error) {
	if d == "" {
		return toRDF(document, options())
	}
	list, err := ld.NewJsonLdProcessor().Expand(document, options())
	if err != nil {
		return nil, err
	}
	expanded := options()
	expanded.ExpandContext = nil
	quads, err := toRDF(d.say(list), expanded)
	if d == DirLangString {
		for i, q := range quads {
			quads[i].Object = directed(q.Object)
		}
	}
	return quads, err
}

// directed returns a term of RDF 1.2 for one that stands for it.
func directed(t rdf.Term) rdf.Term {
	return fromDatatype(t, directedNS)
}

// fromDatatype takes language and direction out of the datatype of a literal that
// has a namespace; without a language there is none of RDF 1.2.
func fromDatatype(t rdf.Term, namespace string) rdf.Term {
	language, direction, ok := takeApart(t, namespace)
	if !ok || language == "" {
		return t
	}
	return rdf.DirLangString(t.Value, language, direction)
}

func takeApart(t rdf.Term, namespace string) (language string, direction rdf.Direction, ok bool) {
	rest, ok := strings.CutPrefix(t.Datatype, namespace)
	if !ok || t.Kind != rdf.LiteralTerm {
		return "", rdf.NoDirection, false
	}
	language, name, ok := strings.Cut(rest, "_")
	for _, d := range [...]rdf.Direction{rdf.LeftToRight, rdf.RightToLeft} {
		if ok && name == d.String() {
			return language, d, true
		}
	}
	return "", rdf.NoDirection, false
}

// valueObject is a text with a direction, and a language unless it is empty.
type valueObject struct{ value, language, direction string }

func (o valueObject) append(dst []byte) []byte {
	dst = appendQuoted(append(dst, `{"@value":`...), o.value)
	if o.language != "" {
		dst = appendQuoted(append(dst, `,"@language":`...), o.language)
	}
	return append(appendQuoted(append(dst, `,"@direction":`...), o.direction), '}')
}

// compound finds the compound literals among the nodes of a graph that others refer
// to (JSON-LD 1.1 API, section 8.4).
func (w *Writer) compound() map[rdf.Term]valueObject {
	if w.Directions != CompoundLiteral {
		return nil
	}
	out := map[rdf.Term]valueObject{}
	for node, properties := range w.nodes {
		if o, ok := compoundOf(properties); ok && node.Kind == rdf.BlankTerm {
			out[node] = o
		}
	}
	used := map[rdf.Term]bool{}
	for node, properties := range w.nodes {
		for _, objects := range properties {
			for _, o := range objects {
				used[o] = used[o] || o != node
			}
		}
	}
	w.order = slices.DeleteFunc(w.order, func(node rdf.Term) bool {
		_, ok := out[node]
		return ok && used[node]
	})
	return out
}

// compoundOf reads a compound literal: a text and a direction, a language or none,
// and nothing else.
func compoundOf(properties map[string][]rdf.Term) (valueObject, bool) {
	one := func(name string) (string, bool) {
		list := properties[rdfNS+name]
		if len(list) != 1 || list[0].Kind != rdf.LiteralTerm || list[0].Datatype != rdf.XSDString {
			return "", false
		}
		return list[0].Value, true
	}
	value, hasValue := one("value")
	direction, hasDirection := one("direction")
	language, hasLanguage := one("language")
	parts := 2
	if hasLanguage {
		parts++
	}
	ok := hasValue && hasDirection && len(properties) == parts && (direction == "ltr" || direction == "rtl")
	return valueObject{value, language, direction}, ok
}
