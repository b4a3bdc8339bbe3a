package scan

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendCanonical appends the canonical form of the record (RFC 8785), without
// the member that the keys lead to.
func (s *Scanner) AppendCanonical(dst []byte, without []Key) []byte {
	return s.appendValue(dst, 0, without)
}

func (s *Scanner) appendValue(dst []byte, at int, without []Key) []byte {
	v := &s.Values[at]
	switch v.Kind {
	case '"':
		return s.appendString(dst, v)
	case '{':
		if v.Flags&canonical != 0 && len(without) == 0 {
			return append(dst, s.Text[v.Start:s.order[v.End+1]]...)
		}
		return s.appendObject(dst, v, without)
	case '[':
		if v.Flags&canonical != 0 {
			break
		}
		dst = append(dst, '[')
		for i := at + 1; i < int(v.Next); i = int(s.Values[i].Next) {
			if i > at+1 {
				dst = append(dst, ',')
			}
			dst = s.appendValue(dst, i, nil)
		}
		return append(dst, ']')
	case '0':
		if v.Flags&Plain == 0 {
			return appendNumber(dst, s.Text[v.Start:v.End])
		}
	}
	return append(dst, s.Text[v.Start:v.End]...)
}

func (s *Scanner) appendObject(dst []byte, v *Value, without []Key) []byte {
	dst = append(dst, '{')
	first := len(dst)
	n := s.order[v.End]
	for _, i := range s.order[v.End+2:][:n] {
		m := &s.Values[i]
		var deeper []Key
		if len(without) > 0 && m.Key == without[0] {
			if deeper = without[1:]; len(deeper) == 0 {
				continue
			}
		}
		if len(dst) > first {
			dst = append(dst, ',')
		}
		if m.Key != Unknown {
			dst = append(dst, s.names.quoted[m.Key]...)
		} else {
			dst = append(appendQuoted(dst, s.KeyOf(int(i))), ':')
		}
		dst = s.appendValue(dst, int(i), deeper)
	}
	return append(dst, '}')
}

// appendString appends a string. JSON's seven short escapes are canonical, so
// most strings are copied as they stand.
func (s *Scanner) appendString(dst []byte, v *Value) []byte {
	if v.Flags&Odd == 0 {
		return append(dst, s.Text[v.Start-1:v.End+1]...)
	}
	raw := s.Text[v.Start:v.End]
	return appendQuoted(dst, s.arena.Keep(appendDecoded(s.arena.Room(len(raw)), raw)))
}

func appendQuoted(dst []byte, s string) []byte {
	out, err := jsontext.AppendQuote(dst, s)
	if err != nil { // invalid UTF-8, which Scan never lets in
		return append(dst, `""`...)
	}
	return out
}

// appendNumber appends a number as RFC 8785, section 3.2.2.3, writes it. A
// decimal of at most 15 digits without needless zeros is what ECMAScript
// prints for the double that is nearest to it.
func appendNumber(dst []byte, s string) []byte {
	if shortDecimal(s) {
		return append(dst, s...)
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil: // out of range: the greatest that there is
		f = math.Copysign(math.MaxFloat64, f)
	case f == 0:
		return append(dst, '0')
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// An exponent has two digits at least there, and as many as needed here.
	if n := len(dst); n >= from+4 && dst[n-4] == 'e' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// shortDecimal reports whether s is a decimal with a fraction, of at most 15
// digits, that neither begins nor ends with a zero that could be left out, and
// is not so small that ECMAScript writes an exponent.
func shortDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, frac, ok := strings.Cut(s, ".")
	return ok && len(whole)+len(frac) <= 15 && frac[len(frac)-1] != '0' &&
		strings.IndexByte(frac, 'e') < 0 && strings.IndexByte(frac, 'E') < 0 &&
		(whole != "0" || !strings.HasPrefix(frac, "00000"))
}
