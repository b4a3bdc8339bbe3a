package registrytest

import (
	"fmt"
	"strings"
)

// expression decides whether a study is found.
type expression func(record) bool

// parseExpression reads the part of the registry's expression language that
// the tests use: AREA[Field]RANGE[from,to], AREA[Field]value, AND, OR and
// parentheses. All texts have to hold; an empty one does.
func parseExpression(texts ...string) (expression, error) {
	all := func(record) bool { return true }
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		p := expressionParser{rest: text}
		e, err := p.either()
		if err == nil && strings.TrimSpace(p.rest) != "" {
			err = fmt.Errorf("filter.advanced: unexpected %q", p.rest)
		}
		if err != nil {
			return nil, err
		}
		before := all
		all = func(s record) bool { return before(s) && e(s) }
	}
	return all, nil
}

type expressionParser struct{ rest string }

func (p *expressionParser) take(token string) bool {
	p.rest = strings.TrimLeft(p.rest, " ")
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *expressionParser) either() (expression, error) {
	left, err := p.both()
	for err == nil && p.take("OR ") {
		var right expression
		right, err = p.both()
		before := left
		left = func(s record) bool { return before(s) || right(s) }
	}
	return left, err
}

func (p *expressionParser) both() (expression, error) {
	left, err := p.one()
	for err == nil && p.take("AND ") {
		var right expression
		right, err = p.one()
		before := left
		left = func(s record) bool { return before(s) && right(s) }
	}
	return left, err
}

func (p *expressionParser) one() (expression, error) {
	if p.take("(") {
		e, err := p.either()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("filter.advanced: no ) before %q", p.rest)
		}
		return e, err
	}
	if !p.take("AREA[") {
		return nil, fmt.Errorf("filter.advanced: unexpected %q", p.rest)
	}
	field, rest, ok := strings.Cut(p.rest, "]")
	if !ok {
		return nil, fmt.Errorf("filter.advanced: no ] after %q", field)
	}
	p.rest = rest
	path := pathOf(field)
	if p.take("RANGE[") {
		bounds, rest, ok := strings.Cut(p.rest, "]")
		from, to, two := strings.Cut(bounds, ",")
		if !ok || !two {
			return nil, fmt.Errorf("filter.advanced: %q is not a range", bounds)
		}
		p.rest = rest
		return func(s record) bool {
			v := textAt(s.tree, path)
			return v != "" && (from == "MIN" || v >= from) && (to == "MAX" || v <= to)
		}, nil
	}
	p.rest = strings.TrimLeft(p.rest, " ")
	end := strings.IndexAny(p.rest, " )")
	if end < 0 {
		end = len(p.rest)
	}
	want := p.rest[:end]
	p.rest = p.rest[end:]
	return func(s record) bool { return strings.HasPrefix(textAt(s.tree, path), want) }, nil
}
