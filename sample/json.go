package sample

import (
	"strconv"
	"unicode/utf8"
)

// object is a JSON object in the order of its members.
type object []member

type member struct {
	key   string
	value any // object, []any, string, bool, int or number
}

// number is written as it is.
type number string

func (o *object) add(key string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case object:
		if len(v) == 0 {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	case string:
		if v == "" {
			return
		}
	}
	*o = append(*o, member{key, value})
}

// appendJSON writes a value.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.key), ':')
			b = appendJSON(b, m.value)
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case number:
		return append(b, v...)
	case string:
		return appendString(b, v)
	}
	panic("no value of JSON") // the makers of this package make no other
}

// appendString writes a string of this package, which has no control characters but
// line feeds.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
