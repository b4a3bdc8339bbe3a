package convert

import "bytes"

// studiesSeen are the NCT numbers that came: a bit each, in pages that are made
// as numbers are met.
type studiesSeen map[uint32]*[pageOfNumbers / 64]uint64

const pageOfNumbers = 1 << 16

// add takes a number, and reports whether it is new.
func (s studiesSeen) add(number uint32) bool {
	page := s[number/pageOfNumbers]
	if page == nil {
		page = new([pageOfNumbers / 64]uint64)
		s[number/pageOfNumbers] = page
	}
	bit := uint64(1) << (number % 64)
	word := &page[number%pageOfNumbers/64]
	fresh := *word&bit == 0
	*word |= bit
	return fresh
}

// numberOf returns the NCT number that is in the graph's name of the last line
// of a record.
func numberOf(record []byte) (number uint32, ok bool) {
	const digits = 8
	i := bytes.LastIndex(record[max(0, len(record)-1000):], []byte("/NCT"))
	if i < 0 {
		return 0, false
	}
	text := record[max(0, len(record)-1000)+i+len("/NCT"):]
	if len(text) < digits {
		return 0, false
	}
	for _, c := range text[:digits] {
		if c < '0' || c > '9' {
			return 0, false
		}
		number = 10*number + uint32(c-'0')
	}
	return number, true
}
