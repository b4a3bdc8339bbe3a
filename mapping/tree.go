package mapping

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/source"
)

// value is a JSON value that keeps the order of its members and the spelling
// of its numbers.
type value struct {
	// kind is the first byte of the value, as in jsontext.Kind: { [ " 0 t f n.
	kind byte
	// text is the decoded string, or the number as it is spelled.
	text    string
	members []member
	items   []*value
}

type member struct {
	key string
	val *value
}

func stringValue(s string) *value { return &value{kind: '"', text: s} }
func rawNumber(s string) *value   { return &value{kind: '0', text: s} }
func object(ms ...member) *value  { return &value{kind: '{', members: ms} }
func array(vs ...*value) *value   { return &value{kind: '[', items: vs} }
func boolValue(b bool) *value {
	if b {
		return &value{kind: 't'}
	}
	return &value{kind: 'f'}
}

// add appends a member; a nil value is left out.
func (v *value) add(key string, val *value) {
	if val != nil {
		v.members = append(v.members, member{key, val})
	}
}

// also adds to the values of a member that may be there already.
func (v *value) also(key string, val *value) {
	for i, m := range v.members {
		if m.key == key {
			v.members[i].val = array(append(m.val.each(), val.each()...)...)
			return
		}
	}
	v.add(key, val)
}

// each returns the items of an array, or v alone.
func (v *value) each() []*value {
	if v.kind == '[' {
		return v.items
	}
	return []*value{v}
}

// get returns the member with this key, or nil, also where v is not an object.
func (v *value) get(key string) *value {
	if v == nil || v.kind != '{' {
		return nil
	}
	for i := range v.members {
		if v.members[i].key == key {
			return v.members[i].val
		}
	}
	return nil
}

// path follows keys down from v.
func (v *value) path(keys ...string) *value {
	for _, k := range keys {
		v = v.get(k)
	}
	return v
}

// str returns the string that v is, or "".
func (v *value) str() string {
	if v == nil || v.kind != '"' {
		return ""
	}
	return v.text
}

// record is a value as what a pattern reads.
type record struct{ *value }

func (r record) text(k patternKey) string { return r.get(k.name).str() }

// list returns the items of v where it is an array.
func (v *value) list() []*value {
	if v == nil || v.kind != '[' {
		return nil
	}
	return v.items
}

func (v *value) scalar() bool { return v.kind != '{' && v.kind != '[' && v.kind != 'n' }

// parse reads one JSON value. It is as strict as RFC 8259 and RFC 7493 are:
// valid UTF-8, no duplicate names, nothing after the value; and it refuses
// U+0000, which no RDF string can hold.
func parse(data []byte) (*value, error) {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	values := 0
	v, err := parseValue(d, 0, &values)
	if err == nil {
		if _, end := d.ReadToken(); !errors.Is(end, io.EOF) {
			err = errors.New("data after the record")
			if end != nil {
				err = end
			}
		}
	}
	if err != nil {
		return nil, syntaxError(d, err)
	}
	return v, nil
}

func parseValue(d *jsontext.Decoder, depth int, values *int) (*value, error) {
	tok, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	if *values++; *values > scan.MaxValues {
		return nil, errors.New("more than " + strconv.Itoa(scan.MaxValues) + " values")
	}
	if depth > scan.MaxDepth {
		return nil, errors.New("nested deeper than " + strconv.Itoa(scan.MaxDepth))
	}
	v := &value{kind: byte(tok.Kind())}
	switch v.kind {
	case '"', '0':
		v.text = tok.String()
		err = checkNUL(v.text)
	case '{':
		for d.PeekKind() != '}' {
			name, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			m, err := parseValue(d, depth+1, values)
			if err == nil {
				err = checkNUL(key)
			}
			if err != nil {
				return nil, err
			}
			v.members = append(v.members, member{key, m})
		}
		_, err = d.ReadToken()
	case '[':
		for d.PeekKind() != ']' {
			m, err := parseValue(d, depth+1, values)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, m)
		}
		_, err = d.ReadToken()
	}
	return v, err
}

func checkNUL(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return errors.New("a string with U+0000")
	}
	return nil
}

func syntaxError(d *jsontext.Decoder, err error) error {
	e := &source.Error{Position: source.At("", d.InputOffset()), Problem: "not valid JSON", Err: err}
	e.Pointer = string(d.StackPointer())
	if s, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		e.Offset, e.Pointer, e.Err = s.ByteOffset, string(s.JSONPointer), s.Err
	}
	return e
}

// appendJSON appends v as compact JSON.
func (v *value) appendJSON(dst []byte) []byte {
	switch v.kind {
	case '"':
		return appendString(dst, v.text)
	case '0':
		return append(dst, v.text...)
	case 't':
		return append(dst, "true"...)
	case 'f':
		return append(dst, "false"...)
	case '[':
		dst = append(dst, '[')
		for i, x := range v.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = x.appendJSON(dst)
		}
		return append(dst, ']')
	case '{':
		dst = append(dst, '{')
		for i, m := range v.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, m.key)
			dst = append(dst, ':')
			dst = m.val.appendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

func appendString(dst []byte, s string) []byte {
	out, err := jsontext.AppendQuote(dst, s)
	if err != nil { // invalid UTF-8, which parse never lets in
		return append(dst, `""`...)
	}
	return out
}

// any turns v into what json-gold works on.
func (v *value) any() any {
	switch v.kind {
	case '"':
		return v.text
	case '0':
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			return v.text
		}
		return f
	case 't', 'f':
		return v.kind == 't'
	case '[':
		out := make([]any, len(v.items))
		for i, x := range v.items {
			out[i] = x.any()
		}
		return out
	case '{':
		out := make(map[string]any, len(v.members))
		for _, m := range v.members {
			out[m.key] = m.val.any()
		}
		return out
	}
	return nil
}
