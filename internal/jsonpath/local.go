package jsonpath

import (
	"slices"

	"github.com/trialweave/trialweave/yamltree"
)

// Local is a path that selects, wherever they are, members of collections by their names
// or by a condition on the member alone: $..name, $..[a,b] or $..[?(…)].
type Local struct {
	step step
	// Reads are the keys of the member that the condition reads, Named tells that the
	// name of the member counts.
	Reads []string
	Named bool
}

// Local returns the path as one that selects members by themselves; nil if there is none.
// A condition reads of a member nothing but whether it is there, and under some keys a value
// or the items of a list.
func (p *Path) Local() *Local {
	if len(p.steps) != 2 || p.steps[0].kind != stepDeep {
		return nil
	}
	l := &Local{step: p.steps[1]}
	switch l.step.kind {
	case stepNames:
		l.Named = true
		return l
	case stepFilter:
		if l.reads(l.step.expr, true) {
			return l
		}
	}
	return nil
}

// reads notes what an expression reads; false where that is not of the member alone. logical
// tells that only the truth of the expression counts.
func (l *Local) reads(e expr, logical bool) bool {
	switch e := e.(type) {
	case literal:
		return true
	case variable:
		l.Named = l.Named || e.name == "@property"
		return e.name == "@property" || e.name == "@" && logical
	case access:
		path := memberPath(e)
		if len(path) != 1 || isBuiltinMember(path[0]) {
			return false
		}
		l.Reads = append(l.Reads, path[0])
		return true
	case unary:
		return e.op == "!" && l.reads(e.x, true)
	case binary:
		switch e.op {
		case "&&", "||":
			return l.reads(e.x, true) && l.reads(e.y, logical)
		case "===", "!==":
			return l.reads(e.x, false) && l.reads(e.y, false)
		}
		return false
	case call:
		if global, ok := e.x.(globalName); ok && (global != "Array" || e.method != "isArray") {
			return false
		} else if !ok && (e.method != "includes" || !l.reads(e.x, false)) {
			return false
		}
		return !slices.ContainsFunc(e.args, func(a expr) bool { return !l.reads(a, false) })
	}
	return false
}

// Selects reports whether the path selects the member of a collection. Its error is that of
// the condition.
func (l *Local) Selects(root, in *yamltree.Node, name string, member *yamltree.Node) (bool, error) {
	if l.step.kind == stepNames {
		return slices.Contains(l.step.names, name), nil
	}
	up := &place{value: in}
	holds, err := l.step.expr.eval(&scope{at: &place{value: member, up: up, name: name, number: in.Kind == yamltree.Sequence}, root: root})
	return err == nil && holds.truthy(), err
}
