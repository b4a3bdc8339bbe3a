package sparql

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/rdf"
)

// Arithmetic on dates, times and durations (XQuery and XPath Functions and
// Operators, sections 8.4 and 9.7). A value without a time zone is in UTC.

// mostMonths bounds durations that are computed with.
const mostMonths = 12 * 1_000_000_000

func timeArithmetic(op string, a, b value) (value, error) {
	switch {
	case a.kind == kindTime && b.kind == kindTime:
		return a.time.combine(op, *b.time)
	case a.kind == kindTime && a.time.isDuration() && b.numeric() && (op == "*" || op == "/"):
		return a.time.scaled(op, b)
	case b.kind == kindTime && b.time.isDuration() && a.numeric() && op == "*":
		return b.time.scaled(op, a)
	}
	return value{}, errType
}

func (m dateTime) combine(op string, o dateTime) (value, error) {
	switch {
	case m.isDuration() && o.isDuration():
		return m.withDuration(op, o)
	case op == "+" && m.isDuration():
		return o.plus(m, 1)
	case op == "+" && o.isDuration():
		return m.plus(o, 1)
	case op == "-" && o.isDuration():
		return m.plus(o, -1)
	case op == "-" && !m.isDuration() && m.sameKind(o):
		return m.minus(o)
	}
	return value{}, errType
}

// sameKind reports whether two values are both dates with a time, both dates or
// both times.
func (m dateTime) sameKind(o dateTime) bool {
	kind := func(datatype string) string { return strings.TrimSuffix(datatype, "Stamp") }
	switch kind(m.datatype) {
	case "dateTime", "date", "time":
		return kind(m.datatype) == kind(o.datatype)
	}
	return false
}

// instant is the value in seconds, its fraction included.
func (m dateTime) instant() *big.Rat {
	whole := m.at.Add(-m.offset()).Unix() - int64(m.at.Second())
	return new(big.Rat).Add(new(big.Rat).SetInt64(whole), m.seconds)
}

func (m dateTime) minus(o dateTime) (value, error) {
	return durationValue(dateTime{datatype: "dayTimeDuration", seconds: new(big.Rat).Sub(m.instant(), o.instant())}), nil
}

// plus adds a duration: first its months, to the last day of the month at most,
// then its seconds (XSD 1.1 Part 2, appendix E.3.3).
func (m dateTime) plus(d dateTime, sign int64) (value, error) {
	base := strings.TrimSuffix(m.datatype, "Stamp")
	if base != "dateTime" && base != "date" && base != "time" || base == "time" && d.months != 0 {
		return value{}, errType
	}
	at := m.at
	if d.months != 0 {
		if d.months > mostMonths || d.months < -mostMonths {
			return value{}, errType
		}
		at = addMonths(at, sign*d.months)
	}
	seconds := new(big.Rat).Mul(d.seconds, big.NewRat(sign, 1))
	seconds.Add(seconds, m.seconds)
	whole := new(big.Int).Div(seconds.Num(), seconds.Denom()) // rounds down
	if !whole.IsInt64() || whole.CmpAbs(big.NewInt(1<<55)) > 0 {
		return value{}, errType
	}
	at = time.Unix(at.Unix()-int64(at.Second())+whole.Int64(), 0).UTC()
	fraction := new(big.Rat).Sub(seconds, new(big.Rat).SetInt(whole))
	text, ok := formatMoment(base, at, fraction)
	if !ok {
		return value{}, errType
	}
	v := valueOf(rdf.Typed(text+m.zone, xsd+m.datatype))
	if v.kind != kindTime {
		return value{}, errType
	}
	return v, nil
}

