package jsonpath

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// expr is a compiled part of a filter.
type expr interface {
	eval(*scope) (value, error)
}

type scope struct {
	at   *place
	root *yamltree.Node
}

type literal struct{ value value }

func (e literal) eval(*scope) (value, error) { return e.value, nil }

// variable is "@" or one of its relatives.
type variable struct{ name string }

func (e variable) eval(s *scope) (value, error) {
	switch e.name {
	case "@":
		return fromNode(s.at.value), nil
	case "@property":
		return propertyOf(s.at), nil
	case "@parent":
		return parentOf(s.at), nil
	case "@parentProperty":
		if s.at.up == nil {
			return value{}, nil
		}
		return propertyOf(s.at.up), nil
	case "@path":
		return textValue(normalised(s.at)), nil
	}
	return fromNode(s.root), nil
}

// parentOf is what Spectral gives for @parent: the value two levels up.
func parentOf(at *place) value {
	if at.up == nil || at.up.up == nil {
		return value{}
	}
	return fromNode(at.up.up.value)
}

func propertyOf(at *place) value {
	if at.number {
		n, _ := strconv.ParseFloat(at.name, 64)
		return numValue(n)
	}
	return textValue(at.name)
}

func normalised(at *place) string {
	out := ""
	for ; at.up != nil; at = at.up {
		if at.number {
			out = "[" + at.name + "]" + out
		} else {
			out = "['" + at.name + "']" + out
		}
	}
	return "$" + out
}

type unary struct {
	op string
	x  expr
}

func (e unary) eval(s *scope) (value, error) {
	v, err := e.x.eval(s)
	if err != nil {
		return value{}, err
	}
	switch e.op {
	case "!":
		return boolValue(!v.truthy()), nil
	case "-":
		return numValue(-v.number()), nil
	case "+":
		return numValue(v.number()), nil
	case "typeof":
		return textValue(v.typeOf()), nil
	}
	return value{}, nil // void
}

type binary struct {
	op   string
	x, y expr
}

func (e binary) eval(s *scope) (value, error) {
	x, err := e.x.eval(s)
	if err != nil {
		return value{}, err
	}
	switch {
	case e.op == "&&" && !x.truthy(), e.op == "||" && x.truthy():
		return x, nil
	case e.op == "??" && x.kind != undefined && x.kind != null:
		return x, nil
	}
	y, err := e.y.eval(s)
	if err != nil {
		return value{}, err
	}
	return operate(e.op, x, y)
}

func operate(op string, x, y value) (value, error) {
	switch op {
	case "&&", "||", "??":
		return y, nil
	case "==":
		return boolValue(looseEqual(x, y)), nil
	case "!=":
		return boolValue(!looseEqual(x, y)), nil
	case "===":
		return boolValue(strictEqual(x, y)), nil
	case "!==":
		return boolValue(!strictEqual(x, y)), nil
	case "<":
		return boolValue(less(x, y)), nil
	case ">":
		return boolValue(less(y, x)), nil
	case "<=":
		return boolValue(less(x, y) || looseEqual(x, y)), nil
	case ">=":
		return boolValue(less(y, x) || looseEqual(x, y)), nil
	case "in":
		if y.kind == list { // Spectral asks for an item, and not for an index
			return boolValue(contains(y, x)), nil
		}
		return boolValue(member(y, x.text()).kind != undefined), nil
	}
	return calculate(op, x, y), nil
}

func calculate(op string, x, y value) value {
	switch op {
	case "+":
		if x.kind == text || y.kind == text {
			return textValue(x.text() + y.text())
		}
		return numValue(x.number() + y.number())
	case "-":
		return numValue(x.number() - y.number())
	case "*":
		return numValue(x.number() * y.number())
	case "/":
		return numValue(x.number() / y.number())
	}
	return numValue(math.Mod(x.number(), y.number()))
}

type conditional struct{ test, yes, no expr }

func (e conditional) eval(s *scope) (value, error) {
	v, err := e.test.eval(s)
	if err != nil {
		return value{}, err
	}
	if v.truthy() {
		return e.yes.eval(s)
	}
	return e.no.eval(s)
}

// access is a.b and a[b]. A member of nothing is undefined, not an error.
type access struct{ x, name expr }

func (e access) eval(s *scope) (value, error) {
	x, err := e.x.eval(s)
	if err != nil {
		return value{}, err
	}
	name, err := e.name.eval(s)
	if err != nil {
		return value{}, err
	}
	return member(x, name.text()), nil
}

func member(x value, name string) value {
	if x.kind == node {
		if v := x.node.Child(name); v != nil {
			return fromNode(v)
		}
	}
	switch {
	case name == "length" && x.kind == text:
		return numValue(float64(units(x.str)))
	case name == "length" && x.isArray():
		return numValue(float64(len(x.items())))
	case name == "constructor" && x.kind > null:
		return listValue([]value{textValue(x.constructor())})
	case name == "name" && x.kind == list && len(x.list) == 1:
		return x.list[0]
	}
	if i, err := strconv.Atoi(name); err == nil && x.kind == list && i >= 0 && i < len(x.list) {
		return x.list[i]
	}
	return value{}
}

type arrayLiteral struct{ items []expr }

func (e arrayLiteral) eval(s *scope) (value, error) {
	all, err := evalAll(e.items, s)
	return listValue(all), err
}

func evalAll(exprs []expr, s *scope) ([]value, error) {
	var out []value
	for _, e := range exprs {
		v, err := e.eval(s)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// call is a call of a method.
type call struct {
	x      expr
	method string
	args   []expr
}

func (e call) eval(s *scope) (value, error) {
	args, err := evalAll(e.args, s)
	if err != nil {
		return value{}, err
	}
	if v, ok := e.static(args); ok {
		return v, nil
	}
	x, err := e.x.eval(s)
	if err != nil {
		return value{}, err
	}
	return invoke(x, e.method, args)
}

// static evaluates Object.keys(x) and Array.isArray(x).
func (e call) static(args []value) (value, bool) {
	global, ok := e.x.(globalName)
	if !ok || len(args) == 0 {
		return value{}, false
	}
	switch string(global) + "." + e.method {
	case "Array.isArray":
		return boolValue(args[0].isArray()), true
	case "Object.keys":
		return listValue(keysOf(args[0])), true
	case "Object.values":
		return listValue(args[0].items()), true
	}
	return value{}, false
}

func keysOf(v value) []value {
	var out []value
	if v.kind == node {
		for i, k := range v.node.Keys {
			if v.node.Index(k.Name) == i {
				out = append(out, textValue(k.Name))
			}
		}
	}
	return out
}

// globalName is Object, Array and the like before a method.
type globalName string

func (e globalName) eval(*scope) (value, error) {
	return value{}, fmt.Errorf("%q is not defined in a filter", string(e))
}

func arg(args []value, i int) value {
	if i < len(args) {
		return args[i]
	}
	return value{}
}

func contains(v, x value) bool {
	return slices.ContainsFunc(v.items(), func(item value) bool { return strictEqual(item, x) })
}
