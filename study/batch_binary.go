package study

import (
	"encoding/binary"
	"errors"

	"github.com/trialweave/trialweave/source"
)

var errNoBatch = errors.New("not the bytes of a batch, expected those that AppendBinary made")

// AppendBinary appends the batch in a form that UnmarshalBinary reads, so that
// it can travel to another process of the same version.
func (b *Batch) AppendBinary(dst []byte) ([]byte, error) {
	dst = appendPosition(dst, b.Position)
	dst = binary.AppendUvarint(dst, uint64(b.packed))
	dst = binary.AppendUvarint(dst, uint64(b.form))
	dst = binary.AppendUvarint(dst, uint64(b.size))
	dst = binary.AppendUvarint(dst, uint64(b.crc))
	dst = appendBool(dst, b.optional)
	dst = appendBool(dst, b.err != nil)
	if e := b.err; e != nil {
		dst = appendPosition(dst, e.Position)
		cause := ""
		if e.Err != nil {
			cause = e.Err.Error()
		}
		for _, text := range [...]string{e.Problem, e.Expected, e.Hint, cause} {
			dst = appendBytes(dst, []byte(text))
		}
	}
	return appendBytes(dst, b.data), nil
}

// UnmarshalBinary makes the batch that AppendBinary was asked to write. It
// keeps the bytes. Of the cause of an error only the text is left.
func (b *Batch) UnmarshalBinary(data []byte) error {
	r := batchReader{rest: data}
	*b = Batch{Position: r.position()}
	b.packed, b.form = packing(r.number()), form(r.number())
	b.size, b.crc = int(r.number()), uint32(r.number())
	b.optional = r.number() == 1
	if r.number() == 1 {
		b.err = &source.Error{Position: r.position(), Problem: r.text(), Expected: r.text(), Hint: r.text()}
		if cause := r.text(); cause != "" {
			b.err.Err = errors.New(cause)
		}
	}
	b.data = r.bytes()
	if r.bad || len(r.rest) > 0 {
		return errNoBatch
	}
	return nil
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func appendBytes(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func appendPosition(dst []byte, p source.Position) []byte {
	dst = appendBytes(dst, []byte(p.File))
	dst = binary.AppendVarint(dst, p.Offset)
	dst = binary.AppendUvarint(dst, uint64(p.Line))
	dst = binary.AppendUvarint(dst, uint64(p.Column))
	return appendBytes(dst, []byte(p.Pointer))
}

// batchReader reads what the functions above wrote; what is missing is zero.
type batchReader struct {
	rest []byte
	bad  bool
}

func (r *batchReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	return n * r.skip(size)
}

func (r *batchReader) signed() int64 {
	n, size := binary.Varint(r.rest)
	return n * int64(r.skip(size))
}

// skip passes over a number and returns 1, or 0 where there was none.
func (r *batchReader) skip(size int) uint64 {
	if size <= 0 {
		r.rest, r.bad = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return 1
}

func (r *batchReader) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.rest, r.bad = nil, true
		return nil
	}
	out := r.rest[:n:n]
	r.rest = r.rest[n:]
	return out
}

func (r *batchReader) text() string { return string(r.bytes()) }

func (r *batchReader) position() source.Position {
	return source.Position{File: r.text(), Offset: r.signed(), Line: int(r.number()), Column: int(r.number()), Pointer: r.text()}
}
