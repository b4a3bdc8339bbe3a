package study

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"

	"github.com/klauspost/compress/flate"

	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/source"
)

// Batch is a piece of an input that travels to a goroutine as a whole: one
// record, or a small entry of an archive, still compressed.
type Batch struct {
	source.Position
	data     []byte
	packed   packing
	size     int // unpacked
	crc      uint32
	form     form
	err      *source.Error
	optional bool // to be skipped where it is not study data
	input    int  // which path of the input it came from
	// at is the JSON pointer of a record that is not a study for certain.
	at string
}

type packing int

const (
	onePiece packing = iota // data is a record
	stored                  // data is a file
	deflated                // data is a compressed file
)

// Size is how many bytes the batch holds when it is unpacked.
func (b *Batch) Size() int { return b.size }

// CopyTo makes dst an independent copy, in the memory that dst already has.
func (b *Batch) CopyTo(dst *Batch) {
	data := append(dst.data[:0], b.data...)
	*dst = *b
	dst.data = data
}

// Unpacker turns batches into records. It is not safe for concurrent use.
type Unpacker struct {
	in      *Input
	inflate io.ReadCloser
	packed  bytes.Reader
	buf     []byte
	made    []byte // of a record in another form
	depth   int    // how many archives are around its batches
}

// NewUnpacker makes an unpacker of the input's batches.
func (in *Input) NewUnpacker() *Unpacker { return &Unpacker{in: in} }

// Records yields the records of a batch.
func (u *Unpacker) Records(b *Batch) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		if b.packed == onePiece {
			u.records(b, yield)
			return
		}
		data, err := u.unpack(b)
		if err != nil {
			yield(Record{Position: b.Position, Err: err})
			return
		}
		u.split(b, data, yield)
	}
}

func (b *Batch) record() Record {
	r := Record{Position: b.Position, JSON: b.data, Err: b.err, Made: b.form == formMade || b.form == formAACT}
	switch b.form {
	case formMade:
		r.Form = FormTable
	case formAACT:
		r.Form = FormAACT
	}
	if b.form == formReject && r.Err == nil {
		r.JSON, r.Err = rejected(b.data)
		if r.Err != nil {
			r.Err.Offset += b.Offset
			r.Err.File = b.File
		}
	}
	return r
}

// archive yields the records of a file that is in memory as a whole and is an
// archive or compressed. It returns false where no more are wanted.
func (u *Unpacker) archive(b *Batch, data []byte, yield func(Record) bool) bool {
	if u.depth >= maxArchives {
		return yield(Record{Position: b.Position, Err: tooDeep(b.File)})
	}
	more := true
	inner := &Unpacker{in: u.in, depth: u.depth + 1}
	w := walker{in: u.in, ctx: context.Background(), input: b.input, depth: inner.depth}
	w.yield = func(b *Batch, _ error) bool {
		for r := range inner.Records(b) {
			if more = more && yield(r); !more {
				break
			}
		}
		return more
	}
	var err error
	if isZIP(data) {
		err = w.archive(b.File, bytes.NewReader(data), int64(len(data)))
	} else {
		err = w.stream(b.File, bytes.NewReader(data), b.optional)
	}
	if err == nil || errors.Is(err, errStopped) || !more {
		return more
	}
	return yield(Record{Position: b.Position, Err: located(b.File, err)})
}

// split yields the records of a file that is in memory as a whole. It returns
// false where no more are wanted.
func (u *Unpacker) split(b *Batch, data []byte, yield func(Record) bool) bool {
	if isZIP(data) || decompress.Format(data) != "" || isTarBlock(data) {
		return u.archive(b, data, yield)
	}
	more := true
	first, read := true, 0
	each := func(p piece) bool {
		if first && b.optional && p.form == formOther {
			return false
		}
		if first = false; p.form == formEmpty {
			u.in.meet(b.input)
			return true
		}
		read++
		one := batchOf(b.File, p)
		one.input = b.input
		more = u.records(&one, yield)
		return more
	}
	err := splitBytes(data, u.in, each)
	switch {
	case err == nil && !first:
	case b.optional && (err == nil || errors.Is(err, errNoStudyData)):
		u.in.skip(b.File)
	case err == nil:
	default:
		return yield(Record{Position: b.Position, Err: located(b.File, u.in.afterRecords(err, read))})
	}
	return more
}

func batchOf(file string, p piece) Batch {
	b := Batch{Position: source.At(file, p.offset), data: p.json, size: len(p.json), form: p.form, at: p.at}
	if p.err != nil {
		b.err = located(file, p.err)
	}
	return b
}

// located gives the fault of an input the input's name.
func located(file string, err error) *source.Error {
	var at *source.Error
	if !errors.As(err, &at) {
		return &source.Error{Position: source.At(file, source.NoOffset), Problem: "cannot be read", Err: err}
	}
	e := *at
	e.File = file
	return &e
}

func (u *Unpacker) unpack(b *Batch) ([]byte, *source.Error) {
	data := b.data
	if b.packed == deflated {
		var err error
		if data, err = u.inflated(b); err != nil {
			return nil, &source.Error{Position: b.Position, Problem: "the archive entry is damaged", Err: damaged(err)}
		}
	}
	if sum := crc32.ChecksumIEEE(data); sum != b.crc {
		return nil, &source.Error{
			Position: b.Position, Problem: "the archive entry is damaged", Err: damaged(fmt.Errorf("checksum %08x", sum)),
			Expected: fmt.Sprintf("%08x", b.crc),
		}
	}
	return data, nil
}

// inflated decompresses a batch; what it returns is overwritten by the next.
func (u *Unpacker) inflated(b *Batch) ([]byte, error) {
	u.packed.Reset(b.data)
	if u.inflate == nil {
		u.inflate = flate.NewReader(&u.packed)
	} else if err := u.inflate.(flate.Resetter).Reset(&u.packed, nil); err != nil {
		return nil, err
	}
	if cap(u.buf) < b.size+1 {
		u.buf = make([]byte, b.size+b.size/4+1)
	}
	n, err := io.ReadFull(u.inflate, u.buf[:b.size+1])
	switch {
	case err == nil:
		return nil, fmt.Errorf("it holds more than the %d bytes that it states", b.size)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, err
	case n < b.size:
		return nil, fmt.Errorf("it holds %d bytes of the %d that it states", n, b.size)
	}
	return u.buf[:n], nil
}
