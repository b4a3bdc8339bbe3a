package jsonpath

import (
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// withNeeds notes at filters, and at "..", which keys there must be for anything
// to be selected.
func withNeeds(steps []step) []step {
	for i := range steps {
		switch steps[i].kind {
		case stepFilter:
			var names [][]string
			names, steps[i].named = steps[i].filterNeeds()
			steps[i].needs = keySets(names)
		case stepDeep:
			steps[i].needs = keySets(needsOf(steps[i+1:]))
			if i+1 < len(steps) {
				switch steps[i+1].kind {
				case stepNames, stepAll, stepSlice, stepFilter, stepType, stepContainer:
					steps[i].collections = true
				}
			}
		}
	}
	return steps
}

func keySets(names [][]string) []yamltree.KeySet {
	var out []yamltree.KeySet
	for _, choice := range names {
		var set yamltree.KeySet
		for _, name := range choice {
			set |= yamltree.KeyBit(name)
		}
		out = append(out, set)
	}
	return out
}

// needsOf lists sets of names of which one each must be a key below a value for
// the steps to select something there.
func needsOf(steps []step) [][]string {
	var out [][]string
	for _, s := range steps {
		switch s.kind {
		case stepParent:
			return out // what follows is looked for elsewhere
		case stepNames:
			if !anyIndex(s.names) {
				out = append(out, s.names)
			}
		case stepFilter:
			names, _ := s.filterNeeds()
			out = append(out, names...)
		}
	}
	return out
}

// anyIndex reports whether a name may be an index of a list; a step without
// names selects nothing, and needs nothing.
func anyIndex(names []string) bool {
	for _, name := range names {
		if isIndex(name) {
			return true
		}
	}
	return len(names) == 0
}

func isIndex(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

// filterNeeds lists sets of names of which one each must be that of the member
// or of a key of it; named tells that the name of the member counts.
func (s step) filterNeeds() (needs [][]string, named bool) {
	visitExpr(s.expr, func(e expr) {
		v, ok := e.(variable)
		named = named || ok && v.name == "@property"
	})
	return necessary(s.expr), named
}

// necessary lists sets of names: for a member that has none of a set, neither
// as its name nor as a key, the expression is false, and does not fail.
func necessary(e expr) [][]string {
	switch e := e.(type) {
	case access:
		if path := memberPath(e); len(path) > 0 && !isBuiltinMember(path[0]) {
			return [][]string{{path[0]}}
		}
	case call:
		if global, ok := e.x.(globalName); ok && global == "Array" && e.method == "isArray" && len(e.args) == 1 {
			return necessary(e.args[0])
		}
	case binary:
		return necessaryOf(e)
	}
	return nil
}

func isBuiltinMember(name string) bool {
	return name == "length" || name == "constructor" || name == "name" || isIndex(name)
}

func necessaryOf(e binary) [][]string {
	x, y := necessary(e.x), necessary(e.y)
	switch e.op {
	case "&&":
		if mayFail(e.x) {
			return x
		}
		return append(x, y...)
	case "||":
		if len(x) > 0 && len(y) > 0 {
			return [][]string{append(append([]string{}, x[0]...), y[0]...)}
		}
	case "===", "==":
		if lit, ok := e.y.(literal); ok && isDefinite(lit.value) {
			if v, ok := e.x.(variable); ok && v.name == "@property" && lit.value.kind == text && !isIndex(lit.value.str) {
				return [][]string{{lit.value.str}}
			}
			return x
		}
	case "!==", "!=":
		if lit, ok := e.y.(literal); ok && lit.value.kind == undefined {
			return x
		}
	}
	return nil
}

// isDefinite reports whether a value is equal to no undefined one.
func isDefinite(v value) bool { return v.kind == text || v.kind == number || v.kind == boolean }

// mayFail reports whether an expression has a call, or a name, that may fail.
func mayFail(e expr) bool {
	calls, names, others := 0, 0, false
	visitExpr(e, func(e expr) {
		switch e := e.(type) {
		case call:
			global, ok := e.x.(globalName)
			if ok && global == "Array" && e.method == "isArray" && len(e.args) > 0 {
				calls++
			} else {
				others = true
			}
		case globalName:
			names++
		}
	})
	return others || calls != names
}
