package sparql

import (
	"cmp"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// dateTime is a value of one of the date and time types of XSD.
type dateTime struct {
	datatype string // local name
	// at is the start of what the value says, with its own offset, or in UTC
	// where it has none.
	at    time.Time
	zoned bool
	zone  string // as it is written: Z, +02:00
	// seconds has the fraction exactly.
	seconds *big.Rat
	// length is that of a duration: months and seconds.
	months int64
}

var layouts = map[string]string{
	"dateTime": "2006-01-02T15:04:05", "date": "2006-01-02", "time": "15:04:05", "gYear": "2006", "gYearMonth": "2006-01",
	"gMonth": "--01", "gDay": "---02", "gMonthDay": "--01-02", "dateTimeStamp": "2006-01-02T15:04:05",
}

// parseMoment reads a value of a date, time or duration type.
func parseMoment(datatype, text string) (dateTime, bool) {
	if datatype == "duration" || datatype == "dayTimeDuration" || datatype == "yearMonthDuration" {
		return parseDuration(datatype, text)
	}
	layout, ok := layouts[datatype]
	if !ok {
		return dateTime{}, false
	}
	m := dateTime{datatype: datatype}
	body := m.cutZone(text)
	negative := strings.HasPrefix(body, "-") && !strings.HasPrefix(layout, "-")
	if negative {
		body = body[1:]
	}
	whole, fraction, hasFraction := strings.Cut(body, ".")
	if hasFraction && (!strings.Contains(layout, ":") || fraction == "" || strings.Trim(fraction, "0123456789") != "") {
		return dateTime{}, false
	}
	endOfDay := strings.HasSuffix(whole, "24:00:00")
	if endOfDay {
		if strings.Trim(fraction, "0") != "" {
			return dateTime{}, false
		}
		whole = strings.TrimSuffix(whole, "24:00:00") + "00:00:00"
	}
	at, ok := parseWhole(layout, whole, negative)
	if !ok {
		return dateTime{}, false
	}
	if endOfDay && datatype != "time" {
		at = at.AddDate(0, 0, 1)
	}
	m.seconds, ok = new(big.Rat).SetString(fmt.Sprintf("%d.%s", at.Second(), fraction+"0"))
	m.at = at
	return m, ok
}

// mostDigits bounds the year of a date.
const mostDigits = 9

// parseWhole reads a date or time without fraction and zone. A year may have
// more than four digits (XSD 1.1 Part 2, section 3.3.7).
func parseWhole(layout, text string, negative bool) (time.Time, bool) {
	if !strings.HasPrefix(layout, "2006") {
		at, err := time.Parse(layout, text)
		return at, err == nil && len(text) == len(layout)
	}
	n := strings.IndexByte(text, '-')
	if n < 0 {
		n = len(text)
	}
	year, err := strconv.Atoi(text[:n])
	if err != nil || n < 4 || n > mostDigits || n > 4 && text[0] == '0' || text[0] == '+' {
		return time.Time{}, false
	}
	if negative {
		year = -year
	}
	const leap = "2000"
	at, err := time.Parse(layout, leap+text[n:])
	if err != nil || len(text)-n != len(layout)-len(leap) {
		return time.Time{}, false
	}
	out := time.Date(year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	return out, out.Day() == at.Day()
}

// cutZone takes the time zone off the end of a value.
func (m *dateTime) cutZone(text string) string {
	if body, ok := strings.CutSuffix(text, "Z"); ok {
		m.zoned, m.zone = true, "Z"
		return body
	}
	n := len(text)
	if n > 6 && (text[n-6] == '+' || text[n-6] == '-') && text[n-3] == ':' {
		if _, err := time.Parse("15:04", text[n-5:]); err == nil && text[n-5:] <= "14:00" {
			m.zoned, m.zone = true, text[n-6:]
			return text[:n-6]
		}
	}
	return text
}

// offset is that of the time zone from UTC.
func (m dateTime) offset() time.Duration {
	if !m.zoned || m.zone == "Z" {
		return 0
	}
	hours, _ := strconv.Atoi(m.zone[1:3])
	minutes, _ := strconv.Atoi(m.zone[4:])
	d := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if m.zone[0] == '-' {
		d = -d
	}
	return d
}

// compare orders two values of one type (XSD 1.1 part 2, section 3.3.7): where
// one has a time zone and the other has none, only if the difference is more
// than any zone can make.
func (m dateTime) compare(o dateTime) (int, bool) {
	if m.isDuration() || o.isDuration() {
		return m.compareDurations(o)
	}
	if m.datatype != o.datatype && (m.datatype+o.datatype != "dateTimedateTimeStamp" && m.datatype+o.datatype != "dateTimeStampdateTime") {
		return 0, false
	}
	a, b := m.at.Add(-m.offset()), o.at.Add(-o.offset())
	if m.zoned != o.zoned {
		switch d := a.Sub(b); {
		case d > 14*time.Hour:
			return 1, true
		case d < -14*time.Hour:
			return -1, true
		}
		return 0, false
	}
	if c := a.Truncate(time.Second).Compare(b.Truncate(time.Second)); c != 0 {
		return c, true
	}
	return m.seconds.Cmp(o.seconds), true
}

// secondsOfMonth is the length of a month on average.
const secondsOfMonth = 146097 * 86400 / 4800

// orderMoments orders as < does where that knows an answer, and makes the order
// total: a value without a time zone counts as one of UTC, a month as one of 30.4
// days, and values of types that cannot be compared come one type after the other.
func orderMoments(m, o dateTime) int {
	if c := strings.Compare(m.family(), o.family()); c != 0 {
		return c
	}
	if m.isDuration() {
		length := func(d dateTime) *big.Rat {
			return new(big.Rat).Add(d.seconds, new(big.Rat).SetInt64(d.months*secondsOfMonth))
		}
		return cmp.Or(length(m).Cmp(length(o)), cmp.Compare(m.months, o.months))
	}
	if c, ok := m.compare(o); ok {
		return c
	}
	a, b := m.at.Add(-m.offset()), o.at.Add(-o.offset())
	return cmp.Or(a.Truncate(time.Second).Compare(b.Truncate(time.Second)), m.seconds.Cmp(o.seconds), compareBools(!m.zoned, !o.zoned))
}

// family is the same for types whose values can be compared.
func (m dateTime) family() string {
	switch {
	case m.isDuration():
		return "duration"
	case m.datatype == "dateTimeStamp":
		return "dateTime"
	}
	return m.datatype
}

func (m dateTime) isDuration() bool { return strings.HasSuffix(m.datatype, "uration") }

func (m dateTime) compareDurations(o dateTime) (int, bool) {
	if !m.isDuration() || !o.isDuration() {
		return 0, false
	}
	c := m.seconds.Cmp(o.seconds)
	d := cmp.Compare(m.months, o.months)
	switch {
	case c == 0 || d == 0 || c == d:
		return c | d, true
	}
	return 0, false // a month is 28 to 31 days
}

// parseDuration reads PnYnMnDTnHnMnS.
func parseDuration(datatype, text string) (dateTime, bool) {
	m := dateTime{datatype: datatype, seconds: new(big.Rat)}
	body, negative := strings.CutPrefix(text, "-")
	body, ok := strings.CutPrefix(body, "P")
	if !ok || body == "" || strings.HasSuffix(body, "T") {
		return dateTime{}, false
	}
	date, clock, _ := strings.Cut(body, "T")
	if !m.take(date, "YMD", false) || !m.take(clock, "HMS", true) {
		return dateTime{}, false
	}
	if datatype == "dayTimeDuration" && strings.ContainsAny(date, "YM") || datatype == "yearMonthDuration" && (strings.Contains(body, "T") || strings.Contains(date, "D")) {
		return dateTime{}, false
	}
	if negative {
		m.months = -m.months
		m.seconds.Neg(m.seconds)
	}
	return m, true
}

// mostOfUnit bounds the numbers of a duration that is computed with.
var mostOfUnit = big.NewRat(1<<55, 1)

// take reads numbers, each followed by its unit, in the order of the units.
func (m *dateTime) take(s, units string, clock bool) bool {
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if n <= 0 {
			return false
		}
		at := strings.IndexByte(units, s[n])
		amount, ok := new(big.Rat).SetString(s[:n])
		if at < 0 || !ok || s[0] == '.' || s[n-1] == '.' || strings.Contains(s[:n], ".") && s[n] != 'S' || amount.Cmp(mostOfUnit) > 0 {
			return false
		}
		m.addUnit(amount, s[n], clock)
		units, s = units[at+1:], s[n+1:]
	}
	return true
}

func (m *dateTime) addUnit(amount *big.Rat, unit byte, clock bool) {
	seconds := map[byte]int64{'D': 86400, 'H': 3600, 'S': 1}
	switch {
	case unit == 'Y':
		m.months += 12 * amount.Num().Int64()
	case unit == 'M' && !clock:
		m.months += amount.Num().Int64()
	case unit == 'M':
		m.seconds.Add(m.seconds, amount.Mul(amount, big.NewRat(60, 1)))
	default:
		m.seconds.Add(m.seconds, amount.Mul(amount, big.NewRat(seconds[unit], 1)))
	}
}

// part returns a part of a date or time, for YEAR and its kin.
func (m dateTime) part(name string) (value, error) {
	if m.isDuration() {
		return value{}, errType
	}
	date := !strings.HasPrefix(m.datatype, "time") && m.datatype != "gMonth" && m.datatype != "gDay" && m.datatype != "gMonthDay"
	clock := strings.Contains(layouts[m.datatype], ":")
	switch {
	case name == "YEAR" && date:
		return integer(int64(m.at.Year())), nil
	case name == "MONTH" && (date && m.datatype != "gYear" || m.datatype == "gMonth" || m.datatype == "gMonthDay"):
		return integer(int64(m.at.Month())), nil
	case name == "DAY" && (strings.Contains(layouts[m.datatype], "02") && m.datatype != "time"):
		return integer(int64(m.at.Day())), nil
	case name == "HOURS" && clock:
		return integer(int64(m.at.Hour())), nil
	case name == "MINUTES" && clock:
		return integer(int64(m.at.Minute())), nil
	case name == "SECONDS" && clock:
		return exactValue(m.seconds, kindDecimal), nil
	}
	return value{}, errType
}

// zoneDuration is the time zone as an xsd:dayTimeDuration, for TIMEZONE.
func (m dateTime) zoneDuration() string {
	d := m.offset()
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	out := sign + "PT"
	if h := int(d.Hours()); h > 0 {
		out += strconv.Itoa(h) + "H"
	}
	if minutes := int(d.Minutes()) % 60; minutes > 0 {
		out += strconv.Itoa(minutes) + "M"
	}
	if d == 0 {
		return "PT0S"
	}
	return out
}
