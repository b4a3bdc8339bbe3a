package study

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/source"
)

// piece is what the splitter cuts out of an input: the bytes of a record, good
// or bad, or the fault that stands in its place.
type piece struct {
	offset int64
	json   []byte // valid until the next piece
	form   form
	err    *source.Error
	at     string // the JSON pointer of what is not a study for certain
}

// splitter cuts an input into records without holding more of it than one.
type splitter struct {
	ctx   context.Context // of one split, not kept beyond it
	in    io.Reader       // nil where buf is all there is
	buf   []byte
	pos   int   // of what comes next in buf
	base  int64 // offset of buf[0] in the input
	eof   bool
	err   error // what the reader failed with
	limit int
	chunk int // the least to read at a time
	// wrapped tells that records of XML stand in an element around them.
	wrapped bool
	path    []step // of the value at hand, from the root of its document
	input   *Input
	records Values // what is to be read
	yield   func(piece) bool
}

// errNoStudyData is the cause of the fault of an input that begins as no form
// of study data does.
var errNoStudyData = errors.New("not study data")

// errStopped says that the consumer wants no more.
var errStopped = errors.New("stopped")

const firstRead = 128 << 10

func split(ctx context.Context, in io.Reader, of *Input, yield func(piece) bool) error {
	s := splitter{ctx: ctx, in: in, limit: of.options.MaxRecord, records: of.options.Values, chunk: firstRead, input: of, yield: yield}
	return s.run()
}

func splitBytes(b []byte, of *Input, yield func(piece) bool) error {
	s := splitter{ctx: context.Background(), buf: b, eof: true, limit: of.options.MaxRecord, records: of.options.Values, input: of, yield: yield}
	return s.run()
}

func (s *splitter) run() error {
	err := s.values()
	if errors.Is(err, errStopped) {
		return nil
	}
	if err == nil {
		err = s.err
	}
	return err
}

