package classic

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/mapping/model"
)

// codes turns the labels of the classic forms into codes. The labels are folded;
// codes and labels as they are spelled usually stand beside them.
type codes map[string]map[string]string // by scheme

func compileCodes(m *model.Model) codes {
	c := codes{}
	for _, concept := range m.Concepts {
		if c[concept.Scheme] == nil {
			c[concept.Scheme] = map[string]string{}
		}
		for _, label := range append([]string{concept.Code, concept.Label}, concept.Alternatives...) {
			if _, taken := c[concept.Scheme][fold(label)]; !taken {
				c[concept.Scheme][fold(label)] = concept.Code
			}
		}
	}
	for _, concept := range m.Concepts {
		for _, label := range [...]string{concept.Code, concept.Label} {
			if code, ok := c[concept.Scheme][fold(label)]; ok {
				c[concept.Scheme][label] = code
			}
		}
	}
	return c
}

// fold makes labels comparable: the registry's exporters did not agree on
// capitals, hyphens and full stops.
func fold(label string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case strings.ContainsRune(" -_.,/", r):
			return -1
		}
		return r
	}, label)
}

// code returns the code of a label; a label of no scheme stays what it is, and
// whoever knows the scheme will say so.
func (c codes) code(scheme, label string) string {
	of := c[scheme]
	if code, ok := of[label]; ok {
		return code
	}
	if code, ok := of[fold(label)]; ok {
		return code
	}
	return label
}

// AppendValue appends a text as the JSON that the kind of a field asks for:
// labels become codes, "March 2007" a partial date, "Yes" true. What is no such
// value stays a string.
func AppendValue(dst []byte, f *model.Field, text string) []byte {
	return compiled().codes.appendValue(dst, f, text)
}

// appendValue appends a text of a classic record as the JSON that the kind of
// the field asks for; a text that is no such value stays a string.
func (c codes) appendValue(dst []byte, f *model.Field, text string) []byte {
	switch f.Kind {
	case model.Enum:
		return appendString(dst, c.code(f.Enum, text))
	case model.Boolean:
		if v, ok := booleans[fold(text)]; ok {
			return strconv.AppendBool(dst, v)
		}
	case model.Integer:
		if digits(text) && (text == "0" || text[0] != '0') {
			return append(dst, text...)
		}
	case model.Decimal:
		if isDecimal(text) {
			return append(dst, text...)
		}
	case model.Date, model.PartialDate:
		return appendString(dst, isoDate(text))
	}
	return appendString(dst, text)
}

var booleans = map[string]bool{
	"yes": true, "y": true, "true": true, "t": true, "acceptshealthyvolunteers": true,
	"no": false, "n": false, "false": false, "f": false,
}

func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, part, has := strings.Cut(s, ".")
	return digits(whole) && (whole == "0" || whole[0] != '0') && (!has || digits(part))
}

// isoDate turns "March 12, 2007", "March 2007" and "03/2007" into the form of
// the Data API v2; what is none of them stays.
func isoDate(text string) string {
	if len(text) >= len("2006") && digits(text[:4]) && (len(text) == 4 || text[4] == '-') {
		return text
	}
	if date := usualDate(text); date != "" {
		return date
	}
	for _, form := range [...]struct{ classic, iso string }{
		{"January 2, 2006", time.DateOnly}, {"January 2006", "2006-01"}, {"01/2006", "2006-01"},
	} {
		if t, err := time.Parse(form.classic, text); err == nil {
			return t.Format(form.iso)
		}
	}
	return slashedDate(text)
}

// usualDate is isoDate for "March 12, 2007" and "March 2007" in the spelling that
// nearly all have; of anything else, and of the last days of months, it makes "".
func usualDate(text string) string {
	name, rest, _ := strings.Cut(text, " ")
	day, year, dated := strings.Cut(rest, ", ")
	if !dated {
		day, year = "", rest
	}
	month := months[name]
	if month == "" || len(year) != 4 || !digits(year) || dated && (len(day) == 0 || len(day) > 2 || !digits(day)) {
		return ""
	}
	switch {
	case !dated:
		return year + "-" + month
	case len(day) == 1:
		day = "0" + day
	}
	if day < "01" || day > "28" {
		return ""
	}
	return year + "-" + month + "-" + day
}

var months = map[string]string{
	"January": "01", "February": "02", "March": "03", "April": "04", "May": "05", "June": "06",
	"July": "07", "August": "08", "September": "09", "October": "10", "November": "11", "December": "12",
}

// slashedDate turns a date that a spreadsheet wrote, "1/15/2020" or "15/1/2020",
// into the form of the Data API v2 where only one of its numbers can be the
// month, or both are the same. Of "1/2/2020" nobody can tell.
func slashedDate(text string) string {
	var dates []string
	for _, form := range [...]string{"1/2/2006", "2/1/2006"} {
		if t, err := time.Parse(form, text); err == nil {
			dates = append(dates, t.Format(time.DateOnly))
		}
	}
	if len(dates) == 1 || len(dates) == 2 && dates[0] == dates[1] {
		return dates[0]
	}
	return text
}

// appendString appends a JSON string.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for {
		n := plainLength(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		switch c := s[n]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		s = s[n+1:]
	}
}

// groupID turns the id of a group of a section, "O2", into the one that the
// Data API v2 has for it, "OG001".
func groupID(text string) string {
	if len(text) < 2 || !strings.Contains("PBOE", text[:1]) || !digits(text[1:]) {
		return text
	}
	n, err := strconv.Atoi(text[1:])
	if err != nil || n == 0 {
		return text
	}
	letter := text[:1]
	if letter == "P" {
		letter = "F"
	}
	return fmt.Sprintf("%sG%03d", letter, n-1)
}
