package study

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxShells is how deep studies may lie in objects and lists around them.
const maxShells = 16

// wrapper reads the studies in an object that has them below a key; start is
// where the value of the first such key begins. An object that is no longer
// than a record may be and holds no study is a record that is none.
func (s *splitter) wrapper(start int) error {
	n, out := s.find(func(b []byte, _ bool) (int, verdict) { return matchValue(b) })
	switch {
	case out == bad || out == ended:
		return s.recover(out, nextLine)
	case out == found && !holdsStudy(s.buf[s.pos:s.pos+n]):
		return s.cut(n, formOther)
	}
	if err := s.before(start); err != nil {
		return err
	}
	if err := s.below(start, func() error { return s.nested(0) }); err != nil {
		return err
	}
	return s.members(0, "} at the end of the object")
}

// step is one on the way to a value: a key as it is written, or the index of an
// item.
type step struct {
	key   string
	index int
	keyed bool
}

// below reads the value that begins behind so many bytes of an object.
func (s *splitter) below(start int, read func() error) error {
	key := lastKeyOf(s.buf[s.pos : s.pos+start])
	s.pos += start
	return s.within(key, read)
}

// within reads the value of a key.
func (s *splitter) within(key string, read func() error) error {
	s.path = append(s.path, step{key: key, keyed: true})
	err := read()
	s.path = s.path[:len(s.path)-1]
	return err
}

// lastKeyOf returns the key whose value begins behind a text, as it is written.
func lastKeyOf(b []byte) string {
	b = bytes.TrimRight(b, ": \t\r\n")
	b = bytes.TrimSuffix(b, []byte(`"`))
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == '"' && !escaped(b[:i]) {
			return string(b[i+1:])
		}
	}
	return ""
}

// pointerOf writes a path as a JSON pointer (RFC 6901).
func pointerOf(path []step) string {
	var out []byte
	for _, step := range path {
		out = append(out, '/')
		if !step.keyed {
			out = strconv.AppendInt(out, int64(step.index), 10)
			continue
		}
		key := step.key
		if plain, err := jsontext.AppendUnquote(nil, `"`+key+`"`); err == nil {
			key = string(plain)
		}
		out = append(out, strings.NewReplacer("~", "~0", "/", "~1").Replace(key)...)
	}
	return string(out)
}

// before reports the parts of a record that stand before the studies of an
// object, in the first n bytes of it.
func (s *splitter) before(n int) error {
	head := s.buf[s.pos : s.pos+n]
	for i := 1; i < len(head); {
		i += spaces(head[i:])
		key, at, v := member(head[i:])
		if v != complete || i+at >= len(head) {
			return nil
		}
		if err := s.beside(key, head[i+at], i); err != nil {
			return err
		}
		size, v := matchValue(head[i+at:])
		if v != complete {
			return nil
		}
		if lacksRecord(key, head[i+at:i+at+size]) {
			if err := s.within(key, func() error { return s.other(i+at, size) }); err != nil {
				return err
			}
		}
		i += at + size
		i += spaces(head[i:])
		if i < len(head) && head[i] == ',' {
			i++
		}
	}
	return nil
}

// lacksRecord reports whether a key that stands for a record, an NCT number or the
// number of a row, has a value that cannot hold one.
func lacksRecord(key string, value []byte) bool {
	if value[0] == '{' || value[0] == '[' && len(trimSpace(value[1:])) > 1 {
		return false
	}
	_, named := NormalID(key)
	return named || value[0] == 'n' && key != "" && strings.Trim(key, "0123456789") == ""
}

// parts are the keys of a record beside its protocol section.
var parts = map[string]bool{"resultsSection": true, "annotationSection": true, "documentSection": true, "derivedSection": true, "hasResults": true}

// beside reports a part of a record that stands beside the record and not in it.
func (s *splitter) beside(key string, value byte, at int) error {
	if !parts[key] || value == 'n' {
		return nil
	}
	err := fault(s.offset()+int64(at), "", fmt.Sprintf("%q stands beside a study and not in it: it is not read", key), "the parts of a record in one object")
	return s.report(err)
}

// holdsStudy reports whether a text has a key that only a study has.
func holdsStudy(b []byte) bool {
	for _, key := range [...]string{`"protocolSection`, `"FullStudiesResponse"`, `"FullStudy"`, `"ProtocolSection"`} {
		if bytes.Contains(b, []byte(key)) {
			return true
		}
	}
	return false
}

// nested reads the studies in the value at hand.
func (s *splitter) nested(depth int) error {
	switch {
	case s.buf[s.pos] == '[' && depth < maxShells:
		return s.array(depth + 1)
	case s.buf[s.pos] != '{' || depth >= maxShells:
		return s.whole(formOther, nextStudy)
	}
	start, what, out := s.head()
	switch {
	case out != found:
		return s.recover(out, nextStudy)
	case what == formPage:
		if err := s.below(start, func() error { return s.array(0) }); err != nil {
			return err
		}
		return s.members(depth, "} at the end of the page")
	case what == formWrapper:
		if err := s.before(start); err != nil {
			return err
		}
		if err := s.below(start, func() error { return s.nested(depth + 1) }); err != nil {
			return err
		}
		return s.members(depth, "} at the end of the object")
	}
	return s.whole(what, nextStudy)
}

// members reads the rest of an object some of whose values hold studies.
func (s *splitter) members(depth int, expected string) error {
	for s.skip() {
		switch s.buf[s.pos] {
		case '}':
			s.pos++
			return nil
		case '"':
			if err := s.member(depth); err != nil {
				return err
			}
		default:
			s.pos++
		}
	}
	return s.cutShort(expected)
}

// member reads a key and its value.
func (s *splitter) member(depth int) error {
	var key string
	at, out := s.find(func(b []byte, _ bool) (n int, v verdict) {
		key, n, v = member(b)
		return n, v
	})
	if out != found {
		return s.recover(out, nextLine)
	}
	s.pos += at
	n, out := s.find(func(b []byte, _ bool) (int, verdict) { return matchValue(b) })
	if c := s.buf[s.pos]; (c == '{' || c == '[') && (out != found || !lacksRecord(key, s.buf[s.pos:s.pos+n])) {
		_, named := NormalID(key)
		if out == tooLong && isWrapper(key) || out == found && (named || holdsStudy(s.buf[s.pos:s.pos+n])) {
			return s.within(key, func() error { return s.nested(depth + 1) })
		}
	}
	if out != found {
		return s.recover(out, nextLine)
	}
	if lacksRecord(key, s.buf[s.pos:s.pos+n]) {
		return s.within(key, func() error { return s.cut(n, formOther) })
	}
	if err := s.beside(key, s.buf[s.pos], 0); err != nil {
		return err
	}
	s.pos += n
	return nil
}
