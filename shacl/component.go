package shacl

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trialweave/trialweave/rdf"
)

// component is a constraint component that the shapes graph declares (section
// 6.2), or a type of targets.
type component struct {
	id         rdf.Term
	parameters []declaration
	fault      error // of its declaration
}

// declaration is a parameter (section 6.2.1).
type declaration struct {
	node     rdf.Term
	path     string
	name     string // of the variable
	optional bool
}

func (k *component) names() []string {
	var out []string
	for _, p := range k.parameters {
		out = append(out, p.name)
	}
	return out
}

// declared collects the constraint components that the graph declares. Those of
// SHACL Core, which a shapes graph may hold the declarations of, are known.
func (c *compiler) declared() {
	c.parameters = map[string]bool{}
	for id, said := range c.graph {
		if len(said[ns+"parameter"]) == 0 || strings.HasPrefix(id.Value, ns) || !c.isComponent(id) {
			continue
		}
		k := c.component(id)
		c.components = append(c.components, k)
		for _, p := range k.parameters {
			c.parameters[p.path] = true
		}
	}
	slices.SortFunc(c.components, func(a, b *component) int { return cmp.Compare(a.id.String(), b.id.String()) })
}

// isComponent reports whether what has parameters is a constraint component: all
// that is not said to be something else.
func (c *compiler) isComponent(id rdf.Term) bool {
	for _, kind := range []string{"SPARQLTargetType", "TargetType", "SPARQLFunction", "JSTargetType", "JSFunction", "Function", "Parameterizable"} {
		if c.isA(id, ns+kind) {
			return c.isA(id, ns+"ConstraintComponent")
		}
	}
	return true
}

// isA reports whether a node of the shapes graph has a class, or a subclass of it.
func (c *compiler) isA(id rdf.Term, class string) bool {
	next := slices.Clone(c.graph[id][rdf.RDFType])
	seen := map[rdf.Term]bool{}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		if at.Value == class {
			return true
		}
		if !seen[at] {
			seen[at] = true
			next = append(next, c.graph[at][subClassOf]...)
		}
	}
	return false
}

// component reads the parameters of a component.
func (c *compiler) component(id rdf.Term) *component {
	k := &component{id: id}
	required := false
	for _, node := range c.graph[id][ns+"parameter"] {
		paths := c.graph[node][ns+"path"]
		if len(paths) != 1 || paths[0].Kind != rdf.IRITerm {
			k.fault = fmt.Errorf("sh:parameter %s of %s: expected one sh:path, an IRI", node, id)
			continue
		}
		p := declaration{node: node, path: paths[0].Value, optional: c.isTrue(node, "optional")}
		var err error
		if p.name, err = variableOf(p.path); err != nil {
			k.fault = fmt.Errorf("sh:parameter of %s: %w", id, err)
		}
		required = required || !p.optional
		k.parameters = append(k.parameters, p)
	}
	slices.SortFunc(k.parameters, func(a, b declaration) int { return cmp.Compare(a.path, b.path) })
	for i := 1; i < len(k.parameters); i++ {
		if k.parameters[i].name == k.parameters[i-1].name {
			k.fault = fmt.Errorf("%s has two parameters for the variable ?%s", id, k.parameters[i].name)
		}
	}
	if !required && k.fault == nil && len(k.parameters) > 0 && len(c.graph[id][ns+"select"]) == 0 {
		k.fault = fmt.Errorf("%s has optional parameters alone, expected one that is not", id)
	}
	return k
}

// variableOf is the name of the variable of a parameter: the local name of its
// path (section 6.2.1).
func variableOf(path string) (string, error) {
	name := path[strings.LastIndexFunc(path, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})+1:]
	first, _ := utf8.DecodeRuneInString(name)
	if name == "" || strings.ContainsAny(name, "-.") || unicode.IsDigit(first) {
		return "", fmt.Errorf("the local name of <%s> is not valid as the name of a variable", path)
	}
	if slices.Contains([]string{varThis, varValue, varPath, varPathOfShape, varShapesGraph, varCurrentShape}, name) {
		return "", fmt.Errorf("the local name of <%s> is that of a variable of SHACL, expected another", path)
	}
	return name, nil
}

