package shacl

import (
	"context"
	"fmt"

	"github.com/trialweave/trialweave/rdf"
)

// argument is a node that gives values to a parameter, which as a property shape
// says what values it may have (section 6.2.1).
type argument struct {
	name      string // of the constraint or target, in errors
	node      rdf.Term
	parameter *shape
}

// declares compiles the parameters of a component that say more than their path,
// for a node that gives them values.
func (c *compiler) declares(k *component, node rdf.Term, name string) error {
	for _, p := range k.parameters {
		s, err := c.shape(p.node)
		if err != nil {
			return fmt.Errorf("%s: sh:parameter <%s>: %w", k.id, p.path, err)
		}
		if len(s.checks)+len(s.properties) > 0 {
			c.given = append(c.given, argument{name, node, s})
		}
	}
	return nil
}

// arguments checks the values of parameters by their declarations: a shape with
// others is ill-formed.
func (c *compiler) arguments(quads []rdf.Quad) error {
	if len(c.given) == 0 {
		return nil
	}
	var graph rdf.Batch
	graph.Reset(c.shapes.vocabulary)
	for _, q := range quads {
		graph.Add(q)
	}
	checker := c.shapes.NewChecker(nil)
	var of argument
	found, err := checker.run(context.Background(), &graph, func() {
		for _, of = range c.given {
			checker.evaluate(of.parameter, graph.AddTerm(of.node))
			if len(checker.found) > 0 || checker.err != nil {
				return
			}
		}
	})
	switch {
	case err != nil:
		return fmt.Errorf("%s: the parameter %s: %w", of.name, of.parameter.pathTerm, err)
	case len(found) == 0:
		return nil
	}
	said := c.shapes.Message(found[0])
	if !found[0].Value.IsZero() {
		said = found[0].Value.String() + ", " + said
	}
	return fmt.Errorf("%s: the parameter %s: %s", of.name, of.parameter.pathTerm, said)
}
