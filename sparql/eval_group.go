package sparql

import (
	"math/big"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// evalGroup groups the solutions by their keys and computes the aggregates of
// each group (section 18.5). Groups come in the order of their first solution.
func (e *evaluator) evalGroup(n *group, in row, yield func(row) bool) bool {
	groups := newGroupSet(n)
	keys := make(row, len(n.keys))
	defer e.release(e.held)
	e.run(n.inner, in, func(r row) bool {
		for i, k := range n.keys {
			keys[i] = e.key(k, r)
		}
		at, known := groups.place(keys)
		if !known {
			e.hold(1, len(n.aggregates)*bytesOfAggregate)
			groups.add(keys)
		}
		sums := groups.sumsOf(at)
		for i := range sums {
			sums[i].take(e, r)
		}
		return true
	})
	if groups.count == 0 && len(n.keys) == 0 {
		groups.add(nil)
	}
	out := make(row, len(in))
	for at := range groups.count {
		copy(out, in)
		for i, k := range n.keys {
			out[k.variable] = groups.keys[at*len(n.keys)+i]
		}
		for i, a := range n.aggregates {
			out[a.variable] = 0
			if v, err := groups.sumsOf(at)[i].result(); err == nil {
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
	return e.idOf(k.by, r)
}

// groupSet is groups by their keys, in the sequence in which they came.
type groupSet struct {
	of    *group
	count int
	keys  []index.ID
	sums  [][]sum // of so many groups each as a block has
	last  int
	// Which group has the keys: those of up to two in one number.
	few  map[uint64]int
	many map[string]int
	all  []int
	buf  []byte
}

// groupsOfBlock is how many groups a block has.
const groupsOfBlock = 256

func newGroupSet(n *group) *groupSet {
	s := &groupSet{of: n}
	if len(n.keys) <= 2 {
		s.few = map[uint64]int{}
		return s
	}
	s.many = map[string]int{}
	for i := range n.keys {
		s.all = append(s.all, i)
	}
	return s
}

// place returns the number of the group of keys, and whether there is one; if not, it
// is the number of the next one. Often it is that of the solution before.
func (s *groupSet) place(keys row) (at int, known bool) {
	n := len(keys)
	if s.count > 0 && slices.Equal(s.keys[s.last*n:][:n], keys) {
		return s.last, true
	}
	if s.few != nil {
		at, known = s.few[fewKey(keys)]
	} else {
		s.buf = rowKey(keys, s.all, s.buf)
		at, known = s.many[string(s.buf)]
	}
	if !known {
		at = s.count
	}
	s.last = at
	return at, known
}

func fewKey(keys row) (key uint64) {
	for _, id := range keys {
		key = key<<32 | uint64(id)
	}
	return key
}

// add adds a group of the keys that place was called with last.
func (s *groupSet) add(keys row) {
	if s.few != nil {
		s.few[fewKey(keys)] = s.count
	} else {
		s.many[string(s.buf)] = s.count
	}
	s.keys = append(s.keys, keys...)
	block := s.count / groupsOfBlock
	if block == len(s.sums) {
		s.sums = append(s.sums, nil)
	}
	for i := range s.of.aggregates {
		one := sum{aggregate: &s.of.aggregates[i]}
		if one.distinct && one.of == nil {
			one.rows = map[string]bool{}
		}
		if s.sums[block] == nil && s.count > 0 {
			s.sums[block] = make([]sum, 0, groupsOfBlock*len(s.of.aggregates))
		}
		s.sums[block] = append(s.sums[block], one)
	}
	s.count++
}

// sumsOf returns the aggregates of a group.
func (s *groupSet) sumsOf(at int) []sum {
	n := len(s.of.aggregates)
	if n == 0 {
		return nil
	}
	return s.sums[at/groupsOfBlock][at%groupsOfBlock*n:][:n]
}

// sum is an aggregate on its way through a group.
type sum struct {
	*aggregate
	terms  map[rdf.Term]bool // of DISTINCT
	ids    idSet             // of DISTINCT of a variable
	rows   map[string]bool   // of DISTINCT *
	count  int64
	whole  int64  // the sum, as long as there is no total
	total  *value // of what is not whole, or large
	best   *value
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
		if s.terms == nil {
			s.terms = map[rdf.Term]bool{}
		}
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
		if s.best == nil {
			s.best = &v
			return
		}
		if c := orderValues(v, *s.best); s.name == "MIN" && c < 0 || s.name == "MAX" && c > 0 {
			*s.best = v
		}
	case "SAMPLE":
		if s.best == nil {
			s.best = &v
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
	if s.total == nil && v.kind == kindInteger && v.exact.Num().IsInt64() {
		const small = 1 << 61
		if n := v.exact.Num().Int64(); -small < n && n < small && -small < s.whole && s.whole < small {
			s.whole += n
			return
		}
	}
	s.fold()
	total, err := arithmetic("+", *s.total, v)
	*s.total, s.failed = total, s.failed || err != nil
}

// fold makes a value of the whole numbers.
func (s *sum) fold() {
	if s.total == nil {
		total := integer(s.whole)
		s.total = &total
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
		return *s.total, nil
	case "AVG":
		if s.count == 0 {
			return integer(0), nil
		}
		s.fold()
		return arithmetic("/", *s.total, exactValue(big.NewRat(s.count, 1), kindInteger))
	case "GROUP_CONCAT":
		return value{kind: kindString, term: rdf.String(strings.Join(s.parts, s.separator))}, nil
	}
	if s.count == 0 {
		return value{}, errType
	}
	return *s.best, nil
}
