package mapping

import (
	"strconv"
	"strings"
)

// precision says how much of a date is known.
type precision int

const (
	noDate precision = iota
	yearDate
	monthDate
	dayDate
)

// date is a date as far as it is known; what is not known is 1.
type date struct {
	known            precision
	year, month, day int
}

// parseDate checks a date of the forms YYYY, YYYY-MM and YYYY-MM-DD against
// the calendar. XSD 1.0 has no year 0000.
func parseDate(s string) date {
	d := date{month: 1, day: 1}
	switch len(s) {
	case 4:
		d.known = yearDate
	case 7:
		d.known = monthDate
	case 10:
		d.known = dayDate
	default:
		return date{}
	}
	ok := digits(s[:4], &d.year) && d.year > 0
	if d.known >= monthDate {
		ok = ok && s[4] == '-' && digits(s[5:7], &d.month) && d.month >= 1 && d.month <= 12
	}
	if d.known == dayDate {
		ok = ok && s[7] == '-' && digits(s[8:10], &d.day) && d.day >= 1 && d.day <= daysIn(d.year, d.month)
	}
	if !ok {
		return date{}
	}
	return d
}

// digits reads a number of nothing but digits.
func digits(s string, n *int) bool {
	*n = 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		*n = *n*10 + int(s[i]-'0')
	}
	return true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// last returns the last day that the date may mean; date itself, taken as a
// day, is the first.
func (d date) last() date {
	if d.known == yearDate {
		d.month = 12
	}
	if d.known < dayDate {
		d.day = daysIn(d.year, d.month)
	}
	return d
}

// appendDay appends YYYY-MM-DD.
func (d date) appendDay(dst []byte) []byte {
	for _, n := range [...]int{d.year / 100, d.year % 100} {
		dst = append(dst, byte('0'+n/10), byte('0'+n%10))
	}
	for _, n := range [...]int{d.month, d.day} {
		dst = append(dst, '-', byte('0'+n/10), byte('0'+n%10))
	}
	return dst
}

// digits writes the date as YYYYMMDD, with zeros for what is not known.
func (d date) digits() int {
	n := d.year * 10000
	if d.known >= monthDate {
		n += d.month * 100
	}
	if d.known == dayDate {
		n += d.day
	}
	return n
}

// number counts the days of the calendar up to the date.
func (d date) number() int {
	y, m := d.year, d.month
	if m <= 2 { // the year begins in March, so that the leap day ends it
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d.day
}

func isDay(s string) bool { return parseDate(s).known == dayDate }

// partialDate is parseDate in words: how much is known, the first and the last day.
func partialDate(s string) (p precision, first, last string) {
	d := parseDate(s)
	if d.known == noDate {
		return noDate, "", ""
	}
	return d.known, string(d.appendDay(nil)), string(d.last().appendDay(nil))
}

// datatype returns the local name of the XSD type of a date so precise.
func (p precision) datatype() string {
	return [...]string{"string", "gYear", "gYearMonth", "date"}[p]
}

// minuteTime turns YYYY-MM-DDThh:mm into an xsd:dateTime.
func minuteTime(s string) (string, bool) {
	if !isMinuteTime(s) {
		return "", false
	}
	return s + minuteEnd, true
}

// minuteEnd makes a time of minutes one of seconds.
const minuteEnd = ":00"

func isMinuteTime(s string) bool {
	var hour, minute int
	return len(s) == 16 && parseDate(s[:10]).known == dayDate && s[10] == 'T' && s[13] == ':' &&
		digits(s[11:13], &hour) && hour < 24 && digits(s[14:], &minute) && minute < 60
}

// daysBetween counts the days from one full date to another.
func daysBetween(from, to string) (int, bool) {
	a, b := parseDate(from), parseDate(to)
	if a.known != dayDate || b.known != dayDate {
		return 0, false
	}
	return b.number() - a.number(), true
}

// unit is a unit of an age or duration: how ISO 8601 writes it, and its length
// in years as a fraction. A year has 365.25 days.
type unit struct {
	name             string
	before, after    string
	times            int64 // what the number is multiplied by when written
	yearsNum, yearsD int64
}

var units = [...]unit{
	{"Year", "P", "Y", 1, 1, 1},
	{"Month", "P", "M", 1, 1, 12},
	{"Week", "P", "D", 7, 28, 1461},
	{"Day", "P", "D", 1, 4, 1461},
	{"Hour", "PT", "H", 1, 1, 8766},
	{"Minute", "PT", "M", 1, 1, 525960},
}

// age is a number of units of time; it has no unit if it is none.
type age struct {
	n    int64
	unit *unit
}

// parseAge takes "18 Years" apart; capitals do not matter.
func parseAge(s string) age {
	number, word, found := strings.Cut(s, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || n < 0 || n > 1e9 || number[0] == '+' {
		return age{}
	}
	if last := len(word) - 1; last > 0 && word[last]|0x20 == 's' {
		word = word[:last]
	}
	for i := range units {
		if strings.EqualFold(units[i].name, word) {
			return age{n, &units[i]}
		}
	}
	return age{}
}

// appendDuration appends the age as an xsd:duration.
func (a age) appendDuration(dst []byte) []byte {
	dst = append(dst, a.unit.before...)
	return append(strconv.AppendInt(dst, a.n*a.unit.times, 10), a.unit.after...)
}

// appendYears appends the age in years with four places, rounded half to even.
func (a age) appendYears(dst []byte) []byte {
	num, den := a.n*a.unit.yearsNum, a.unit.yearsD
	q, r := num*10000/den, num*10000%den
	if 2*r > den || 2*r == den && q%2 == 1 {
		q++
	}
	dst = append(strconv.AppendInt(dst, q/10000, 10), '.')
	for place := int64(1000); place > 0; place /= 10 {
		dst = append(dst, byte('0'+q/place%10))
	}
	return dst
}
