package study

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/source"
)

// records yields the records of a piece: one, or those that a response of the
// classic API or a table of pandas holds. It returns false where no more are
// wanted.
func (u *Unpacker) records(b *Batch, yield func(Record) bool) bool {
	each := func(r Record) bool {
		if isMet(b, &r) {
			u.in.meet(b.input)
		}
		return yield(r)
	}
	if b.err != nil {
		return each(b.record())
	}
	switch b.form {
	case formXML:
		return u.fromXML(b, each)
	case formClassic:
		return fromClassic(b, classic.FromJSON(b.data), FormClassicJSON, each)
	case formResponse:
		return fromClassic(b, classic.FromResponse(b.data), FormClassicAPI, each)
	case formExtended, formColumns, formSplit, formFlat:
		return fromExport(b, each)
	case formOther:
		return each(b.foreign())
	case formStudy:
		if !beginsAsStudy(b.data) {
			return each(b.foreign())
		}
	}
	return each(b.record())
}

// beginsAsStudy reports whether the first key of an object is that of the
// section that every study has, as in the answers of the registry.
func beginsAsStudy(object []byte) bool {
	rest, ok := bytes.CutPrefix(object, []byte("{"))
	return ok && bytes.HasPrefix(trimSpace(rest), []byte(`"protocolSection"`))
}

func (u *Unpacker) fromXML(b *Batch, yield func(Record) bool) bool {
	made, err := classic.FromXML(u.made[:0], b.data)
	u.made = made
	if err != nil {
		return yield(b.unread(err))
	}
	return yield(Record{Position: b.Position, JSON: made, Made: true, Form: FormXML})
}

// unread is a document that cannot be read.
func (b *Batch) unread(err *source.Error) Record {
	r := Record{Position: b.Position, JSON: b.data, Err: b.moved(err)}
	if errors.Is(err, classic.ErrCut) {
		r.Err.Err, r.Err.Hint = damaged(err.Err), getAgain
	}
	return r
}

// fromClassic yields the studies of a response of the classic API, and a fault
// for what it lacks.
func fromClassic(b *Batch, studies iter.Seq2[classic.Study, *source.Error], form string, yield func(Record) bool) bool {
	for s, err := range studies {
		if err != nil {
			r := b.unread(err)
			if s.Offset > 0 { // of a part of the response alone
				r.JSON = nil
			}
			if !yield(r) {
				return false
			}
			continue
		}
		if !yield(Record{Position: source.At(b.File, b.Offset+s.Offset), JSON: s.JSON, Made: true, Form: form}) {
			return false
		}
	}
	return true
}

// moved gives the fault of a piece its place in the input.
func (b *Batch) moved(err *source.Error) *source.Error {
	e := *err
	e.File = b.File
	e.Offset = max(e.Offset, 0) + b.Offset
	return &e
}

// enough is how much of an input shows what its form is.
const enough = 4 << 10

func (s *splitter) isXML() bool {
	for len(s.buf)-s.pos < enough && s.more() {
	}
	b := s.buf[s.pos:]
	head := b[:min(len(b), enough)]
	return classic.IsXML(b) && (bytes.Contains(head, []byte("<clinical_study")) || classic.IsResponse(head))
}

// xml takes a record, and what else is XML whole, as a document.
func (s *splitter) xml() error {
	head := s.buf[s.pos:min(len(s.buf), s.pos+enough)]
	if bytes.Contains(head, []byte("<clinical_study")) || !classic.IsResponse(head) {
		return s.xmlRecord()
	}
	n, out := s.find(func(b []byte, eof bool) (int, verdict) {
		if eof {
			return len(bytes.TrimRight(b, " \t\r\n")), complete
		}
		return len(b), incomplete
	})
	if s.err != nil {
		return s.err
	}
	if out == tooLong {
		return s.recover(out, func([]byte) int { return -1 })
	}
	return s.cut(n, formResponse)
}

// xmlRecord takes one record; others may follow, as where files were put
// together.
func (s *splitter) xmlRecord() error {
	head := s.buf[s.pos:min(len(s.buf), s.pos+enough)]
	if at := bytes.Index(head, []byte("<clinical_study")); wrapsRecords(head[:max(at, 0)]) {
		s.wrapped = true
		s.pos += at
	}
	looked := 0 // how much has no last tag
	n, out := s.find(func(b []byte, eof bool) (int, verdict) {
		from := max(0, looked-enough)
		if n, ok := classic.DocumentLength(b[from:]); ok {
			return from + n, complete
		}
		if looked = len(b); eof {
			return len(bytes.TrimRight(b, " \t\r\n")), complete
		}
		return len(b), incomplete
	})
	if s.err != nil {
		return s.err
	}
	if out == tooLong {
		return s.recover(out, func([]byte) int { return -1 })
	}
	if err := s.cut(n, formXML); err != nil {
		return err
	}
	return s.passComments()
}

// wrapsRecords reports whether an element begins in what stands before a record.
func wrapsRecords(before []byte) bool {
	for {
		at := bytes.IndexByte(before, '<')
		if at < 0 {
			return false
		}
		before = before[at+1:]
		switch {
		case bytes.HasPrefix(before, []byte("!--")):
			_, before, _ = bytes.Cut(before, []byte("-->"))
		case bytes.HasPrefix(before, []byte("!")), bytes.HasPrefix(before, []byte("?")):
		default:
			return true
		}
	}
}

// passComments passes over comments and white space behind a record, and over
// the end of an element around records.
func (s *splitter) passComments() error {
	for s.skip() {
		for len(s.buf)-s.pos < len("<!--") && s.more() {
		}
		end := []byte("-->")
		switch b := s.buf[s.pos:]; {
		case s.wrapped && bytes.HasPrefix(b, []byte("</")):
			end = end[2:]
		case !bytes.HasPrefix(b, []byte("<!--")):
			return nil
		}
		n, out := s.find(func(b []byte, _ bool) (int, verdict) {
			if i := bytes.Index(b, end); i >= 0 {
				return i + len(end), complete
			}
			return len(b), incomplete
		})
		if out != found {
			return s.recover(out, nextStudy)
		}
		s.pos += n
	}
	return nil
}

func (s *splitter) isTable() bool {
	for len(s.buf)-s.pos < enough && s.more() {
	}
	return classic.IsTable(s.buf[s.pos:])
}

// rest is what has not been cut off yet.
func (s *splitter) rest() io.Reader {
	rest := bytes.NewReader(s.buf[s.pos:])
	if s.in != nil && !s.eof {
		return io.MultiReader(rest, s.in)
	}
	return rest
}

// table reads the rest of the input as rows.
func (s *splitter) table() error {
	base := s.offset()
	table, fault := classic.NewTable(s.rest(), s.limit)
	if fault != nil {
		return s.failed(fault)
	}
	for {
		row, err := table.Next()
		var bad *source.Error
		switch {
		case errors.Is(err, io.EOF):
			return s.err
		case errors.As(err, &bad) && (errors.Is(err, classic.ErrCut) || errors.Is(err, classic.ErrLong)):
			e := *bad
			e.Offset += base
			return s.failed(damaged(&e))
		case errors.As(err, &bad):
			e := *bad
			e.Offset += base
			if !s.yield(piece{offset: e.Offset, form: formMade, err: &e}) {
				return errStopped
			}
		case err != nil:
			return err
		default:
			if !s.yield(piece{offset: base + row.Offset, json: row.JSON, form: formMade}) {
				return errStopped
			}
		}
	}
}

// failed returns the error of the reader below, else err.
func (s *splitter) failed(err error) error {
	if s.err != nil {
		return s.err
	}
	return err
}
