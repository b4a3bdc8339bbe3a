package classic

import (
	"bytes"
	"errors"
	"io"
)

// tableInput is the text of a table. It reads ahead as far as the first line,
// and makes line feeds of carriage returns where these end lines.
type tableInput struct {
	r         io.Reader
	buf       []byte
	before    int64 // bytes of the line that names the separator
	passed    int64 // bytes behind it that were handed on
	returns   bool  // lines end with a carriage return alone
	quoted    bool  // what comes next is between quotation marks, in such a table
	last      byte  // that was handed on, of such a table
	lineEnded bool  // the last byte that was handed on ends a line
	row, most int64 // where the row at hand begins, and how long it may be
	err       error // of r
}

// mostAhead is the most that is read ahead.
const mostAhead = 1 << 20

// begin finds out about the first line and returns the separator of cells.
func (in *tableInput) begin() rune {
	for len(in.buf) < mostAhead && in.err == nil {
		if _, rest := separatorLine(bytes.TrimPrefix(in.buf, []byte("\xef\xbb\xbf"))); bytes.IndexByte(rest, '\n') >= 0 {
			break
		}
		chunk := make([]byte, 4096)
		var n int
		n, in.err = in.r.Read(chunk)
		in.buf = append(in.buf, chunk[:n]...)
	}
	text := bytes.TrimPrefix(in.buf, []byte("\xef\xbb\xbf"))
	separator, rest := separatorLine(text)
	end := lineEnd(rest)
	in.returns = bytes.HasPrefix(rest[end:], []byte("\r")) && !bytes.HasPrefix(rest[end:], []byte("\r\n"))
	in.before = int64(len(in.buf) - len(rest))
	in.buf = rest
	if separator == '\t' || separator == ';' || separator == ',' || separator == '|' {
		return separator
	}
	line := rest[:lineEnd(rest)]
	most, at := ',', bytes.Count(line, []byte(","))
	for _, c := range []rune{';', '\t', '|'} {
		if n := bytes.Count(line, []byte(string(c))); n > at {
			most, at = c, n
		}
	}
	return most
}

// ended reports whether all of the text was handed on.
func (in *tableInput) ended() bool { return len(in.buf) == 0 && errors.Is(in.err, io.EOF) }

// feedInCell stands for a line feed within a cell that is not in quotation marks,
// of a table whose lines end with a carriage return.
const feedInCell = '\v'

// feeds makes line feeds of carriage returns, but of those before a line feed: in
// a table whose lines end with a carriage return both are within a cell. So is a
// line feed alone, unless another row or nothing follows it.
func (in *tableInput) feeds(b []byte) {
	last := in.last
	for i, c := range b {
		before := last
		last = c
		switch {
		case c == '"':
			in.quoted = !in.quoted
		case c == '\r' && !bytes.HasPrefix(in.behind(b[i+1:], 1), []byte("\n")):
			b[i] = '\n'
		case c == '\n' && !in.quoted && before != '\r':
			if next := in.behind(b[i+1:], len(`"NCT00000000",`)); len(next) > 0 && !beginsRow(string(next)) {
				b[i] = feedInCell
			}
		}
	}
	in.last = last
}

// behind returns the next n bytes, of which some are at hand, or fewer where the
// text ends.
func (in *tableInput) behind(hand []byte, n int) []byte {
	if len(hand) >= n {
		return hand[:n]
	}
	for tries := 0; len(hand)+len(in.buf) < n && in.err == nil && tries < mostTries; tries++ {
		chunk := make([]byte, 4096)
		var read int
		read, in.err = in.r.Read(chunk)
		in.buf = append(in.buf, chunk[:read]...)
	}
	return append(hand[:len(hand):len(hand)], in.buf[:min(len(in.buf), n-len(hand))]...)
}

// mostTries is how often a reader may return nothing.
const mostTries = 100

// Read returns first what was read ahead.
func (in *tableInput) Read(b []byte) (n int, err error) {
	switch {
	case in.passed-in.row > in.most+mostAhead:
		return 0, ErrLong
	case len(in.buf) > 0:
		n = copy(b, in.buf)
		in.buf = in.buf[n:]
	case in.err != nil:
		return 0, in.err
	default:
		n, in.err = in.r.Read(b)
		err = in.err
	}
	if in.returns {
		in.feeds(b[:n])
	}
	if n > 0 {
		in.passed += int64(n)
		in.lineEnded = b[n-1] == '\n'
	}
	return n, err
}
