package payload

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/trialweave/trialweave/yamltree"
)

// format compiles a format: those of texts are functions, those of numbers are
// limits. A format that is not known says nothing (OpenAPI 3.1, section 4.3).
func (c *compiler) format(out *node, name string) {
	switch name {
	case "date":
		out.format, out.formatName = isDate, name
	case "date-time":
		out.format, out.formatName = isDateTime, name
	case "int32":
		c.limits(out).bits = 32
		out.formatName = name
	case "int64":
		c.limits(out).bits = 64
		out.formatName = name
	}
}

func (c *compiler) limits(out *node) *limits {
	if out.limits == nil {
		out.limits = &limits{minLength: none, maxLength: none, minItems: none, maxItems: none}
	}
	return out.limits
}

func (c *compiler) limit(out *node, name string, n *yamltree.Node, at []string) {
	if n.Kind != yamltree.Number {
		c.fail(at, fmt.Sprintf("%s is %q", name, n.Text), "a number")
		return
	}
	l := c.limits(out)
	switch name {
	case "minimum":
		l.least = &n.Number
	case "maximum":
		l.most = &n.Number
	case "minLength":
		l.minLength = int(n.Number)
	case "maxLength":
		l.maxLength = int(n.Number)
	case "minItems":
		l.minItems = int(n.Number)
	case "maxItems":
		l.maxItems = int(n.Number)
	}
}

// isDate tells a full-date of RFC 3339, section 5.6.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isDateTime tells a date-time of RFC 3339.
func isDateTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || !isDate(s[:10]) {
		return false
	}
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// number says what is wrong with a number, or nothing.
func (l *limits) number(text string) string {
	if l.bits > 0 {
		if _, err := strconv.ParseInt(text, 10, l.bits); err != nil && !isWhole(text, l.bits) {
			return fmt.Sprintf("outside of int%d", l.bits)
		}
	}
	if l.least == nil && l.most == nil {
		return ""
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return ""
	case l.least != nil && v < *l.least:
		return fmt.Sprintf("below the minimum of %v", *l.least)
	case l.most != nil && v > *l.most:
		return fmt.Sprintf("above the maximum of %v", *l.most)
	}
	return ""
}

// isWhole reports whether a number that is written with a fraction or an exponent
// is an integer of so many bits.
func isWhole(text string, bits int) bool {
	v, err := strconv.ParseFloat(text, 64)
	return err == nil && v == math.Trunc(v) && math.Abs(v) < math.Ldexp(1, bits-1)
}

// text says what is wrong with the length of a text, or nothing.
func (l *limits) text(s string) string {
	if l.minLength == none && l.maxLength == none {
		return ""
	}
	switch n := utf8.RuneCountInString(s); {
	case n < l.minLength:
		return fmt.Sprintf("shorter than %d characters", l.minLength)
	case l.maxLength != none && n > l.maxLength:
		return fmt.Sprintf("longer than %d characters", l.maxLength)
	}
	return ""
}

// list says what is wrong with the length of a list, or nothing.
func (l *limits) list(n int) string {
	switch {
	case n < l.minItems:
		return fmt.Sprintf("with fewer than %d items", l.minItems)
	case l.maxItems != none && n > l.maxItems:
		return fmt.Sprintf("with more than %d items", l.maxItems)
	}
	return ""
}
