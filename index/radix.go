package index

import (
	"cmp"
	"slices"
)

// few rows are sorted by comparing them.
const few = 1024

// sortBy sorts rows by one place; those that are equal there stay in sequence.
// It returns the slice that holds them then, and the other one.
func sortBy(rows, other []row, place int) (sorted, rest []row) {
	if len(rows) < few {
		slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a[place], b[place]) })
		return rows, other
	}
	const digit, digits = 11, 1 << 11
	var counts [3][digits]uint32
	for i := range rows {
		v := rows[i][place]
		counts[0][v%digits]++
		counts[1][v>>digit%digits]++
		counts[2][v>>(2*digit)]++
	}
	for d := range counts {
		count, shift := &counts[d], d*digit
		if int(count[rows[0][place]>>shift%digits]) == len(rows) {
			continue // all have the same digit
		}
		at := uint32(0)
		for i, n := range count {
			count[i] = at
			at += n
		}
		for i := range rows {
			c := &count[rows[i][place]>>shift%digits]
			other[*c] = rows[i]
			*c++
		}
		rows, other = other, rows
	}
	return rows, other
}
