package study

import (
	"bytes"
	"encoding/json"
	"io/fs"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

// Values says what a record is where an input is not one of studies.
type Values int

const (
	// Studies are records of ClinicalTrials.gov, in any form.
	Studies Values = iota
	// Items are values of any JSON: each value of a text is a record, and of an
	// array each item.
	Items
	// Whole are the same, with arrays as records.
	Whole
)

// ValidateJSON checks one record as Validate does, but that it may be any
// value of JSON and need not be a study.
func ValidateJSON(json []byte) *source.Error { return wellFormed(json, false) }

// anyValues reads the values of the outermost level, whatever they are.
func (s *splitter) anyValues() error {
	for first := true; s.skip(); first = false {
		var err error
		switch c := s.buf[s.pos]; {
		case !first && s.isMark():
			s.pos += len("\xef\xbb\xbf")
		case c == '\x1e': // RFC 7464
			s.pos++
		case first && !s.beginsJSON():
			return s.noJSON()
		case c == '[' && s.records == Items:
			err = s.items()
		default:
			err = s.anyValue()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// beginsJSON reports whether what comes next may be a value of JSON: of one
// that is a bracket or a text, the rest is not looked at.
func (s *splitter) beginsJSON() bool {
	switch s.buf[s.pos] {
	case '{', '[', '"':
		return true
	}
	n, out := s.find(scalar)
	return out == found && json.Valid(s.buf[s.pos:s.pos+n])
}

// scalar finds the end of a value; one that the end of the input ends is complete.
func scalar(b []byte, eof bool) (int, verdict) {
	n, v := matchValue(b)
	if v == incomplete && eof && len(b) > 0 && b[0] != '{' && b[0] != '[' && b[0] != '"' {
		return n, complete
	}
	return n, v
}

func (s *splitter) noJSON() error {
	for len(s.buf)-s.pos < 2*quoted && s.more() {
	}
	return &startError{fault(s.offset(), "", "not JSON: it begins with "+quoteStart(s.buf[s.pos:]), "JSON, NDJSON, or a ZIP, .gz or .zst of it")}
}

// anyValue reads a value of the outermost level.
func (s *splitter) anyValue() error {
	look := scalar
	if s.buf[s.pos] == '{' {
		var m brackets
		look = m.wholeLine
	}
	n, out := s.find(look)
	if out != found {
		return s.recover(out, nextValue)
	}
	return s.cut(max(n, 1), formAny)
}

// items reads the items of an array, each as a record. Where one has no end,
// the rest of the array is one bad record.
func (s *splitter) items() error {
	empty := true
	for s.pos++; s.skip(); empty = false {
		switch s.buf[s.pos] {
		case ']':
			if s.pos++; empty {
				return s.report(nil)
			}
			return nil
		case ',':
			s.pos++
			continue
		}
		n, out := s.find(func(b []byte, eof bool) (int, verdict) { return listed(b, eof) })
		if out != found {
			return s.recover(out, func([]byte) int { return -1 })
		}
		if err := s.cut(n, formAny); err != nil {
			return err
		}
	}
	return s.cutShort("] at the end of the list of records")
}

// nextValue finds where a line begins with a value.
func nextValue(b []byte) int {
	for i := 0; ; {
		n := bytes.IndexAny(b[i:], "\r\n")
		if n < 0 || i+n+1 >= len(b) {
			return -1
		}
		i += n + 1
		if bytes.IndexByte([]byte(`{["-0123456789tfn`), b[i]) >= 0 {
			return i
		}
	}
}

// noun is what the records of an input are called.
func (in *Input) noun() string {
	if in.options.Values != Studies {
		return "record"
	}
	return "study"
}

// isExport reports whether a folder is to be read as an export of AACT.
func (in *Input) isExport(files fs.FS) bool {
	return in.options.Values == Studies && aact.IsExport(files)
}