func addMonths(at time.Time, months int64) time.Time {
	total := int64(at.Year())*12 + int64(at.Month()) - 1 + months
	year := total / 12
	month := total % 12
	if month < 0 {
		month += 12
		year--
	}
	last := time.Date(int(year), time.Month(month+2), 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(int(year), time.Month(month+1), min(at.Day(), last), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}

// formatMoment writes a value of a type without its time zone.
func formatMoment(datatype string, at time.Time, fraction *big.Rat) (string, bool) {
	year, sign := at.Year(), ""
	if year < 0 {
		year, sign = -year, "-"
	}
	if year > 999_999_999 {
		return "", false
	}
	date := fmt.Sprintf("%s%04d-%02d-%02d", sign, year, at.Month(), at.Day())
	clock := at.Format("15:04:05")
	if fraction.Sign() != 0 {
		clock += strings.TrimPrefix(exactValue(fraction, kindDecimal).term.Value, "0")
	}
	switch datatype {
	case "date":
		return date, true
	case "time":
		return clock, true
	}
	return date + "T" + clock, true
}

// withDuration adds, subtracts or divides durations of one kind.
func (m dateTime) withDuration(op string, o dateTime) (value, error) {
	if m.datatype != o.datatype && op != "/" || m.datatype == "duration" || o.datatype == "duration" {
		return value{}, errType
	}
	switch op {
	case "+", "-":
		if op == "-" {
			o = o.negated()
		}
		return durationValue(dateTime{datatype: m.datatype, months: m.months + o.months, seconds: new(big.Rat).Add(m.seconds, o.seconds)}), nil
	case "/":
		by, of := o.seconds, m.seconds
		if m.datatype == "yearMonthDuration" {
			by, of = new(big.Rat).SetInt64(o.months), new(big.Rat).SetInt64(m.months)
		}
		if m.datatype != o.datatype || by.Sign() == 0 {
			return value{}, errType
		}
		return exactValue(new(big.Rat).Quo(of, by), kindDecimal), nil
	}
	return value{}, errType
}

func (m dateTime) negated() dateTime {
	m.months = -m.months
	m.seconds = new(big.Rat).Neg(m.seconds)
	return m
}

// scaled multiplies or divides a duration by a number; months are rounded.
func (m dateTime) scaled(op string, by value) (value, error) {
	factor := new(big.Rat)
	if by.exact != nil {
		factor.Set(by.exact)
	} else if factor.SetFloat64(by.float) == nil {
		return value{}, errType
	}
	if op == "/" {
		if factor.Sign() == 0 {
			return value{}, errType
		}
		factor.Inv(factor)
	}
	if m.datatype == "duration" {
		return value{}, errType
	}
	months := floor(new(big.Rat).Add(new(big.Rat).Mul(new(big.Rat).SetInt64(m.months), factor), big.NewRat(1, 2)))
	if !months.Num().IsInt64() {
		return value{}, errType
	}
	return durationValue(dateTime{datatype: m.datatype, months: months.Num().Int64(), seconds: new(big.Rat).Mul(m.seconds, factor)}), nil
}

// durationValue writes a duration in its canonical form (XSD 1.1 Part 2,
// appendix E.2).
func durationValue(m dateTime) value {
	return value{kind: kindTime, time: &m, term: rdf.Typed(formatDuration(m), xsd+m.datatype)}
}

func formatDuration(m dateTime) string {
	months, seconds := m.months, new(big.Rat).Abs(m.seconds)
	sign := ""
	if months < 0 || m.seconds.Sign() < 0 {
		sign = "-"
	}
	if months < 0 {
		months = -months
	}
	var b strings.Builder
	b.WriteString(sign + "P")
	unit := func(n int64, name string) {
		if n != 0 {
			b.WriteString(strconv.FormatInt(n, 10) + name)
		}
	}
	unit(months/12, "Y")
	unit(months%12, "M")
	whole := new(big.Int).Div(seconds.Num(), seconds.Denom())
	days, rest := new(big.Int).DivMod(whole, big.NewInt(86400), new(big.Int))
	if days.Sign() != 0 {
		b.WriteString(days.String() + "D")
	}
	fraction := new(big.Rat).Sub(seconds, new(big.Rat).SetInt(whole))
	if left := rest.Int64(); left != 0 || fraction.Sign() != 0 {
		b.WriteByte('T')
		unit(left/3600, "H")
		unit(left/60%60, "M")
		if s := new(big.Rat).Add(new(big.Rat).SetInt64(left%60), fraction); s.Sign() != 0 {
			b.WriteString(exactValue(s, kindDecimal).term.Value + "S")
		}
	}
	switch {
	case b.Len() > len(sign)+1:
		return b.String()
	case m.datatype == "yearMonthDuration":
		return "P0M"
	}
	return "PT0S"
}

// adjust is ADJUST: the same instant in another time zone, which is given as a
// dayTimeDuration, or the value without a time zone (XPath
// fn:adjust-dateTime-to-timezone).
func adjust(a []value) (value, error) {
	if a[0].kind != kindTime || a[0].time.isDuration() {
		return value{}, errType
	}
	m := a[0].time
	base := strings.TrimSuffix(m.datatype, "Stamp")
	if base != "dateTime" && base != "date" && base != "time" {
		return value{}, errType
	}
	zone, shift := "", int64(0)
	if len(a) > 1 {
		z := a[1]
		minutes := new(big.Rat)
		if z.kind != kindTime || z.time.datatype != "dayTimeDuration" || !minutes.Quo(z.time.seconds, big.NewRat(60, 1)).IsInt() || minutes.Num().CmpAbs(big.NewInt(14*60)) > 0 {
			return value{}, errType
		}
		n := minutes.Num().Int64()
		zone = formatZone(n)
		if m.zoned {
			shift = n*60 - int64(m.offset()/time.Second)
		}
	}
	fraction := new(big.Rat).Sub(m.seconds, new(big.Rat).SetInt64(int64(m.at.Second())))
	text, ok := formatMoment(base, time.Unix(m.at.Unix()+shift, 0).UTC(), fraction)
	if v := valueOf(rdf.Typed(text+zone, xsd+base)); ok && v.kind == kindTime {
		return v, nil
	}
	return value{}, errType
}

func formatZone(minutes int64) string {
	if minutes == 0 {
		return "Z"
	}
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return fmt.Sprintf("%s%02d:%02d", sign, minutes/60, minutes%60)
}
