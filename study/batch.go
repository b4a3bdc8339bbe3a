package study

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"

	"github.com/klauspost/compress/flate"

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
	optional bool // to be skipped where it is no study data
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
	r := Record{Position: b.Position, JSON: b.data, Err: b.err, Made: b.form == formMade}
	if b.form == formReject && r.Err == nil {
		r.JSON, r.Err = rejected(b.data)
		if r.Err != nil {
			r.Err.Offset += b.Offset
			r.Err.File = b.File
		}
	}
	return r
}

// split yields the records of a file that is in memory as a whole.
func (u *Unpacker) split(b *Batch, data []byte, yield func(Record) bool) {
	first := true
	each := func(p piece) bool {
		if first && b.optional && p.form == formOther {
			u.in.skipped.Add(1)
			return false
		}
		first = false
		one := batchOf(b.File, p)
		return u.records(&one, yield)
	}
	var err error
	if r, kind := decompress(data, u.in.options.MaxRatio); kind != "" {
		err = split(r, u.in.options.MaxRecord, each)
	} else {
		err = splitBytes(data, u.in.options.MaxRecord, each)
	}
	if err == nil {
		return
	}
	if b.optional && errors.Is(err, errNoStudyData) {
		u.in.skipped.Add(1)
		return
	}
	yield(Record{Position: b.Position, Err: located(b.File, err)})
}

func batchOf(file string, p piece) Batch {
	b := Batch{Position: source.At(file, p.offset), data: p.json, size: len(p.json), form: p.form}
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
			return nil, &source.Error{Position: b.Position, Problem: "the archive entry is damaged", Err: err}
		}
	}
	if sum := crc32.ChecksumIEEE(data); sum != b.crc {
		return nil, &source.Error{
			Position: b.Position, Problem: fmt.Sprintf("the archive entry is damaged: checksum %08x", sum),
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
