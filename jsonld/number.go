package jsonld

import (
	"strconv"
	"strings"
)

// decimal is a decimal number as digits and the place of the point:
// digits × 10^-scale.
type decimal struct {
	negative bool
	digits   string
	scale    int
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
	whole, frac, _ := strings.Cut(s, ".")
	d.digits, d.scale = whole+frac, len(frac)-exp
	return d, len(d.digits) <= maxDigits
}

// integer says whether the number has no fraction.
func (d decimal) integer() bool {
	if d.scale <= 0 {
		return true
	}
	tail := d.digits
	if len(tail) > d.scale {
		tail = tail[len(tail)-d.scale:]
	}
	return strings.Trim(tail, "0") == ""
}

// String writes the canonical form of xsd:decimal (XSD 1.1 part 2, section
// 3.3.3): no plus sign, no zeros that can be left out, no point without a
// fraction.
func (d decimal) String() string {
	digits := d.digits
	if d.scale < 0 {
		digits += strings.Repeat("0", -d.scale)
	}
	scale := max(d.scale, 0)
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	whole := strings.TrimLeft(digits[:len(digits)-scale], "0")
	frac := strings.TrimRight(digits[len(digits)-scale:], "0")
	if whole == "" {
		whole = "0"
	}
	out := whole
	if frac != "" {
		out += "." + frac
	}
	if d.negative && out != "0" {
		out = "-" + out
	}
	return out
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
	c := noComma
	if strings.Contains(body, ",") {
		if !groupsOfThree(whole) || strings.Contains(frac, ",") {
			return decimal{}, decimalComma, false
		}
		c = grouped
		whole = strings.ReplaceAll(whole, ",", "")
	}
	if strings.Contains(frac, ".") || len(whole) > 1 && whole[0] == '0' || whole+frac == "" || len(whole+frac) > maxDigits {
		return decimal{}, c, false
	}
	d.digits, d.scale = whole+frac, len(frac)
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

// groupsOfThree says whether s is [1-9]\d{0,2}(,\d{3})+.
func groupsOfThree(s string) bool {
	parts := strings.Split(s, ",")
	if len(parts) < 2 || len(parts[0]) == 0 || len(parts[0]) > 3 || parts[0][0] == '0' {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 {
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
	for _, o := range []struct{ spelled, op string }{
		{"<=", "<="}, {">=", ">="}, {"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"}, {"=", "="},
	} {
		if rest, ok := strings.CutPrefix(s, o.spelled); ok {
			return o.op, strings.TrimSpace(rest)
		}
	}
	return "=", s
}

func (d decimal) atMostOne() bool {
	s := d.String()
	return s == "0" || s == "1" || strings.HasPrefix(s, "0.")
}
