package jsonpath

import (
	"math"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// value is a JavaScript value, as far as filters need them.
type value struct {
	kind valueKind
	str  string
	num  float64
	node *yamltree.Node // objects and arrays
	re   *Regexp
	list []value // the result of split, keys, an array literal
}

type valueKind uint8

const (
	undefined valueKind = iota
	null
	boolean
	number
	text
	node
	regex
	list
)

func boolValue(b bool) value {
	if b {
		return value{kind: boolean, num: 1}
	}
	return value{kind: boolean}
}

func textValue(s string) value    { return value{kind: text, str: s} }
func numValue(n float64) value    { return value{kind: number, num: n} }
func listValue(all []value) value { return value{kind: list, list: all} }

func fromNode(n *yamltree.Node) value {
	if n == nil {
		return value{}
	}
	switch n.Kind {
	case yamltree.Null:
		return value{kind: null}
	case yamltree.Bool:
		return boolValue(n.Text == "true")
	case yamltree.Number:
		return numValue(n.Number)
	case yamltree.String:
		return textValue(n.Text)
	}
	return value{kind: node, node: n}
}

// truthy is JavaScript's ToBoolean.
func (v value) truthy() bool {
	switch v.kind {
	case undefined, null:
		return false
	case boolean, number:
		return v.num != 0 && !math.IsNaN(v.num)
	case text:
		return v.str != ""
	}
	return true
}

// text is JavaScript's ToString, as far as it is needed.
func (v value) text() string {
	switch v.kind {
	case undefined:
		return "undefined"
	case null:
		return "null"
	case boolean:
		return strconv.FormatBool(v.num != 0)
	case number:
		return strconv.FormatFloat(v.num, 'f', -1, 64)
	case text:
		return v.str
	case regex:
		return v.re.String()
	}
	if v.isArray() {
		return strings.Join(v.texts(), ",")
	}
	return "[object Object]"
}

func (v value) texts() []string {
	var out []string
	for _, item := range v.items() {
		out = append(out, item.text())
	}
	return out
}

// number is JavaScript's ToNumber.
func (v value) number() float64 {
	switch v.kind {
	case null:
		return 0
	case boolean, number:
		return v.num
	case text:
		s := strings.TrimSpace(v.str)
		if s == "" {
			return 0
		}
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return n
		}
	}
	return math.NaN()
}

func (v value) isArray() bool {
	return v.kind == list || v.kind == node && v.node.Kind == yamltree.Sequence
}

func (v value) items() []value {
	if v.kind == list {
		return v.list
	}
	var out []value
	if v.kind == node {
		for _, item := range v.node.Items {
			out = append(out, fromNode(item))
		}
	}
	return out
}

// typeOf is JavaScript's typeof.
func (v value) typeOf() string {
	switch v.kind {
	case undefined:
		return "undefined"
	case boolean:
		return "boolean"
	case number:
		return "number"
	case text:
		return "string"
	}
	return "object"
}

// constructor is the name of the value's constructor.
func (v value) constructor() string {
	switch {
	case v.isArray():
		return "Array"
	case v.kind == boolean:
		return "Boolean"
	case v.kind == number:
		return "Number"
	case v.kind == text:
		return "String"
	case v.kind == regex:
		return "RegExp"
	}
	return "Object"
}

// strictEqual is "===".
func strictEqual(a, b value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case boolean, number:
		return a.num == b.num
	case text:
		return a.str == b.str
	case node:
		return a.node == b.node
	}
	return a.kind == undefined || a.kind == null
}

// looseEqual is "==".
func looseEqual(a, b value) bool {
	nothing := func(v value) bool { return v.kind == undefined || v.kind == null }
	switch {
	case a.kind == b.kind:
		return strictEqual(a, b)
	case nothing(a) || nothing(b):
		return nothing(a) && nothing(b)
	case a.kind >= node || b.kind >= node:
		return a.text() == b.text()
	}
	return a.number() == b.number()
}

// less is "<" of two values.
func less(a, b value) bool {
	if a.kind == text && b.kind == text {
		return a.str < b.str
	}
	return a.number() < b.number()
}
