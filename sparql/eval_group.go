package sparql

import (
	"math/big"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// evalGroup groups the solutions by their keys and computes the aggregates of
// each group (section 18.5). Groups come in the order of their first solution.
func (e *evaluator) evalGroup(n *group, in row, yield func(row) bool) bool {
	groups := map[string]*grouped{}
	var order []*grouped
	keys := make(row, len(n.keys))
	all := make([]int, len(n.keys))
	for i := range all {
		all[i] = i
	}
	var buf []byte
	defer e.release(e.held)
	e.run(n.inner, in, func(r row) bool {
		for i, k := range n.keys {
			keys[i] = e.key(k, r)
		}
		buf = rowKey(keys, all, buf)
		g := groups[string(buf)]
		if g == nil {
			e.hold(1, len(n.aggregates)*bytesOfAggregate)
			g = newGrouped(keys.clone(), n.aggregates)
			groups[string(buf)] = g
			order = append(order, g)
		}
		for i := range g.sums {
			g.sums[i].take(e, r)
		}
		return true
	})
	if len(order) == 0 && len(n.keys) == 0 {
		order = append(order, newGrouped(nil, n.aggregates))
	}
	out := make(row, len(in))
	for _, g := range order {
		copy(out, in)
		for i, k := range n.keys {
			out[k.variable] = g.keys[i]
		}
		for i, a := range n.aggregates {
			out[a.variable] = 0
			if v, err := g.sums[i].result(); err == nil {
				out[a.variable] = e.id(v.rdf())
			}
		}
		e.solution++
		if !yield(out) {
			return false
		}
	}
	return true
}

// bytesOfAggregate is about what an aggregate takes in a group.
const bytesOfAggregate = 300

func (e *evaluator) key(k groupKey, r row) index.ID {
	if k.by == nil {
		return r[k.variable]
	}
	v, err := e.value(k.by, r)
	if err != nil {
		return 0
	}
	return e.id(v.rdf())
}

type grouped struct {
	keys row
	sums []sum
}

func newGrouped(keys row, aggregates []aggregate) *grouped {
	g := &grouped{keys: keys, sums: make([]sum, len(aggregates))}
	for i := range aggregates {
		g.sums[i].aggregate = &aggregates[i]
		if aggregates[i].distinct {
			g.sums[i].terms, g.sums[i].rows = map[rdf.Term]bool{}, map[string]bool{}
		}
	}
	return g
}

// sum is an aggregate on its way through a group.
type sum struct {
	*aggregate
	terms  map[rdf.Term]bool // of DISTINCT
	ids    idSet             // of DISTINCT of a variable
	rows   map[string]bool   // of DISTINCT *
	count  int64
	whole  int64 // the sum, until total is of a kind
	total  value
	best   value
	parts  []string
	size   int // of the parts
	failed bool
}

func (s *sum) take(e *evaluator, r row) {
	if s.of == nil {
		s.takeRow(e, r)
		return
	}
	v, isVar := s.of.(varExpr)
	if isVar && (s.distinct || s.name == "COUNT") {
		s.takeID(e, r[v.variable])
		return
	}
	s.takeResult(e, r)
}

// takeID is take of a variable, whose value is only looked at where it counts.
func (s *sum) takeID(e *evaluator, id index.ID) {
	if id == 0 {
		s.failed = s.failed || s.name != "COUNT" && s.name != "SAMPLE"
		return
	}
	if s.distinct {
		if !s.ids.add(id, e.terms) {
			return
		}
		e.hold(1, 0)
	}
	s.count++
	if s.name == "COUNT" {
		return
	}
	v, err := e.get(id)
	if err == nil {
		s.takeValue(e, v)
	}
}

// takeResult is take of an expression.
func (s *sum) takeResult(e *evaluator, r row) {
	v, err := e.value(s.of, r)
	if err != nil {
		// COUNT and SAMPLE pass over an error, the others become one.
		s.failed = s.failed || s.name != "COUNT" && s.name != "SAMPLE"
		return
	}
	if s.distinct {
		if s.terms[v.term] {
			return
		}
		e.hold(1, len(v.term.Value))
		s.terms[v.term] = true
	}
	s.count++
	s.takeValue(e, v)
}

func (s *sum) takeRow(e *evaluator, r row) {
	if s.distinct {
		var all []int
		for v := range r {
			if e.query.names[v] != "" { // what no query can name is not part of a solution
				all = append(all, v)
			}
		}
		key := string(rowKey(r, all, nil))
		if s.rows[key] {
			return
		}
		e.hold(1, len(key))
		s.rows[key] = true
	}
	s.count++
}

func (s *sum) takeValue(e *evaluator, v value) {
	switch s.name {
	case "SUM", "AVG":
		failed := s.failed
		if s.add(v); s.failed && !failed {
			e.failsBy(varExpr{s.variable}, v)
		}
	case "MIN", "MAX":
		c := orderValues(v, s.best)
		if s.count == 1 || s.name == "MIN" && c < 0 || s.name == "MAX" && c > 0 {
			s.best = v
		}
	case "SAMPLE":
		if s.count == 1 {
			s.best = v
		}
	case "GROUP_CONCAT":
		if v.kind == kindBlank || v.kind == kindTriple {
			s.failed = true
		}
		s.size += len(v.term.Value) + len(s.separator)
		e.checkText(s.size)
		e.hold(1, 0)
		s.parts = append(s.parts, v.term.Value)
	}
}

// add adds whole numbers as such while they are small, and others exactly.
func (s *sum) add(v value) {
	if s.total.kind == kindNone && v.kind == kindInteger && v.exact.Num().IsInt64() {
		const small = 1 << 61
		if n := v.exact.Num().Int64(); -small < n && n < small && -small < s.whole && s.whole < small {
			s.whole += n
			return
		}
	}
	s.fold()
	total, err := arithmetic("+", s.total, v)
	s.total, s.failed = total, s.failed || err != nil
}

// fold makes a value of the whole numbers.
func (s *sum) fold() {
	if s.total.kind == kindNone {
		s.total = integer(s.whole)
	}
}

func (s *sum) result() (value, error) {
	if s.failed {
		return value{}, errType
	}
	switch s.name {
	case "COUNT":
		return integer(s.count), nil
	case "SUM":
		s.fold()
		return s.total, nil
	case "AVG":
		if s.count == 0 {
			return integer(0), nil
		}
		s.fold()
		return arithmetic("/", s.total, exactValue(big.NewRat(s.count, 1), kindInteger))
	case "GROUP_CONCAT":
		return value{kind: kindString, term: rdf.String(strings.Join(s.parts, s.separator))}, nil
	}
	if s.count == 0 {
		return value{}, errType
	}
	return s.best, nil
}
