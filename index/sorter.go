package index

import "slices"

// sorter sorts quads, in room that it keeps.
type sorter struct {
	first, second room
	counts        []uint32
}

// room is rows that are used again.
type room []row

// of returns room for n rows.
func (r *room) of(n int) []row {
	if cap(*r) < n {
		*r = nil // before the new ones are made
		*r = make([]row, n)
	}
	return (*r)[:n]
}

// all sorts quads in each order, and calls use with the rows of each; they are
// good for the call. The quads are not what they were afterwards.
func (s *sorter) all(quads []row, use func(which int, rows []row)) {
	next := s.sorted(quads)
	for range orders {
		use(next())
	}
}

// sorted returns a function that sorts quads in one order after the other: spog,
// ospg, posg. Rows are good until those after the next are asked for.
func (s *sorter) sorted(quads []row) func() (which int, rows []row) {
	other := s.first.of(len(quads))
	turn := 0
	return func() (int, []row) {
		turn++
		switch turn {
		case 1:
			s.byPlace(other, quads, Subject, keepPlaces)
			sortRuns(other, 1)
			other = slices.Compact(other)
			quads = quads[:len(other)]
			return spog, other
		// Each order is the one before, sorted by its third place, which becomes the
		// first: rows that are equal there stay in sequence.
		case 2:
			s.byPlace(quads, other, 2, thirdFirst)
			return ospg, quads
		}
		s.byPlace(other, quads, 2, thirdFirst)
		return posg, other
	}
}

// feeds sorts quads order by order, as files.rows asks for them.
func (s *sorter) feeds(quads []row) func(which int) feed {
	next := s.sorted(quads)
	return func(int) feed {
		_, rows := next()
		return list(rows)
	}
}

// turn is what becomes of the places of rows that are sorted.
type turn bool

const (
	keepPlaces turn = false
	thirdFirst turn = true
)

// digitBits are those of a number by which rows are sorted at once where the numbers
// are large.
const digitBits = 16

// byPlace sorts rows by one place into to; those that are equal there stay in
// sequence. Terms have numbers as they come, so rows that are near one another go to
// places that are, and one pass over many places costs no more than several over few.
func (s *sorter) byPlace(to, rows []row, place int, t turn) {
	most := uint32(0)
	for i := range rows {
		most = max(most, rows[i][place])
	}
	if int(most) < max(1<<digitBits, len(rows)/2) {
		s.spread(to, rows, digit{place: place, mask: ^uint32(0), most: most}, t)
		return
	}
	const low = 1<<digitBits - 1
	spare := s.second.of(len(rows))
	s.spread(spare, rows, digit{place: place, mask: low, most: low}, keepPlaces)
	s.spread(to, spare, digit{place: place, shift: digitBits, mask: low, most: most >> digitBits}, t)
}

// digit is some of the bits of the number in a place, of which most is the greatest
// value.
type digit struct {
	place, shift int
	mask, most   uint32
}

func (d *digit) of(r *row) uint32 { return r[d.place] >> d.shift & d.mask }

// spread sorts rows into to by a digit; those that are equal there stay in sequence.
func (s *sorter) spread(to, rows []row, d digit, t turn) {
	if len(s.counts) <= int(d.most) {
		s.counts = make([]uint32, d.most+1)
	}
	counts := s.counts[:d.most+1]
	clear(counts)
	for i := range rows {
		counts[d.of(&rows[i])]++
	}
	at := uint32(0)
	for i, n := range counts {
		counts[i] = at
		at += n
	}
	for i := range rows {
		r := &rows[i]
		c := &counts[d.of(r)]
		if t == thirdFirst {
			to[*c] = row{r[2], r[0], r[1], r[3]}
		} else {
			to[*c] = *r
		}
		*c++
	}
}

// shortRun is how many rows are sorted by moving each to its place.
const shortRun = 24

// sortRuns sorts rows that are sorted by their first places so far.
func sortRuns(rows []row, depth int) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && prefixed(&rows[to], &rows[from], depth) == 0 {
			to++
		}
		switch run := rows[from:to]; {
		case len(run) <= shortRun:
			insertionSort(run)
		case !slices.IsSortedFunc(run, compareRows):
			slices.SortFunc(run, compareRows)
		}
		from = to
	}
}

func insertionSort(rows []row) {
	for i := 1; i < len(rows); i++ {
		r := rows[i]
		j := i
		for ; j > 0 && r.less(&rows[j-1]); j-- {
			rows[j] = rows[j-1]
		}
		rows[j] = r
	}
}
