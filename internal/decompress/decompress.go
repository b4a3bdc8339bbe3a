// Package decompress reads gzip and zstd streams to their very end: a stream
// that is cut short, that has anything but zero bytes behind it, or that
// expands beyond a bound is an error, never a shorter text.
package decompress

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Causes of an Error, for errors.Is.
var (
	// ErrCut is the cause where a stream ends before its last member does.
	ErrCut = errors.New("the stream is cut short")
	// ErrTrailing is the cause where other bytes follow the last member.
	ErrTrailing = errors.New("the stream is followed by other bytes")
	// ErrRatio is the cause where a stream expands beyond the bound.
	ErrRatio = errors.New("the stream expands beyond the bound")
)

// Error is the error of a compressed stream that cannot be read to its end.
type Error struct {
	// Format is "gzip" or "zstd".
	Format string
	// Offset is about where in the compressed bytes the fault is.
	Offset int64
	// Problem says what is wrong, and Expected, unless empty, what is right.
	Problem, Expected string
	// Err is ErrCut, ErrTrailing, ErrRatio, or the decoder's error.
	Err error
}

// Error describes the fault.
func (e *Error) Error() string {
	s := e.Problem
	if e.Expected != "" {
		s += ", expected " + e.Expected
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Format returns "gzip" or "zstd" where a text begins as that format does, and
// "" otherwise; four bytes suffice.
func Format(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(text, []byte("\x28\xb5\x2f\xfd")), len(text) >= 4 && text[0]&0xf0 == 0x50 && bytes.HasPrefix(text[1:], []byte("\x2a\x4d\x18")):
		return "zstd"
	}
	return ""
}

// MaxRatio is a bound on how far a stream expands that no text of studies or
// RDF comes near.
const MaxRatio = 500

// Floor is the number of decompressed bytes below which the ratio does not
// count.
const Floor = 64 << 20

// NewReader returns a reader of what r holds: decompressed where it begins as
// gzip or zstd, else as it is. Once the decompressed bytes exceed Floor, they
// may be at most ratio times the compressed ones; 0 means MaxRatio. Errors are
// of type *Error or those of r. The caller closes the reader; r stays open.
func NewReader(r io.Reader, ratio int64) (io.ReadCloser, error) {
	in, ok := r.(*bufio.Reader)
	if !ok {
		in = bufio.NewReaderSize(r, 64<<10)
	}
	magic, _ := in.Peek(4) // a short input is not compressed, and a fault comes again
	if ratio == 0 {
		ratio = MaxRatio
	}
	switch Format(magic) {
	case "gzip":
		return newGzip(in, ratio)
	case "zstd":
		return newZstd(in, ratio)
	}
	return io.NopCloser(in), nil
}

// gzipReader reads the members of a gzip stream (RFC 1952, section 2.2).
type gzipReader struct {
	in    *tally
	z     *gzip.Reader
	bound bound
	err   error
}

func newGzip(in *bufio.Reader, ratio int64) (io.ReadCloser, error) {
	g := &gzipReader{in: &tally{r: in}, bound: bound{format: "gzip", ratio: ratio}}
	z, err := gzip.NewReader(g.in)
	if err != nil {
		return nil, fault("gzip", g.in.n, err)
	}
	z.Multistream(false)
	g.z = z
	return g, nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	for {
		n, err := g.z.Read(p)
		switch {
		case errors.Is(err, io.EOF):
			err = g.next()
		case err != nil:
			err = fault("gzip", g.in.n, err)
		}
		if err == nil {
			err = g.bound.check(n, g.in.n)
		}
		g.err = err
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// next goes on to the next member; it returns io.EOF where there is none.
func (g *gzipReader) next() error {
	magic, err := g.in.r.Peek(2)
	switch {
	case len(magic) == 0:
		return err
	case magic[0] == 0:
		return g.padding()
	case bytes.Equal(magic, []byte("\x1f\x8b")):
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case len(magic) == 1 && magic[0] == 0x1f:
		return fault("gzip", g.in.n, io.ErrUnexpectedEOF)
	default:
		return trailing("gzip", g.in.n)
	}
	if err := g.z.Reset(g.in); err != nil {
		return fault("gzip", g.in.n, err)
	}
	g.z.Multistream(false)
	return nil
}

// padding reads zero bytes up to the end of the input.
func (g *gzipReader) padding() error {
	for {
		b, err := g.in.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return trailing("gzip", g.in.n-1)
		}
	}
}

// Close does nothing: the decoder holds nothing but memory.
func (g *gzipReader) Close() error { return nil }

// tally counts the bytes that a decoder takes from a buffer.
type tally struct {
	r *bufio.Reader
	n int64
}

func (t *tally) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	return n, err
}

func (t *tally) ReadByte() (byte, error) {
	b, err := t.r.ReadByte()
	if err == nil {
		t.n++
	}
	return b, err
}

// zstdReader reads the frames of a zstd stream (RFC 8878, section 3).
type zstdReader struct {
	frames *frames
	z      *zstd.Decoder
	bound  bound
}

func newZstd(in *bufio.Reader, ratio int64) (io.ReadCloser, error) {
	f := &frames{in: in}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return nil, fault("zstd", f.offset, err)
	}
	return &zstdReader{frames: f, z: z, bound: bound{format: "zstd", ratio: ratio}}, nil
}

func (d *zstdReader) Read(p []byte) (int, error) {
	n, err := d.z.Read(p)
	var already *Error
	switch {
	case d.frames.err != nil && err != nil && !errors.Is(d.frames.err, io.EOF):
		err = d.frames.err
	case errors.Is(err, io.EOF), errors.As(err, &already):
	case err != nil:
		err = fault("zstd", d.frames.offset, err)
	}
	if err == nil {
		err = d.bound.check(n, d.frames.offset)
	}
	return n, err
}

// Close frees the decoder.
func (d *zstdReader) Close() error { d.z.Close(); return nil }

func fault(format string, offset int64, err error) error {
	var already *Error
	if errors.As(err, &already) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Format: format, Offset: offset, Problem: fmt.Sprintf("the %s stream ends early, after %d compressed bytes", format, offset), Err: ErrCut}
	}
	return &Error{Format: format, Offset: offset, Problem: fmt.Sprintf("the %s stream is damaged near byte %d: %v", format, offset, err), Err: err}
}

func trailing(format string, offset int64) error {
	return &Error{
		Format: format, Offset: offset, Problem: fmt.Sprintf("other bytes follow the %s stream at byte %d", format, offset),
		Expected: "its end, zero bytes or another " + format + " stream", Err: ErrTrailing,
	}
}

// bound ends a decompression that expands too far.
type bound struct {
	format string
	ratio  int64
	out    int64
}

func (b *bound) check(n int, in int64) error {
	b.out += int64(n)
	if b.out <= Floor || b.out <= b.ratio*in {
		return nil
	}
	return &Error{
		Format: b.format, Offset: in, Problem: fmt.Sprintf("%d compressed bytes expand to %d or more", in, b.out),
		Expected: fmt.Sprintf("at most %d times the size", b.ratio), Err: ErrRatio,
	}
}
