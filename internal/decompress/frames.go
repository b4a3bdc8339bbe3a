package decompress

import (
	"bufio"
	"errors"
	"io"
)

// frames passes a zstd stream on and follows the structure of its frames (RFC
// 8878, section 3.1), so that it knows whether the input ends where a frame
// does, and what follows the last one: zero bytes are padding, as in gzip.
type frames struct {
	in     *bufio.Reader
	offset int64
	state  frameState
	field  [4]byte // of the header at hand
	have   int
	skip   int64 // bytes to pass over before the next state
	after  frameState
	sum    bool // a checksum follows the last block
	err    error
}

type frameState int

const (
	frameMagic      frameState = iota // between frames, or in a magic number
	frameSkippable                    // in the size of a skippable frame
	frameDescriptor                   // at the descriptor of a frame header
	frameBlock                        // in the header of a block
	framePassing                      // in what is passed over
	framePadding                      // in zero bytes behind the last frame
)

// Read passes bytes on up to the end of the last frame.
func (f *frames) Read(p []byte) (int, error) {
	for f.err == nil {
		n, err := f.in.Read(p)
		pass, fault := f.follow(p[:n])
		f.offset += int64(n)
		switch {
		case fault != nil:
			f.err = fault
		case err == nil:
		case !errors.Is(err, io.EOF):
			f.err = err
		case f.state == framePadding, f.state == frameMagic && f.have == 0:
			f.err = io.EOF
		default:
			f.err = faultCut(f.offset)
		}
		if pass > 0 {
			return pass, nil // the error comes with the next call
		}
	}
	return 0, f.err
}

func faultCut(offset int64) error { return fault("zstd", offset, io.ErrUnexpectedEOF) }

// follow walks over the next bytes and returns how many of them belong to
// frames.
func (f *frames) follow(b []byte) (pass int, err error) {
	for i := 0; i < len(b); {
		switch f.state {
		case framePadding:
			if b[i] != 0 {
				return pass, trailing("zstd", f.offset+int64(i))
			}
			i++
			continue
		case framePassing:
			n := min(f.skip, int64(len(b)-i))
			i += int(n)
			if f.skip -= n; f.skip == 0 {
				f.state = f.after
			}
		default:
			if f.state == frameMagic && f.have == 0 && b[i] == 0 {
				f.state = framePadding
				continue
			}
			f.field[f.have] = b[i]
			f.have++
			i++
			if err := f.header(); err != nil {
				return pass, err
			}
		}
		pass = i
	}
	return pass, nil
}

// header looks at the bytes of the header at hand, once they are all there.
func (f *frames) header() error {
	size := map[frameState]int{frameMagic: 4, frameSkippable: 4, frameDescriptor: 1, frameBlock: 3}[f.state]
	if f.have < size {
		return nil
	}
	f.have = 0
	v := uint32(f.field[0]) | uint32(f.field[1])<<8 | uint32(f.field[2])<<16 | uint32(f.field[3])<<24
	switch f.state {
	case frameMagic:
		switch {
		case v == 0xfd2fb528:
			f.state = frameDescriptor
		case v&0xfffffff0 == 0x184d2a50:
			f.state = frameSkippable
		default:
			return trailing("zstd", f.offset)
		}
	case frameSkippable:
		f.pass(int64(v), frameMagic)
	case frameDescriptor:
		f.descriptor(f.field[0])
	case frameBlock:
		f.block(v & 0xffffff)
	}
	return nil
}

// pass goes to another state behind n bytes.
func (f *frames) pass(n int64, then frameState) {
	f.state, f.skip, f.after = framePassing, n, then
	if n == 0 {
		f.state = then
	}
}

// descriptor is the first byte of a frame header (section 3.1.1.1.1).
func (f *frames) descriptor(d byte) {
	single := d&0x20 != 0
	f.sum = d&0x04 != 0
	n := [4]int64{0, 1, 2, 4}[d&3] + [4]int64{0, 2, 4, 8}[d>>6]
	if !single {
		n++ // the window descriptor
	} else if d>>6 == 0 {
		n++ // the content size
	}
	f.pass(n, frameBlock)
}

// block is the header of a block (section 3.1.1.2).
func (f *frames) block(v uint32) {
	last, kind, size := v&1 != 0, v>>1&3, int64(v>>3)
	if kind == 1 { // a repeated byte
		size = 1
	}
	then := frameBlock
	if last {
		then = frameMagic
		if f.sum {
			size += 4
		}
	}
	f.pass(size, then)
}
