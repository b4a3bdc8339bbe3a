package shacl

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// form is what values of a property of a shape have to be.
type form uint8

const (
	anything form = iota
	anIRI
	aLiteral
	anIRIOrLiteral
	aNode // a shape: an IRI or a blank node
	aText
	aMessage
	aBoolean
	aCount
	aKind
	aList
	aListOfIRIs
	aListOfTexts
	aListOfShapes
)

// rule is a syntax rule of SHACL Core: a shape that breaks one is ill-formed.
type rule struct {
	form form
	once bool   // not more than one value
	path bool   // of property shapes alone
	with string // another property that says what this one is about
}

// rules are those of properties in SHACL's namespace. What is not here may have
// any value.
var rules = map[string]rule{
	"targetClass":       {form: anIRI},
	"targetNode":        {form: anIRIOrLiteral},
	"targetSubjectsOf":  {form: anIRI},
	"targetObjectsOf":   {form: anIRI},
	"target":            {form: aNode},
	"path":              {form: aNode, once: true},
	"property":          {form: aNode},
	"severity":          {form: anIRI, once: true},
	"message":           {form: aMessage},
	"deactivated":       {form: aBoolean, once: true},
	"class":             {form: anIRI},
	"datatype":          {form: anIRI, once: true},
	"nodeKind":          {form: aKind, once: true},
	"minCount":          {form: aCount, once: true, path: true},
	"maxCount":          {form: aCount, once: true, path: true},
	"minExclusive":      {form: aLiteral, once: true},
	"minInclusive":      {form: aLiteral, once: true},
	"maxExclusive":      {form: aLiteral, once: true},
	"maxInclusive":      {form: aLiteral, once: true},
	"minLength":         {form: aCount, once: true},
	"maxLength":         {form: aCount, once: true},
	"pattern":           {form: aText, once: true},
	"flags":             {form: aText, once: true, with: "pattern"},
	"languageIn":        {form: aListOfTexts, once: true},
	"uniqueLang":        {form: aBoolean, once: true, path: true},
	"equals":            {form: anIRI},
	"disjoint":          {form: anIRI},
	"lessThan":          {form: anIRI, path: true},
	"lessThanOrEquals":  {form: anIRI, path: true},
	"not":               {form: aNode},
	"and":               {form: aListOfShapes},
	"or":                {form: aListOfShapes},
	"xone":              {form: aListOfShapes},
	"node":              {form: aNode},
	"in":                {form: aList, once: true},
	"closed":            {form: aBoolean, once: true},
	"ignoredProperties": {form: aListOfIRIs, once: true},
	"sparql":            {form: aNode},
	qualifiedShape:      {form: aNode, once: true},
	"qualifiedMinCount": {form: aCount, once: true, with: qualifiedShape},
	"qualifiedMaxCount": {form: aCount, once: true, with: qualifiedShape},
	qualifiedApart:      {form: aBoolean, once: true},
}

const (
	qualifiedShape = "qualifiedValueShape"
	qualifiedApart = "qualifiedValueShapesDisjoint"
)

// forms are the forms in words.
var forms = map[form]string{
	anIRI:          "an IRI",
	aLiteral:       "a literal",
	anIRIOrLiteral: "an IRI or a literal",
	aNode:          "an IRI or a blank node",
	aText:          "a text without language (xsd:string)",
	aMessage:       "a text",
	aBoolean:       "true or false (xsd:boolean)",
	aCount:         "a whole number (xsd:integer)",
	aKind:          "sh:IRI, sh:BlankNode, sh:Literal, sh:BlankNodeOrIRI, sh:BlankNodeOrLiteral or sh:IRIOrLiteral",
}

// kinds are the local names of the values of sh:nodeKind.
var kinds = []string{"IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"}

