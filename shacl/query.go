package shacl

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// Options say how a Checker runs the queries of shapes.
type Options struct {
	// Time is how long one query may run. Default: one minute.
	Time time.Duration
	// Bytes is about how much memory one query may hold. Default: 256 MB.
	Bytes int
}

const (
	queryTime  = time.Minute
	queryBytes = 256 << 20
)

func (o *Options) limits() sparql.Limits {
	l := sparql.Limits{Time: queryTime, Bytes: queryBytes}
	if o != nil && o.Time > 0 {
		l.Time = o.Time
	}
	if o != nil && o.Bytes > 0 {
		l.Bytes = o.Bytes
	}
	return l
}

// QueryError is the error of a query of a shape that did not end: nothing is known
// about what the shape asks for.
type QueryError struct {
	// Name says which query of which shape it is.
	Name string
	// Focus is the node that was looked at; zero for a query for targets.
	Focus rdf.Term
	Cause error
}

// Error says what happened to which query.
func (e *QueryError) Error() string {
	if e.Focus.IsZero() {
		return fmt.Sprintf("%s: %v", e.Name, e.Cause)
	}
	return fmt.Sprintf("%s: focus node %s: %v", e.Name, e.Focus, e.Cause)
}

// Unwrap returns the cause.
func (e *QueryError) Unwrap() error { return e.Cause }

// data is the data graph as queries see it, and the shapes graph where some query
// asks for it. It is built when the first query asks.
func (c *Checker) data() *index.Index {
	if c.indexed != nil {
		return c.indexed
	}
	b := index.NewBuilder()
	for q := range c.graph.Quads() {
		q.Graph = rdf.Term{}
		b.Add(q)
	}
	for _, q := range c.shapes.graph {
		b.Add(q)
	}
	c.indexed = b.Build()
	return c.indexed
}

// options are those of a query, with the values of its variables.
func (c *Checker) options(q *question, more map[string]rdf.Term) *sparql.Options {
	bindings := maps.Clone(q.bindings)
	maps.Copy(bindings, more)
	return &sparql.Options{Limits: c.limits, StrictDefault: true, Bindings: bindings, Now: c.now}
}

// failed keeps the first error.
func (c *Checker) failed(q *question, focus rdf.Term, err error) {
	if err != nil && c.err == nil {
		c.err = &QueryError{q.name, focus, err}
	}
}

// ask checks a constraint in SPARQL (sections 5.3 and 6.3).
func (c *Checker) ask(s *shape, k *check, focus uint32, values []uint32) {
	if c.err != nil {
		return
	}
	x, this := c.data(), c.graph.Term(focus)
	if k.question.query.Form == sparql.Ask {
		c.askEach(x, s, k, this, values)
		return
	}
	given := map[string]rdf.Term{varThis: this}
	for row, err := range k.question.query.Rows(c.ctx, x, c.options(k.question, given)) {
		if err != nil {
			c.failed(k.question, this, err)
			return
		}
		if !c.solution(s, k, this, row) {
			return
		}
	}
}

// solution makes a result of a solution (section 5.3.2), and reports whether more
// are wanted.
func (c *Checker) solution(s *shape, k *check, focus rdf.Term, row []rdf.Term) bool {
	said := map[string]rdf.Term{varThis: focus}
	for i, name := range k.question.query.Variables {
		if !row[i].IsZero() {
			said[name] = row[i]
		}
	}
	if t := said[varFailure]; t.Datatype == rdf.XSDBoolean && (t.Value == "true" || t.Value == "1") {
		c.failed(k.question, focus, errors.New("the query reports a failure (?failure is true)"))
		return false
	}
	r := c.result(s, k, asWritten(said[varThis]), asWritten(said[varValue]), s.pathTerm)
	if t := said[varPath]; t.Kind == rdf.IRITerm {
		r.Path = t
	}
	if r.Value.IsZero() && s.pathTerm.IsZero() {
		r.Value = focus
	}
	r.Message = k.question.said(said)
	if t := said[varMessage]; t.Kind == rdf.LiteralTerm {
		r.Message = t.Value
	}
	c.note(k, "", r)
	return c.quiet == 0
}

// askEach asks a question of each value.
func (c *Checker) askEach(x *index.Index, s *shape, k *check, focus rdf.Term, values []uint32) {
	seen := map[string]bool{}
	for _, v := range values {
		key := c.key(v)
		if seen[key] {
			continue
		}
		seen[key] = true
		given := map[string]rdf.Term{varThis: focus, varValue: c.graph.Term(v)}
		holds, err := k.question.query.Ask(c.ctx, x, c.options(k.question, given))
		if err != nil {
			c.failed(k.question, focus, err)
			return
		}
		if holds {
			continue
		}
		r := c.result(s, k, focus, given[varValue], s.pathTerm)
		r.Message = k.question.said(given)
		c.note(k, "", r)
	}
}

// inTemplate is a variable in a message.
var inTemplate = regexp.MustCompile(`\{[?$][\pL\pN_]+\}`)

// said fills the message, or else the label of the component, with values.
func (q *question) said(values map[string]rdf.Term) string {
	template := q.message
	if template == "" {
		template = q.label
	}
	if template == "" {
		return ""
	}
	return inTemplate.ReplaceAllStringFunc(template, func(in string) string {
		name := in[2 : len(in)-1]
		for _, from := range []map[string]rdf.Term{values, q.bindings} {
			if t, known := from[name]; known {
				return asWritten(t).Value
			}
		}
		if name == varPathOfShape && q.path != "" {
			return q.path
		}
		return in
	})
}

// queriedNodes applies the shapes whose focus nodes a query finds.
func (c *Checker) queriedNodes() {
	for _, t := range c.shapes.queried {
		if t.shape.off || c.err != nil {
			continue
		}
		x := c.data()
		var nodes []rdf.Term
		seen := map[rdf.Term]bool{}
		at := 0
		for i, name := range t.question.query.Variables {
			if name == varThis {
				at = i
			}
		}
		for row, err := range t.question.query.Rows(c.ctx, x, c.options(t.question, nil)) {
			if err != nil {
				c.failed(t.question, rdf.Term{}, err)
				return
			}
			if node := row[at]; !node.IsZero() && !seen[node] {
				seen[node] = true
				nodes = append(nodes, node)
			}
		}
		for _, node := range nodes {
			c.validate(t.shape, c.graph.AddTerm(node))
		}
	}
}
