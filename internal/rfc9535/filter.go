package rfc9535

import (
	"math"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

func (p *parser) either() (condition, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("the filter is nested too deep")
	}
	defer func() { p.depth-- }()
	var out either
	for {
		one, err := p.both()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
		if !p.operator("||") {
			return out, nil
		}
	}
}

// operator reads an operator with the white space around it.
func (p *parser) operator(token string) bool {
	before := p.at
	p.space()
	if !p.accept(token) {
		p.at = before
		return false
	}
	p.space()
	return true
}

func (p *parser) both() (condition, error) {
	var out all
	for {
		one, err := p.basic()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
		if !p.operator("&&") {
			return out, nil
		}
	}
}

func (p *parser) basic() (condition, error) {
	negated := p.accept("!")
	if negated {
		p.space()
	}
	var out condition
	var err error
	if p.accept("(") {
		out, err = p.group()
	} else {
		out, err = p.test(negated)
	}
	if negated && err == nil {
		out = not{out}
	}
	return out, err
}

func (p *parser) group() (condition, error) {
	p.space()
	out, err := p.either()
	if err != nil {
		return nil, err
	}
	p.space()
	if !p.accept(")") {
		return nil, p.unexpected()
	}
	return out, nil
}

// operand is what stands on one side of a comparison, or by itself.
type operand struct {
	value    comparable
	query    *nested
	singular bool
	test     condition
}

// test reads a comparison, or a query or function by itself. A negation is
// never followed by a comparison.
func (p *parser) test(negated bool) (condition, error) {
	start := p.at
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if !p.operator(op) {
			continue
		}
		if negated {
			return nil, p.fail("a comparison is negated without parentheses")
		}
		right, err := p.operand()
		if err != nil {
			return nil, err
		}
		if left.value == nil || right.value == nil || !left.singular || !right.singular {
			p.at = start
			return nil, p.fail("a comparison needs single values on both sides")
		}
		return comparison{op, left.value, right.value}, nil
	}
	switch {
	case left.test != nil:
		return left.test, nil
	case left.query != nil:
		return exists{*left.query}, nil
	}
	p.at = start
	return nil, p.fail("a value by itself is not a condition")
}

func (p *parser) operand() (operand, error) {
	switch c := p.peek(); {
	case c == '@' || c == '$':
		q, err := p.nested()
		return operand{value: q, query: &q, singular: singular(q.segments)}, err
	case c == '\'' || c == '"':
		s, err := p.quoted()
		return operand{value: literal{&yamltree.Node{Kind: yamltree.String, Text: s}}, singular: true}, err
	case c == '-' || c >= '0' && c <= '9':
		n, err := p.number()
		return operand{value: literal{&yamltree.Node{Kind: yamltree.Number, Number: n}}, singular: true}, err
	}
	start := p.at
	switch name := p.word(); name {
	case "true", "false":
		return operand{value: literal{&yamltree.Node{Kind: yamltree.Bool, Text: name}}, singular: true}, nil
	case "null":
		return operand{value: literal{&yamltree.Node{Kind: yamltree.Null}}, singular: true}, nil
	case "":
		return operand{}, p.unexpected()
	default:
		if p.accept("(") {
			return p.function(name)
		}
		p.at = start
		return operand{}, p.fail("%q is neither a value, a query nor a function", name)
	}
}

func (p *parser) word() string {
	start := p.at
	for c := p.peek(); c >= 'a' && c <= 'z' || p.at > start && (c == '_' || c >= '0' && c <= '9'); c = p.peek() {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *parser) nested() (nested, error) {
	if p.depth++; p.depth > maxDepth {
		return nested{}, p.fail("the filter is nested too deep")
	}
	defer func() { p.depth-- }()
	q := nested{absolute: p.peek() == '$'}
	p.at++
	var err error
	q.segments, err = p.segments()
	return q, err
}

func singular(segments []segment) bool {
	for _, s := range segments {
		if s.descendant || len(s.selectors) != 1 || s.selectors[0].kind != selectName && s.selectors[0].kind != selectIndex {
			return false
		}
	}
	return true
}

func (p *parser) number() (float64, error) {
	start := p.at
	p.accept("-")
	digits := p.digits()
	text := p.text[start:p.at]
	whole := digits > 0 && (digits == 1 || strings.TrimPrefix(text, "-")[0] != '0')
	if p.peek() == '.' {
		p.at++
		whole = whole && p.digits() > 0
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		whole = whole && p.digits() > 0
	}
	n, err := strconv.ParseFloat(p.text[start:p.at], 64)
	if !whole || err != nil && !math.IsInf(n, 0) {
		return 0, p.fail("%q is not a number", p.text[start:p.at])
	}
	return n, nil
}

func (p *parser) digits() int {
	start := p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at - start
}

// function reads the arguments of a function; its name and the parenthesis are
// read already.
func (p *parser) function(name string) (operand, error) {
	if p.depth++; p.depth > maxDepth {
		return operand{}, p.fail("the filter is nested too deep")
	}
	defer func() { p.depth-- }()
	start := p.at
	var args []operand
	for p.space(); !p.accept(")"); p.space() {
		if len(args) > 0 {
			if !p.accept(",") {
				return operand{}, p.unexpected()
			}
			p.space()
		}
		arg, err := p.operand()
		if err != nil {
			return operand{}, err
		}
		args = append(args, arg)
	}
	out, ok := applied(name, args)
	if !ok {
		p.at = start
		return operand{}, p.fail("the function %s is unknown, or its arguments are not those it takes", name)
	}
	return out, nil
}

// applied is a function with its arguments, if they are of the types that it
// takes (section 2.4.3).
func applied(name string, args []operand) (operand, bool) {
	value := func(i int) bool { return args[i].value != nil && args[i].singular }
	switch {
	case name == "length" && len(args) == 1 && value(0):
		return operand{value: call{name: name, argument: args[0].value}, singular: true}, true
	case (name == "count" || name == "value") && len(args) == 1 && args[0].query != nil:
		return operand{value: call{name: name, nodes: *args[0].query}, singular: true}, true
	case (name == "match" || name == "search") && len(args) == 2 && value(0) && value(1):
		return operand{test: matches{name == "match", args[0].value, args[1].value}}, true
	}
	return operand{}, false
}