// formed checks a shape against the syntax rules of SHACL Core (section 1.4): what
// validation with an ill-formed shape finds is not defined.
func (c *compiler) formed(id rdf.Term) error {
	said := c.graph[id]
	for _, p := range sortedKeys(said) {
		name, ours := strings.CutPrefix(p, ns)
		r, known := rules[name]
		if !ours || !known {
			continue
		}
		if r.path && len(said[ns+"path"]) == 0 {
			return fmt.Errorf("shape %s: sh:%s, which only shapes with a sh:path may have", id, name)
		}
		// A node shape may have sh:qualifiedMaxCount alone, where it means nothing, as the
		// suite of the W3C has it.
		if r.with != "" && len(said[ns+r.with]) == 0 && (r.with != qualifiedShape || len(said[ns+"path"]) > 0) {
			return fmt.Errorf("shape %s: sh:%s without sh:%s, expected both", id, name, r.with)
		}
		values := slices.SortedFunc(slices.Values(said[p]), func(a, b rdf.Term) int { return cmp.Compare(a.String(), b.String()) })
		if r.once && len(values) > 1 {
			return fmt.Errorf("shape %s: sh:%s has %d values, %s and %s, expected one", id, name, len(values), values[0], values[1])
		}
		for _, v := range values {
			if err := c.isFormed(r.form, v); err != nil {
				return fmt.Errorf("shape %s: sh:%s: %w", id, name, err)
			}
		}
	}
	for _, p := range said[ns+"property"] {
		if len(c.graph[p][ns+"path"]) == 0 {
			return fmt.Errorf("shape %s: sh:property %s has no sh:path", id, p)
		}
	}
	return nil
}

// isFormed checks one value.
func (c *compiler) isFormed(f form, v rdf.Term) error {
	ok := true
	switch f {
	case anIRI:
		ok = v.Kind == rdf.IRITerm
	case aLiteral:
		ok = v.Kind == rdf.LiteralTerm
	case anIRIOrLiteral:
		ok = v.Kind == rdf.IRITerm || v.Kind == rdf.LiteralTerm
	case aNode:
		ok = v.Kind == rdf.IRITerm || v.Kind == rdf.BlankTerm
	case aText:
		ok = v.Kind == rdf.LiteralTerm && v.Datatype == rdf.XSDString
	case aMessage:
		ok = v.Kind == rdf.LiteralTerm && (v.Datatype == rdf.XSDString || v.Language != "")
	case aBoolean:
		ok = v.Datatype == rdf.XSDBoolean && wellFormed([]byte(v.Value), "boolean")
	case aCount:
		_, err := strconv.Atoi(v.Value)
		ok = v.Datatype == rdf.XSDInteger && err == nil
	case aKind:
		name, ours := strings.CutPrefix(v.Value, ns)
		ok = ours && v.Kind == rdf.IRITerm && slices.Contains(kinds, name)
	case aList, aListOfIRIs, aListOfTexts, aListOfShapes:
		return c.members(f, v)
	}
	if !ok {
		return fmt.Errorf("%s, expected %s", v, forms[f])
	}
	return nil
}

// members checks the members of a list.
func (c *compiler) members(f form, at rdf.Term) error {
	list, err := c.list(at)
	if err != nil {
		return err
	}
	inner := map[form]form{aListOfIRIs: anIRI, aListOfTexts: aText, aListOfShapes: aNode}[f]
	for _, m := range list {
		if err := c.isFormed(inner, m); err != nil {
			return fmt.Errorf("the list has %w", err)
		}
	}
	return nil
}

// list reads an RDF list (section 1.1).
func (c *compiler) list(at rdf.Term) ([]rdf.Term, error) {
	var out []rdf.Term
	seen := map[rdf.Term]bool{}
	for at != rdf.IRI(rdf.RDFNil) {
		first, rest := c.graph[at][rdf.RDFFirst], c.graph[at][rdf.RDFRest]
		switch {
		case len(first) == 0 && len(rest) == 0:
			return nil, fmt.Errorf("%s, expected a list: it has no rdf:first and no rdf:rest", at)
		case len(first) != 1 || len(rest) != 1:
			return nil, fmt.Errorf("the list %s has %d rdf:first and %d rdf:rest, expected one of each", at, len(first), len(rest))
		case seen[at]:
			return nil, fmt.Errorf("the list %s has no end", at)
		}
		seen[at] = true
		out = append(out, first[0])
		at = rest[0]
	}
	if len(c.graph[at][rdf.RDFFirst])+len(c.graph[at][rdf.RDFRest]) > 0 {
		return nil, errors.New("rdf:nil has rdf:first or rdf:rest, expected an empty list")
	}
	return out, nil
}

// described refuses a shape of which the shapes graph says nothing: every node
// would conform to a name that is misspelt.
func (c *compiler) described(id rdf.Term) error {
	if id.Kind == rdf.IRITerm && len(c.graph[id]) == 0 {
		return fmt.Errorf("the shapes say nothing about %s, expected a shape", id)
	}
	return nil
}
