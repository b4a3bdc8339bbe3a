package index

// row is a quad with its places in the sequence of an order.
type row [4]uint32

func (r *row) less(s *row) bool {
	switch {
	case r[0] != s[0]:
		return r[0] < s[0]
	case r[1] != s[1]:
		return r[1] < s[1]
	case r[2] != s[2]:
		return r[2] < s[2]
	}
	return r[3] < s[3]
}

// order is a sequence of places by which quads are sorted.
type order struct {
	name   string
	places [4]uint8
	at     [4]uint8 // where a place stands in places
	// near says by the distance to which one that stands before it a number is
	// written; 4 for none.
	near [4]uint8
}

// The orders that an index keeps. Each pattern of bound places without a graph is
// a prefix of one of them. What a graph holds is found by the runs of rows that it
// has in the first order; see graphs.
var orders = [...]order{
	{"spog", [4]uint8{Subject, Predicate, Object, Graph}, [4]uint8{0, 1, 2, 3}, [4]uint8{4, 4, 0, 0}},
	{"posg", [4]uint8{Predicate, Object, Subject, Graph}, [4]uint8{2, 0, 1, 3}, [4]uint8{4, 4, 1, 2}},
	{"ospg", [4]uint8{Object, Subject, Predicate, Graph}, [4]uint8{1, 2, 0, 3}, [4]uint8{4, 0, 4, 1}},
}

const (
	spog = iota
	posg
	ospg
	// inGraph is no order: the rows of a graph as spog has them.
	inGraph
)

func (o *order) row(q Quad) row {
	return row{uint32(q[o.places[0]]), uint32(q[o.places[1]]), uint32(q[o.places[2]]), uint32(q[o.places[3]])}
}

func (o *order) quad(r *row) Quad {
	return Quad{ID(r[o.at[Subject]]), ID(r[o.at[Predicate]]), ID(r[o.at[Object]]), ID(r[o.at[Graph]])}
}

// depth counts the leading places that a pattern binds.
func (o *order) depth(pattern Quad) int {
	d := 0
	for d < 4 && pattern[o.places[d]] != 0 {
		d++
	}
	return d
}
