package mapping

import (
	"strconv"
	"strings"
)

// decimal is a decimal number as it is spelled: whole.frac × 10^exp. Commas in
// whole do not count.
type decimal struct {
	negative    bool
	whole, frac string
	exp         int
}

// maxDigits bounds what a number may be written out to: 1e999999 is a string.
const maxDigits = 400

// parseJSONNumber reads a number as JSON spells it (RFC 8259, section 6).
func parseJSONNumber(s string) (decimal, bool) {
	var d decimal
	s, d.negative = strings.CutPrefix(s, "-")
	exp := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil || n > maxDigits || n < -maxDigits {
			return d, false
		}
		exp, s = n, s[:i]
	}
	d.whole, d.frac, _ = strings.Cut(s, ".")
	d.exp = exp
	return d, len(d.whole)+len(d.frac) <= maxDigits
}

// plain writes the exponent out.
func (d decimal) plain() decimal {
	if d.exp == 0 {
		return d
	}
	digits, point := d.whole+d.frac, len(d.whole)+d.exp
	switch {
	case point <= 0:
		d.whole, d.frac = "0", strings.Repeat("0", -point)+digits
	case point >= len(digits):
		d.whole, d.frac = digits+strings.Repeat("0", point-len(digits)), ""
	default:
		d.whole, d.frac = digits[:point], digits[point:]
	}
	d.exp = 0
	return d
}

// integer reports whether the number has no fraction.
func (d decimal) integer() bool { return strings.Trim(d.plain().frac, "0") == "" }

// String returns what append appends.
func (d decimal) String() string { return string(d.append(nil)) }

// append appends the canonical form of xsd:decimal (XSD 1.1 part 2, section
// 3.3.3): no plus sign, no zeros that can be left out, no point without a
// fraction.
func (d decimal) append(dst []byte) []byte {
	d = d.plain()
	whole, frac := strings.TrimLeft(d.whole, "0"), strings.TrimRight(d.frac, "0")
	if d.negative && whole+frac != "" {
		dst = append(dst, '-')
	}
	if whole == "" {
		dst = append(dst, '0')
	}
	for i := 0; i < len(whole); i++ {
		if whole[i] != ',' {
			dst = append(dst, whole[i])
		}
	}
	if frac != "" {
		dst = append(append(dst, '.'), frac...)
	}
	return dst
}

// comma says what the commas of a number in a string mean.
type comma int

const (
	noComma      comma = iota
	grouped            // 1,234 or 12,345.6
	decimalComma       // 0,3139 or 12,5: a comma that groups nothing
)

// numberText takes a string of results apart: the number that it is, if it is
// one, and what its commas are. White space around it does not count.
//
// A number is [+-]?(0|[1-9]\d*|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)? with at least
// one digit. What has a comma elsewhere, or after a leading zero, is no
// number: it may be a decimal comma, and a wrong number is worse than none.
func numberText(s string) (decimal, comma, bool) {
	s = strings.TrimSpace(s)
	if !onlyNumeric(s) {
		return decimal{}, noComma, false
	}
	body := s
	var d decimal
	if body != "" && (body[0] == '+' || body[0] == '-') {
		d.negative = body[0] == '-'
		body = body[1:]
	}
	if strings.ContainsAny(body, "+-") {
		return decimal{}, noComma, false
	}
	whole, frac, _ := strings.Cut(body, ".")
	c, commas := noComma, strings.Count(body, ",")
	if commas > 0 {
		if !groupsOfThree(whole) || strings.Contains(frac, ",") {
			return decimal{}, decimalComma, false
		}
		c = grouped
	}
	n := len(whole) + len(frac)
	if strings.Contains(frac, ".") || len(whole) > 1 && whole[0] == '0' || n == 0 || n-commas > maxDigits {
		return decimal{}, c, false
	}
	d.whole, d.frac = whole, frac
	return d, c, true
}

func onlyNumeric(s string) bool {
	digit := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case c != '+' && c != '-' && c != '.' && c != ',':
			return false
		}
	}
	return digit
}

// groupsOfThree reports whether s is [1-9]\d{0,2}(,\d{3})+, given that it is
// digits and commas.
func groupsOfThree(s string) bool {
	first, rest, ok := strings.Cut(s, ",")
	if !ok || first == "" || len(first) > 3 || first[0] == '0' {
		return false
	}
	for ok {
		var group string
		if group, rest, ok = strings.Cut(rest, ","); len(group) != 3 {
			return false
		}
	}
	return true
}

// pValue takes a p-value apart: an operator and a number from 0 to 1. The
// operator is one of = < > <= >=; it is = where none is given.
func pValue(s string) (op string, d decimal, ok bool) {
	s = strings.TrimSpace(s)
	op, s = pOperator(s)
	d, c, ok := numberText(s)
	if !ok || c != noComma || d.negative || !d.atMostOne() {
		return "", decimal{}, false
	}
	return op, d, true
}

// pOperator cuts the operator off a p-value.
func pOperator(s string) (op, rest string) {
	for _, o := range [...]struct{ spelled, op string }{
		{"<=", "<="}, {">=", ">="}, {"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"}, {"=", "="},
	} {
		if rest, ok := strings.CutPrefix(s, o.spelled); ok {
			return o.op, strings.TrimSpace(rest)
		}
	}
	return "=", s
}

func (d decimal) atMostOne() bool {
	whole := strings.TrimLeft(d.whole, "0")
	return whole == "" || whole == "1" && strings.Trim(d.frac, "0") == ""
}
