package jsonld

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// precision says how much of a date is known.
type precision int

const (
	noDate precision = iota
	yearDate
	monthDate
	dayDate
)

// partialDate checks a date of the forms YYYY, YYYY-MM and YYYY-MM-DD against
// the calendar and returns its first and last day.
func partialDate(s string) (p precision, first, last string) {
	layouts := map[int]precision{4: yearDate, 7: monthDate, 10: dayDate}
	p = layouts[len(s)]
	if p == noDate {
		return noDate, "", ""
	}
	t, err := time.Parse("2006-01-02"[:len(s)], s)
	if err != nil || t.Year() == 0 { // XSD 1.0 has no year 0000
		return noDate, "", ""
	}
	end := t
	switch p {
	case yearDate:
		end = t.AddDate(1, 0, -1)
	case monthDate:
		end = t.AddDate(0, 1, -1)
	}
	return p, t.Format(time.DateOnly), end.Format(time.DateOnly)
}

// datatype returns the local name of the XSD type of a date so precise.
func (p precision) datatype() string {
	return [...]string{"string", "gYear", "gYearMonth", "date"}[p]
}

// minuteTime turns YYYY-MM-DDThh:mm into an xsd:dateTime.
func minuteTime(s string) (string, bool) {
	if _, err := time.Parse("2006-01-02T15:04", s); err != nil || len(s) != 16 || strings.HasPrefix(s, "0000") {
		return "", false
	}
	return s + ":00", true
}

// daysBetween counts the days from one full date to another.
func daysBetween(from, to string) (int, bool) {
	pf, _, _ := partialDate(from)
	pt, _, _ := partialDate(to)
	if pf != dayDate || pt != dayDate {
		return 0, false
	}
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0, false
	}
	return int(b.Sub(a) / (24 * time.Hour)), true
}

// unit is a unit of an age or duration: how ISO 8601 writes it, and its length
// in years as a fraction. A year has 365.25 days.
type unit struct {
	name             string
	pattern          string
	times            int64 // what the number is multiplied by in the pattern
	yearsNum, yearsD int64
}

var units = [...]unit{
	{"Year", "P%dY", 1, 1, 1},
	{"Month", "P%dM", 1, 1, 12},
	{"Week", "P%dD", 7, 28, 1461},
	{"Day", "P%dD", 1, 4, 1461},
	{"Hour", "PT%dH", 1, 1, 8766},
	{"Minute", "PT%dM", 1, 1, 525960},
}

// age takes "18 Years" apart: an xsd:duration, and years with four places,
// rounded half to even.
func age(s string) (duration, years string, ok bool) {
	number, word, found := strings.Cut(s, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || n < 0 || n > 1e9 || number[0] == '+' {
		return "", "", false
	}
	word = strings.TrimSuffix(word, "s")
	for _, u := range units {
		if u.name == word {
			return fmt.Sprintf(u.pattern, n*u.times), roundYears(n*u.yearsNum, u.yearsD), true
		}
	}
	return "", "", false
}

// roundYears divides and rounds half to even at four places.
func roundYears(num, den int64) string {
	q, r := num*10000/den, num*10000%den
	if 2*r > den || 2*r == den && q%2 == 1 {
		q++
	}
	return fmt.Sprintf("%d.%04d", q/10000, q%10000)
}
