package rdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/trialweave/trialweave/source"
)

// cursor walks over a document that is read piece by piece, and knows where it
// is. The first fault is kept, and from then on the cursor is at the end of the
// document: so the productions of a grammar unwind by themselves.
type cursor struct {
	in      io.Reader
	options ReadOptions

	buffer  []byte
	at, end int // buffer[at:end] lies ahead
	atEnd   bool
	err     error

	offset       int64
	line, column int // of buffer[at], from 1
}

// noByte is what peek returns behind the last byte.
const noByte = -1

func newCursor(r io.Reader, o ReadOptions) *cursor {
	c := &cursor{in: r, options: o, line: 1, column: 1}
	if c.ahead(len(byteOrderMark)) && bytes.HasPrefix(c.buffer, []byte(byteOrderMark)) {
		c.at += len(byteOrderMark)
		c.offset += int64(len(byteOrderMark))
	}
	return c
}

// ahead makes sure that n bytes lie ahead, if the document has them.
func (c *cursor) ahead(n int) bool {
	for c.end-c.at < n && !c.atEnd {
		if n > c.options.MaxTerm {
			c.failWith(fmt.Sprintf("term of more than %d bytes", c.options.MaxTerm), "")
			return false
		}
		c.fill()
	}
	return c.end-c.at >= n
}

func (c *cursor) fill() {
	const first = 64 << 10
	if c.at > 0 {
		c.end = copy(c.buffer, c.buffer[c.at:c.end])
		c.at = 0
	}
	if c.end == len(c.buffer) {
		grown := make([]byte, max(first, 2*len(c.buffer)))
		copy(grown, c.buffer[:c.end])
		c.buffer = grown
	}
	n, err := readSome(c.in, c.buffer[c.end:])
	c.end += n
	if err != nil {
		c.atEnd = true
		if !errors.Is(err, io.EOF) {
			c.stop(readError(c.options.File, err))
		}
	}
}

// peek returns the byte n places ahead, noByte behind the end.
func (c *cursor) peek(n int) int {
	if c.at+n < c.end || c.ahead(n+1) {
		return int(c.buffer[c.at+n])
	}
	return noByte
}

// runeAt returns the character n bytes ahead and its length; the length is 0
// behind the end, and after a fault where the bytes are not UTF-8.
func (c *cursor) runeAt(n int) (rune, int) {
	first := c.peek(n)
	if first < utf8.RuneSelf {
		if first == noByte {
			return utf8.RuneError, 0
		}
		return rune(first), 1
	}
	c.ahead(n + utf8.UTFMax)
	if c.err != nil {
		return utf8.RuneError, 0
	}
	r, size := utf8.DecodeRune(c.buffer[c.at+n : c.end])
	if r == utf8.RuneError && size == 1 {
		c.skip(n)
		c.failWith(fmt.Sprintf("byte 0x%02X", first), "UTF-8")
		return utf8.RuneError, 0
	}
	return r, size
}

// skip moves n bytes on; they were peeked at.
func (c *cursor) skip(n int) {
	for _, b := range c.buffer[c.at : c.at+n] {
		switch {
		case b == '\n':
			c.line++
			c.column = 1
		case b&0xC0 != 0x80: // not a later byte of a character
			c.column++
		}
	}
	c.at += n
	c.offset += int64(n)
}

// text returns the next n bytes without moving; they were peeked at, and live
// until the next call.
func (c *cursor) text(n int) []byte { return c.buffer[c.at : c.at+n] }

// space moves over white space and comments.
func (c *cursor) space() {
	for {
		switch c.peek(0) {
		case ' ', '\t', '\r', '\n':
			c.skip(1)
		case '#':
			c.comment()
		default:
			return
		}
	}
}

func (c *cursor) comment() {
	for {
		r, size := c.runeAt(0)
		if size == 0 || r == '\n' || r == '\r' {
			return
		}
		c.skip(size)
	}
}

// accept moves over the byte if it is next.
func (c *cursor) accept(b byte) bool {
	if c.peek(0) != int(b) {
		return false
	}
	c.skip(1)
	return true
}

func (c *cursor) acceptWord(word string) bool {
	if !c.ahead(len(word)) || string(c.text(len(word))) != word {
		return false
	}
	c.skip(len(word))
	return true
}

func (c *cursor) expect(b byte) {
	if !c.accept(b) {
		c.fail(fmt.Sprintf("%q", string(b)))
	}
}

func (c *cursor) place() source.Position {
	return source.Position{File: c.options.File, Offset: c.offset, Line: c.line, Column: c.column}
}

// fail records what stands at the current place instead of what should.
func (c *cursor) fail(expected string) {
	r, size := c.runeAt(0)
	if size == 0 {
		c.failWith("end of input", expected)
		return
	}
	c.failWith(fmt.Sprintf("%q", r), expected)
}

// failAhead is fail of what stands n bytes ahead; they were peeked at.
func (c *cursor) failAhead(n int, expected string) {
	if c.err == nil {
		c.skip(n)
		c.fail(expected)
	}
}

func (c *cursor) failWith(problem, expected string) { c.failAt(c.place(), problem, expected) }

func (c *cursor) failAt(p source.Position, problem, expected string) {
	c.stop((&fault{problem: problem, expected: expected}).at(p))
}

// stop puts the cursor to the end of the document, for good.
func (c *cursor) stop(err error) {
	if c.err == nil {
		c.err = err
	}
	c.at, c.end, c.atEnd = 0, 0, true
}
