package study

import "bytes"

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
	s.pos += start
	if err := s.nested(0); err != nil {
		return err
	}
	return s.members(0, "} at the end of the object")
}

// holdsStudy reports whether a text has a key that only a study has.
func holdsStudy(b []byte) bool {
	for _, key := range [...]string{`"protocolSection`, `"FullStudiesResponse"`, `"FullStudy"`} {
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
		s.pos += start
		if err := s.array(0); err != nil {
			return err
		}
		return s.members(depth, "} at the end of the page")
	case what == formWrapper:
		s.pos += start
		if err := s.nested(depth + 1); err != nil {
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
	if c := s.buf[s.pos]; (c == '{' || c == '[') && isWrapper(key) {
		_, named := NormalID(key)
		if out == tooLong || out == found && (named || holdsStudy(s.buf[s.pos:s.pos+n])) {
			return s.nested(depth + 1)
		}
	}
	if out != found {
		return s.recover(out, nextLine)
	}
	s.pos += n
	return nil
}
