package jsonpath

import (
	"slices"

	"github.com/trialweave/trialweave/yamltree"
)

// StepKind is what one step of a path does.
type StepKind uint8

// The kinds of steps.
const (
	Names  StepKind = iota // .a  ['a','b']  [0]
	All                    // .*  [*]  [1:3]  [(@.length-1)]
	Filter                 // [?()]
	Deep                   // ..
	Key                    // ~
	Parent                 // ^
)

// Step is one step of a path, for those who make documents that it selects
// something in.
type Step struct {
	Kind StepKind
	// Names are the names or indexes of a step of that kind.
	Names []string
	// Filter is the condition of a step of that kind.
	Filter *Condition
}

// Steps lists the steps of the path.
func (p *Path) Steps() []Step {
	kinds := map[kind]StepKind{stepNames: Names, stepAll: All, stepSlice: All, stepScript: All, stepFilter: Filter, stepDeep: Deep, stepKey: Key, stepParent: Parent, stepType: All}
	var out []Step
	for _, s := range p.steps {
		if s.kind == stepContainer {
			continue
		}
		step := Step{Kind: kinds[s.kind], Names: s.names}
		if s.kind == stepType {
			step.Names = nil
		}
		if s.kind == stepFilter {
			step.Filter = &Condition{s.expr}
		}
		out = append(out, step)
	}
	return out
}

// Condition is the expression of a filter.
type Condition struct{ expr expr }

// Holds reports whether the condition holds for a member of a collection.
func (c *Condition) Holds(root, parent *yamltree.Node, name string, value *yamltree.Node) bool {
	at := place{value: value, up: &place{value: parent}, name: name, number: parent.Kind == yamltree.Sequence}
	v, err := c.expr.eval(&scope{at: &at, root: root})
	return err == nil && v.truthy()
}

// Members lists the members of the value that the condition looks at, each as
// a path from "@".
func (c *Condition) Members() [][]string {
	var out [][]string
	visitExpr(c.expr, func(e expr) {
		if path := memberPath(e); len(path) > 0 && !slices.ContainsFunc(out, func(p []string) bool { return slices.Equal(p, path) }) {
			out = append(out, path)
		}
	})
	return out
}

// Texts lists the strings that the condition compares with.
func (c *Condition) Texts() []string {
	var out []string
	visitExpr(c.expr, func(e expr) {
		if l, ok := e.(literal); ok && l.value.kind == text && !slices.Contains(out, l.value.str) {
			out = append(out, l.value.str)
		}
	})
	return out
}

// Patterns lists the regular expressions of the condition, without slashes
// and flags.
func (c *Condition) Patterns() []string {
	var out []string
	visitExpr(c.expr, func(e expr) {
		if l, ok := e.(literal); ok && l.value.kind == regex {
			out = append(out, l.value.re.Source())
		}
	})
	return out
}

// memberPath is the path that a chain such as @.a.b names; nil for others.
func memberPath(e expr) []string {
	a, ok := e.(access)
	if !ok {
		return nil
	}
	name, ok := a.name.(literal)
	if !ok || name.value.kind != text {
		return nil
	}
	if v, ok := a.x.(variable); ok && v.name == "@" {
		return []string{name.value.str}
	}
	if up := memberPath(a.x); up != nil && name.value.str != "length" {
		return append(up, name.value.str)
	}
	return nil
}

// visitExpr visits an expression and all parts of it.
func visitExpr(e expr, visit func(expr)) {
	visit(e)
	var parts []expr
	switch e := e.(type) {
	case unary:
		parts = []expr{e.x}
	case binary:
		parts = []expr{e.x, e.y}
	case conditional:
		parts = []expr{e.test, e.yes, e.no}
	case access:
		parts = []expr{e.x}
		if _, ok := e.name.(literal); !ok {
			parts = append(parts, e.name)
		}
	case arrayLiteral:
		parts = e.items
	case call:
		parts = append([]expr{e.x}, e.args...)
	}
	for _, p := range parts {
		visitExpr(p, visit)
	}
}