// values reads the values of the outermost level.
func (s *splitter) values() error {
	if err := s.mark(); err != nil {
		return err
	}
	if s.records != Studies {
		return s.anyValues()
	}
	for first := true; s.skip(); first = false {
		var err error
		switch {
		case !first && s.isMark():
			s.pos += len("\xef\xbb\xbf")
		case s.buf[s.pos] == '{':
			err = s.object()
		case s.buf[s.pos] == '[':
			err = s.array(0)
		case s.buf[s.pos] == '<' && s.isXML():
			err = s.xml()
		case first && s.isTable():
			return s.table()
		case first && s.isDump():
			return s.dump()
		case first:
			return s.noStudyData()
		default:
			err = s.junk()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isMark reports whether a byte order mark comes next, as where files were put
// together.
func (s *splitter) isMark() bool {
	for len(s.buf)-s.pos < 3 && s.more() {
	}
	return bytes.HasPrefix(s.buf[s.pos:], []byte("\xef\xbb\xbf"))
}

// mark passes over a byte order mark; the marks of UTF-16 and UTF-32 are named.
func (s *splitter) mark() error {
	for len(s.buf) < 4 && s.more() {
	}
	b := s.buf
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		s.pos = 3
	case isUTF32(b):
		err := fault(0, "", "the text is UTF-32", "UTF-8")
		err.Hint = "iconv -f UTF-32 -t UTF-8 turns it into UTF-8"
		return err
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")),
		len(b) > 3 && b[0] == 0 && b[1] != 0, len(b) > 3 && b[0] != 0 && b[1] == 0:
		err := fault(0, "", "the text is UTF-16", "UTF-8")
		err.Hint = "iconv -f UTF-16 -t UTF-8 turns it into UTF-8"
		return err
	}
	return nil
}

// isUTF32 reports whether a text begins as UTF-32 does, with a mark or with a
// character of ASCII.
func isUTF32(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	mark := string(b[:4])
	return mark == "\xff\xfe\x00\x00" || mark == "\x00\x00\xfe\xff" || printable(mark[0]) && mark[1:] == "\x00\x00\x00" || printable(mark[3]) && mark[:3] == "\x00\x00\x00"
}

func printable(c byte) bool { return c >= ' ' && c < 0x7f }

func (s *splitter) noStudyData() error {
	for len(s.buf)-s.pos < 2*quoted && s.more() {
	}
	err := fault(s.offset(), "", "not study data: it begins with "+quoteStart(s.buf[s.pos:]), "JSON, XML or CSV of studies, a ZIP, .gz or .zst")
	if classic.LacksKey(s.buf[s.pos:]) {
		err.Problem, err.Expected = "the table has no column \"NCT Number\"", "that column among the names in its first line"
	}
	return &startError{err}
}

// startError tells the fault of a foreign file from that of a broken one.
type startError struct{ fault *source.Error }

func (e *startError) Error() string        { return e.fault.Error() }
func (e *startError) Unwrap() error        { return e.fault }
func (e *startError) Is(target error) bool { return target == errNoStudyData }

func (s *splitter) offset() int64 { return s.base + int64(s.pos) }

// more reads on; it returns false at the end, or where a reader failed.
func (s *splitter) more() bool {
	if s.eof {
		return false
	}
	rest := copy(s.buf, s.buf[s.pos:])
	s.base += int64(s.pos)
	s.buf, s.pos = s.buf[:rest], 0
	if room := max(s.chunk, 2*rest); cap(s.buf) < room {
		s.buf = append(make([]byte, 0, room), s.buf...)
	}
	n, err := fill(s.in, s.buf[rest:cap(s.buf)])
	s.buf = s.buf[:rest+n]
	if err != nil {
		s.eof = true
		if !errors.Is(err, io.EOF) {
			s.err = err
		}
	}
	return n > 0
}

// fill reads until b is full. Unlike io.ReadFull it returns the error of the
// reader as it is, so that the end of an input and that of a stream that is
// cut short differ.
func fill(r io.Reader, b []byte) (n int, err error) {
	for empty := 0; n < len(b) && err == nil; {
		var m int
		m, err = r.Read(b[n:])
		n += m
		if empty++; m > 0 {
			empty = 0
		}
		if empty > 100 && err == nil {
			err = io.ErrNoProgress
		}
	}
	return n, err
}

// skip passes over whitespace; it returns false at the end.
func (s *splitter) skip() bool {
	for {
		s.pos += spaces(s.buf[s.pos:])
		if s.pos < len(s.buf) {
			return true
		}
		if !s.more() {
			return false
		}
	}
}

// outcome is what became of an attempt to find the end of something.
type outcome int

const (
	found   outcome = iota
	bad             // broken
	ended           // cut off by the end of the input
	tooLong         // longer than the limit
)

// A look at the bytes at hand finds where something ends; eof says that nothing
// follows them. Its verdict, once it is not incomplete, stays whatever follows:
// so it does not matter in what chunks an input is read.
type look func(b []byte, eof bool) (int, verdict)

// find reads on until look has come to a verdict. It shows it no more than the
// limit and what may be needed behind it, however much is there already.
func (s *splitter) find(look look) (int, outcome) {
	for most := s.limit + ahead; ; s.more() {
		b := s.buf[s.pos:min(len(s.buf), s.pos+most)]
		ends := s.eof && s.pos+len(b) == len(s.buf)
		n, v := look(b, ends)
		switch {
		case v == incomplete && ends && len(b) <= s.limit, v == broken && ends && blank(b[n:]):
			return len(b), ended
		case v == broken && !ends && len(b) < most && blank(b[n:]): // perhaps the end of the input
		case v == incomplete && (ends || len(b) == most), v != incomplete && n > s.limit:
			return 0, tooLong
		case v == complete:
			return n, found
		case v == broken:
			return n, bad
		}
	}
}

func blank(b []byte) bool { return len(trimSpace(b)) == 0 }

// cutShort is the fault of an input that ends in the middle of a record.
func (s *splitter) cutShort(expected string) error {
	if s.err != nil {
		return s.err
	}
	return damaged(fault(s.base+int64(len(s.buf)), "", "the text ends in the middle of a record", expected))
}

// object reads an object of the outermost level.
func (s *splitter) object() error {
	start, what, out := s.head()
	if out == found {
		switch what {
		case formPage:
			return s.page(start)
		case formWrapper:
			return s.wrapper(start)
		case formAction, formExtended, formColumns, formSplit, formFlat:
			return s.whole(what, nextLine)
		}
	}
	var m brackets
	n, out := s.find(m.wholeLine)
	if out == found {
		return s.cut(n, what)
	}
	return s.recover(out, nextLine)
}

// head tells the form of the object at hand, and where in it studies begin.
func (s *splitter) head() (start int, what form, out outcome) {
	start, out = s.find(func(b []byte, _ bool) (n int, v verdict) {
		what, n, v = head(b)
		return n, v
	})
	return start, what, out
}

// whole cuts an object that is read as a whole.
func (s *splitter) whole(what form, next func([]byte) int) error {
	n, out := s.find(func(b []byte, _ bool) (int, verdict) { return matchValue(b) })
	switch {
	case out != found:
		return s.recover(out, next)
	case what == formAction:
		s.pos += n
		return nil
	}
	return s.cut(n, what)
}

// page reads the studies of a page, then the keys that follow them.
func (s *splitter) page(start int) error {
	if err := s.below(start, func() error { return s.array(0) }); err != nil {
		return err
	}
	return s.members(0, "} at the end of the page")
}

// array reads the studies of an array.
func (s *splitter) array(depth int) error {
	empty := true
	s.path = append(s.path, step{})
	defer func() { s.path = s.path[:len(s.path)-1] }()
	for s.pos++; s.skip(); empty = false {
		if s.buf[s.pos] == ']' {
			s.pos++
			if empty && depth == 0 {
				return s.report(nil)
			}
			return nil
		}
		if err := s.element(depth); err != nil {
			return err
		}
		s.path[len(s.path)-1].index++
		if s.skip() && s.buf[s.pos] == ',' {
			s.pos++
		}
	}
	return s.cutShort("] at the end of the list of studies")
}

// element reads one study of an array, or what holds studies. Where it is
// broken, or something other than a comma or the end of the array follows,
// everything up to the start of the next study is one bad record.
func (s *splitter) element(depth int) error {
	what := formStudy
	if s.buf[s.pos] == '{' {
		_, form, out := s.head()
		switch {
		case out != found:
		case form == formPage, form == formWrapper && depth < maxShells:
			return s.nested(depth)
		case form != formOther:
			what = form
		}
	} else if s.buf[s.pos] == '[' && depth < maxShells {
		return s.array(depth + 1)
	}
	n, out := s.find(listed)
	if out != found {
		return s.recover(out, nextStudy)
	}
	return s.cut(n, what)
}

func listed(b []byte, eof bool) (int, verdict) {
	n, v := matchValue(b)
	if v != complete {
		return n, v
	}
	rest, known := after(b, n, eof)
	switch {
	case !known:
		return n, incomplete
	case len(rest) == 0 || rest[0] == ',' || rest[0] == ']':
		return n, complete
	}
	return n, broken
}

// junk reads a line of the outermost level that is not an object and no array.
func (s *splitter) junk() error {
	n, out := s.find(func(b []byte, _ bool) (int, verdict) {
		if i := endOfLine(b); i >= 0 {
			return i, complete
		}
		return len(b), incomplete
	})
	if out == tooLong {
		return s.recover(out, nextLine)
	}
	return s.cut(n, formOther)
}

// cut yields the next n bytes as a record.
func (s *splitter) cut(n int, what form) error {
	json := bytes.TrimRight(s.buf[s.pos:s.pos+n], " \t\r\n")
	p := piece{offset: s.offset(), json: json, form: what}
	if len(s.path) > 0 && (what == formOther || what == formStudy && !beginsAsStudy(json)) {
		p.at = pointerOf(s.path)
	}
	s.pos += n
	if !s.yield(p) {
		return errStopped
	}
	return nil
}

// other yields n bytes, which begin so far behind what comes next, as a record that
// is not one. They are still to be passed over.
func (s *splitter) other(at, n int) error {
	if !s.yield(piece{offset: s.offset() + int64(at), json: s.buf[s.pos+at : s.pos+at+n], form: formOther, at: pointerOf(s.path)}) {
		return errStopped
	}
	return nil
}

// report yields a fault in place of a record, or, without one, that a list of
// studies is empty.
func (s *splitter) report(err *source.Error) error {
	if s.err != nil {
		return s.err
	}
	p := piece{offset: s.offset(), form: formEmpty}
	if err != nil {
		p = piece{offset: err.Offset, form: formStudy, err: err}
	}
	if !s.yield(p) {
		return errStopped
	}
	return nil
}

// recover yields a bad record that reaches to where next finds another.
func (s *splitter) recover(out outcome, next func([]byte) int) error {
	if out == ended {
		if next(s.buf[s.pos:]) < 0 {
			return s.cutShort("the rest of it")
		}
		out = bad // another record begins behind it
	}
	if out == bad {
		var n int
		n, out = s.find(func(b []byte, _ bool) (int, verdict) {
			if i := next(b); i >= 0 {
				return i, complete
			}
			return len(b), incomplete
		})
		if out != tooLong {
			return s.cutBad(n)
		}
	}
	err := fault(s.offset(), "", fmt.Sprintf("the record is longer than %d bytes", s.limit), "a study; the registry's longest has 3.6 MB")
	if s.records != Studies {
		err.Expected = "a record that is shorter"
	}
	if err := s.report(err); err != nil {
		return err
	}
	return s.drop(next)
}

func (s *splitter) cutBad(n int) error {
	if s.err != nil {
		return s.err
	}
	json := bytes.TrimRight(s.buf[s.pos:s.pos+n], ", \t\r\n")
	p := piece{offset: s.offset(), json: json, form: formStudy}
	s.pos += n
	if !s.yield(p) {
		return errStopped
	}
	return nil
}

// drop reads on to where next finds a record, keeping nothing of what comes
// before it.
func (s *splitter) drop(next func([]byte) int) error {
	const keep = 2 * maxGap // more than what tells where a record begins
	for {
		if n := next(s.buf[s.pos:]); n >= 0 {
			s.pos += n
			return nil
		}
		s.pos = max(s.pos, len(s.buf)-keep)
		if !s.more() {
			s.pos = len(s.buf)
			return nil
		}
	}
}
