package study

import "strings"

// Seen are the studies of which a record was met, each with the date of the
// version that came first. The zero value is ready; it is not safe for
// concurrent use. It takes two bytes for each number near one that was met.
type Seen struct {
	pages map[uint32]*[numbersInPage]uint16
}

const numbersInPage = 512

// Version is what tells a record from others of its study: the number in the
// NCT id, and the date of its version as YYYYMMDD, with zeros for what is not
// known.
type Version struct {
	Number uint32
	Date   int
}

// VersionOf returns the version of a record that is known to be valid.
func VersionOf(json []byte) Version {
	id, err := ID(json)
	if err != nil {
		return Version{}
	}
	v := Version{Date: dateNumber(VersionDate(json))}
	for _, c := range strings.TrimPrefix(id, "NCT") {
		v.Number = 10*v.Number + uint32(c-'0') //nolint:gosec // a digit
	}
	return v
}

// dateNumber writes a date of VersionDate as a number.
func dateNumber(date string) int {
	n := 0
	for _, c := range date {
		if c >= '0' && c <= '9' {
			n = 10*n + int(c-'0')
		}
	}
	if len(date) == len("2006-01") {
		n *= 100
	}
	return n
}

// Add notes a version, and reports whether it is the first of its study; where
// it is not, whether it is later than the first.
func (s *Seen) Add(v Version) (first, later bool) {
	if v.Number == 0 {
		return true, false
	}
	if s.pages == nil {
		s.pages = map[uint32]*[numbersInPage]uint16{}
	}
	page := s.pages[v.Number/numbersInPage]
	if page == nil {
		page = new([numbersInPage]uint16)
		s.pages[v.Number/numbersInPage] = page
	}
	at, packed := &page[v.Number%numbersInPage], packDate(v.Date)
	if *at == 0 {
		*at = packed
		return true, false
	}
	return false, packed > *at
}

// firstYear is the year before which versions are not told apart.
const firstYear = 1950

// packDate packs a date into a number that grows with it; 1 is not a date.
func packDate(date int) uint16 {
	year := date/10000 - firstYear
	if year < 0 || year >= 1<<16/(13*32) {
		return 1
	}
	return uint16(2 + (year*13+date/100%100)*32 + date%100) //nolint:gosec // it fits by the check above
}
