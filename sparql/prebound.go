package sparql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// Prebinding reads queries whose variables get values from outside, as those of
// SHACL do (SHACL, appendix A). The values come in Options.Bindings.
type Prebinding struct {
	// Prefixes are those that a query may use without declaring them.
	Prefixes []rdf.Prefix
	// Variables are the names that may get values. Where there are some, a query
	// has neither MINUS nor VALUES, no AS for any of them, and each sub-query
	// returns all of them.
	Variables []string
	// Optional are names that may get values, and that a sub-query need not return.
	Optional []string
	// Path is the property path, in the syntax of SPARQL, that stands for the
	// variable PATH where it is a predicate. By default PATH has no value, and
	// a query that uses it is an error.
	Path string
}

// Parse reads a query. The error is an *Error with line and column.
func (b *Prebinding) Parse(text string) (*Query, error) {
	q, err := parseWith(text, "", b.Prefixes, b, nil)
	if err == nil && q.refused != nil {
		return nil, q.refused
	}
	return q, err
}

// pathVariable is the name of the variable that stands for a property path.
const pathVariable = "PATH"

// bound reports whether a variable may get its value from outside.
func (p *parser) bound(name string) bool {
	return p.pre != nil && (slices.Contains(p.pre.Variables, name) || slices.Contains(p.pre.Optional, name))
}

// without refuses a clause that means nothing certain where variables have values.
func (p *parser) without(at int, clause string) {
	if p.pre != nil && len(p.pre.Variables) > 0 {
		p.fail(at, clause+" is not allowed where variables are pre-bound (SHACL, appendix A)")
	}
}

// assigned is the variable after AS.
func (p *parser) assigned() int {
	if p.tok.kind == tokVar && p.bound(p.tok.text) {
		p.fail(p.tok.at, fmt.Sprintf("AS ?%s assigns a pre-bound variable, expected a variable of another name", p.tok.text))
	}
	return p.needVar()
}

// returnsBound checks that a sub-query returns what is pre-bound.
func (p *parser) returnsBound(at int, returned []string) {
	if p.pre == nil {
		return
	}
	var missing []string
	for _, name := range p.pre.Variables {
		if !slices.Contains(returned, name) {
			missing = append(missing, "?"+name)
		}
	}
	if len(missing) > 0 {
		p.fail(at, "the sub-query does not return "+strings.Join(missing, ", ")+", expected all pre-bound variables in its SELECT")
	}
}

// boundPath is the path for which ?PATH stands.
func (p *parser) boundPath() path {
	if p.pre.Path == "" {
		p.fail(p.tok.at, "?PATH has no value here, expected it in the shape of a property")
	}
	p.advance()
	inner := &parser{lexer: lexer{text: p.pre.Path}, query: p.query, prefixes: p.prefixes, sets: p.sets, depth: p.depth}
	inner.advance()
	found := inner.pathChoice()
	if inner.tok.kind != tokEnd {
		inner.expected("the end of the path")
	}
	return found
}
