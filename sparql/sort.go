package sparql

import (
	"os"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// Bounds of a sort that has a folder for what memory does not hold.
const (
	// bytesOfKey is about what a value to sort by takes beside its text.
	bytesOfKey = 200
	// bytesOfSortable is about what a row takes beside its values, with the room of the
	// list for others.
	bytesOfSortable = 40
	// sortBytes is how much a sort holds in memory where there is no limit; where
	// there is one, it is the sortShare of it.
	sortBytes = 32 << 20
	sortShare = 4
	// mostSpilled is how many bytes a sort may write.
	mostSpilled = 16 << 30
)

// sorter sorts rows (section 15.1). Equal rows keep the order in which they came.
type sorter struct {
	e    *evaluator
	by   []orderKey
	top  int // rows that are asked for; -1 for all
	rows rowStore
	// Of the keys that are no variables: the numbers of their terms, which stand behind
	// a row, and the values by number; that of no value is 0.
	made   []value
	madeAt map[rdf.Term]index.ID
	most   int // rows that were counted
	before held
	own    held // of what is in memory
	bytes  int
	file   *os.File // of runs; nil as long as memory is enough
	ends   []int64
	buffer []byte
}

// rowStore is rows of one width in blocks, which are not moved when others come.
type rowStore struct {
	width  int
	count  int
	blocks [][]index.ID
}

// storeRows is how many rows a block has.
const storeRows = 1 << 10

// add makes room for a row and returns it.
func (s *rowStore) add() row {
	if s.count == storeRows*len(s.blocks) {
		s.blocks = append(s.blocks, make([]index.ID, storeRows*s.width))
	}
	s.count++
	return s.row(s.count - 1)
}

func (s *rowStore) row(i int) row {
	at := i % storeRows * s.width
	return s.blocks[i/storeRows][at : at+s.width : at+s.width]
}

func (e *evaluator) evalOrder(n *orderBy, in row, top int, yield func(row) bool) bool {
	width := len(in)
	s := &sorter{e: e, by: n.by, top: top, before: e.held, made: []value{{}}, madeAt: map[rdf.Term]index.ID{}}
	s.rows.width = width
	for _, k := range n.by {
		if _, ok := k.by.(varExpr); !ok {
			s.rows.width++
		}
	}
	defer s.close()
	e.run(n.inner, in, func(r row) bool {
		s.add(r)
		return true
	})
	if s.file != nil {
		s.trim()
		s.spill()
		return s.merge(yield)
	}
	order := s.sorted()
	if top >= 0 {
		order = order[:min(top, len(order))]
	}
	for _, i := range order {
		e.tick()
		e.solution++
		if !yield(s.rows.row(int(i))[:width:width]) {
			return false
		}
	}
	return true
}

// close gives back what the sort held.
func (s *sorter) close() {
	s.e.release(s.before)
	if s.file != nil {
		_ = s.file.Close()           // it was only for the sort
		_ = os.Remove(s.file.Name()) // it may be gone already
	}
}

func (s *sorter) add(r row) {
	one := s.rows.add()
	at, beside := copy(one, r), bytesOfSortable
	for _, k := range s.by {
		v, isVar := k.by.(varExpr)
		if isVar && r[v.variable] != 0 && s.e.opts.Temp == "" {
			continue // its value is looked at once, with those of the others
		}
		found, err := s.e.value(k.by, r)
		if err != nil {
			found = value{}
		}
		if !isVar {
			one[at] = s.number(found)
			at++
		}
		if s.e.opts.Temp != "" {
			beside += bytesOfKey + len(found.term.Value)
		}
	}
	s.bytes += beside + 4*len(r)
	if s.rows.count > s.most {
		s.most = s.rows.count
		was := s.e.held
		s.e.hold(1, beside)
		s.own.rows, s.own.bytes = s.own.rows+s.e.held.rows-was.rows, s.own.bytes+s.e.held.bytes-was.bytes
	}
	switch {
	case s.top >= 0 && s.rows.count >= 2*s.top+1024:
		s.trim()
	case s.e.opts.Temp != "" && s.bytes > s.budget():
		s.trim()
		s.spill()
	}
}

// number numbers the value of a key that is no variable.
func (s *sorter) number(v value) index.ID {
	if v.kind == kindNone {
		return 0
	}
	n, ok := s.madeAt[v.term]
	if !ok {
		n = index.ID(len(s.made))
		s.made, s.madeAt[v.term] = append(s.made, v), n
		if s.e.opts.Temp == "" {
			s.e.holdBytes(bytesOfKey + len(v.term.Value))
		}
	}
	return n
}

func (s *sorter) budget() int {
	if s.e.opts.Limits.Bytes > 0 {
		return min(sortBytes, s.e.opts.Limits.Bytes/sortShare)
	}
	return sortBytes
}

// trim sorts what is in memory, and leaves no more of it than is asked for.
func (s *sorter) trim() {
	order := s.sorted()
	if s.top >= 0 && len(order) > s.top {
		order = order[:s.top]
	}
	kept := rowStore{width: s.rows.width}
	for _, i := range order {
		copy(kept.add(), s.rows.row(int(i)))
	}
	s.rows = kept
}