// componentChecks compiles the constraints of declared components (section 6.3).
func (c *compiler) componentChecks(s *shape) error {
	for _, k := range c.components {
		said := false
		missing := false
		for _, p := range k.parameters {
			given := len(c.graph[s.id][p.path]) > 0
			said = said || given
			missing = missing || !given && !p.optional
		}
		if k.fault != nil && said {
			return fmt.Errorf("shape %s: %w", s.id, k.fault)
		}
		if missing || !said {
			continue // the shape has no constraint of this component
		}
		if err := c.componentCheck(s, k); err != nil {
			return fmt.Errorf("shape %s: the constraint component %w", s.id, err)
		}
	}
	return nil
}

func (c *compiler) componentCheck(s *shape, k *component) error {
	r, err := c.validator(s, k)
	if err != nil {
		return err
	}
	q, err := c.question(r)
	if err != nil {
		return err
	}
	if err := c.declares(k, s.id, fmt.Sprintf("shape %s: the constraint component %s", s.id, k.id)); err != nil {
		return err
	}
	if q.message == "" {
		q.message = preferred(c.graph[k.id][ns+"message"])
	}
	q.name = fmt.Sprintf("shape %s: the constraint component %s", s.id, k.id)
	q.label = preferred(c.graph[k.id][ns+"labelTemplate"])
	for _, values := range c.combinations(s, k) {
		one := *q
		one.bindings = c.bindings(s)
		given, err := c.valuesOf(k, values)
		if err != nil {
			return err
		}
		maps.Copy(one.bindings, given)
		s.checks = append(s.checks, check{op: opComponent, component: k.id.Value, term: k.id, question: &one})
	}
	return nil
}

// combinations are the values of the parameters, one set for each constraint: a
// component of one parameter has a constraint for each of its values.
func (c *compiler) combinations(s *shape, k *component) []map[string][]rdf.Term {
	all := map[string][]rdf.Term{}
	for _, p := range k.parameters {
		if values := c.graph[s.id][p.path]; len(values) > 0 {
			all[p.path] = values
		}
	}
	if len(k.parameters) > 1 {
		return []map[string][]rdf.Term{all}
	}
	var out []map[string][]rdf.Term
	for path, values := range all {
		for _, v := range values {
			out = append(out, map[string][]rdf.Term{path: {v}})
		}
	}
	return out
}

// values are those that a node has for the parameters, by the names of variables.
func (c *compiler) values(k *component, node rdf.Term) (map[string]rdf.Term, error) {
	return c.valuesOf(k, c.graph[node])
}

func (c *compiler) valuesOf(k *component, said map[string][]rdf.Term) (map[string]rdf.Term, error) {
	out := map[string]rdf.Term{}
	for _, p := range k.parameters {
		switch values := said[p.path]; len(values) {
		case 0:
		case 1:
			out[p.name] = apart(values[0])
		default:
			return nil, fmt.Errorf("%s: %d values of <%s>, expected one: the component has several parameters", k.id, len(values), p.path)
		}
	}
	return out, nil
}

// validator chooses the validator of a component for a shape (section 6.2.3).
func (c *compiler) validator(s *shape, k *component) (reader, error) {
	own, kind := "nodeValidator", "node"
	if !s.pathTerm.IsZero() {
		own, kind = "propertyValidator", "property"
	}
	for _, property := range []string{own, "validator"} {
		var found []reader
		for _, at := range c.graph[k.id][ns+property] {
			for _, form := range []string{"select", "ask"} {
				if len(c.graph[at][ns+form]) > 0 {
					found = append(found, reader{at: at, property: form, name: fmt.Sprintf("%s: sh:%s %s", k.id, property, at)})
				}
			}
		}
		if len(found) > 1 {
			return reader{}, fmt.Errorf("%s: %d queries of sh:%s, expected one", k.id, len(found), property)
		}
		if len(found) == 1 {
			r := found[0]
			r.path = c.shapes.pathText(s)
			r.variables = k.names()
			if r.property == "ask" {
				r.variables, r.optional = append(r.variables, varValue), []string{varThis}
			} else {
				r.variables = append(r.variables, varThis)
			}
			return r, nil
		}
	}
	if len(c.graph[k.id][ns+own])+len(c.graph[k.id][ns+"validator"]) > 0 {
		return reader{}, fmt.Errorf("%s: its validator for %s shapes is not in SPARQL, expected sh:select or sh:ask", k.id, kind)
	}
	return reader{}, errors.New(k.id.String() + " has no validator for " + kind + " shapes")
}
