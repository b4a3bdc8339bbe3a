package rdf

import "slices"

// What a batch says of many nodes alike takes the fewest bytes in columns: the
// statements of a class and a predicate together. Then the predicate is left out, and
// so is an object that is that of the statement before, and the name of a subject is
// the one that a reader expects, as the nodes of a class came one after the other.

// jellyColumns puts the rows of a batch in order.
type jellyColumns struct {
	classes []uint32 // of names, by number
	typ     uint32   // the number of rdf:type

	columns []uint32          // how many rows each has, then where its next one goes
	numbers map[uint64]uint32 // of columns, by class and predicate
	recent  [512]jellyColumn  // of numbers
	of      []uint32          // the column of each row
	order   []uint32          // of the rows
}

type jellyColumn struct {
	key    uint64
	number uint32
}

// begin begins a batch.
func (c *jellyColumns) begin(b *Batch) {
	all := b.Vocabulary.Len() + 1 + len(b.Names)
	c.classes = slices.Grow(c.classes[:0], all)[:all]
	clear(c.classes)
	c.typ = b.find(RDFType)
}

// cut finds the columns of the rows that make the next block, which has about so many
// nodes, and returns how many rows they are. The class of a node is that which is
// stated first; rows before have none.
func (c *jellyColumns) cut(rows []BatchRow, most int) int {
	const rowsOfANode = 16
	c.columns, c.of = c.columns[:0], c.of[:0]
	clear(c.numbers)
	clear(c.recent[:])
	subject, class := uint32(0), uint32(0)
	nodes := 0
	for i := range rows {
		row := &rows[i]
		if row[0] != subject {
			if nodes > most || i > rowsOfANode*most {
				return i
			}
			subject = row[0]
			class = c.classes[subject]
		}
		if row[1] == c.typ && class == 0 {
			nodes++
			class = row[2]
			c.classes[subject] = class
		}
		n := c.column(class, row[1])
		c.columns[n]++
		c.of = append(c.of, n)
	}
	return len(rows)
}

// arrange returns the numbers of the first rows column by column, as the columns came.
func (c *jellyColumns) arrange(rows int) []uint32 {
	next := uint32(0)
	for i, n := range c.columns {
		c.columns[i] = next
		next += n
	}
	if len(c.order) < rows {
		c.order = make([]uint32, rows)
	}
	order := c.order[:rows]
	for i, n := range c.of {
		order[c.columns[n]] = uint32(i) //nolint:gosec // rows of a study
		c.columns[n]++
	}
	return order
}

// column returns the number of a column.
func (c *jellyColumns) column(class, predicate uint32) uint32 {
	key := uint64(class)<<32 | uint64(predicate)
	const prime = 31
	at := &c.recent[(class*prime+predicate)%uint32(len(c.recent))]
	if at.key == key {
		return at.number
	}
	n, known := c.numbers[key]
	if !known {
		if c.numbers == nil {
			c.numbers = map[uint64]uint32{}
		}
		n = uint32(len(c.columns)) //nolint:gosec // at most as many as rows
		c.numbers[key] = n
		c.columns = append(c.columns, 0)
	}
	*at = jellyColumn{key, n}
	return n
}
