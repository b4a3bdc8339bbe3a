package output

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// blockSize is how much text goes into one gzip member or zstd frame. Blocks
// are cut by length alone, so the bytes do not depend on the workers.
const blockSize = 2 << 20

// compressor appends the compressed form of a block to dst.
type compressor func(dst, block []byte) ([]byte, error)

func newGzip() compressor {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is valid
	return func(dst, block []byte) ([]byte, error) {
		out := bytes.NewBuffer(dst)
		z.Reset(out)
		if _, err := z.Write(block); err != nil {
			return nil, err
		}
		err := z.Close()
		return out.Bytes(), err
	}
}

func newZstd() compressor {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(blockSize))
	return func(dst, block []byte) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		return z.EncodeAll(block, dst), nil
	}
}

// packer compresses blocks in parallel and writes them in order. Each slot
// has a goroutine, which lives from newPacker to close.
type packer struct {
	w     io.Writer
	slots []*slot
	turn  int
	block []byte
	err   error
}

type slot struct {
	block, packed []byte
	err           error
	busy          bool
	start, done   chan struct{}
}

func newPacker(w io.Writer, workers int, newCompressor func() compressor) *packer {
	p := &packer{w: w}
	for range max(workers, 1) {
		s := &slot{start: make(chan struct{}), done: make(chan struct{})}
		p.slots = append(p.slots, s)
		go s.run(newCompressor())
	}
	return p
}

func (s *slot) run(compress compressor) {
	for range s.start {
		s.packed, s.err = compress(s.packed[:0], s.block)
		s.done <- struct{}{}
	}
	close(s.done)
}

// Write adds text; an error may be of an earlier block.
func (p *packer) Write(b []byte) (int, error) {
	n := len(b)
	for p.err == nil && len(b) > 0 {
		part := b[:min(len(b), blockSize-len(p.block))]
		p.block = append(p.block, part...)
		b = b[len(part):]
		if len(p.block) == blockSize {
			p.dispatch()
		}
	}
	if p.err != nil {
		return 0, p.err
	}
	return n, nil
}

// dispatch gives the block to the slot whose turn it is, after that slot's
// former block has been written.
func (p *packer) dispatch() {
	s := p.slots[p.turn]
	p.collect(s)
	s.block, p.block = p.block, s.block[:0]
	s.busy = true
	s.start <- struct{}{}
	p.turn = (p.turn + 1) % len(p.slots)
}

func (p *packer) collect(s *slot) {
	if !s.busy {
		return
	}
	<-s.done
	s.busy = false
	if p.err == nil {
		p.err = s.err
	}
	if p.err == nil {
		_, p.err = p.w.Write(s.packed)
	}
}

// close writes what is left and waits for every goroutine.
func (p *packer) close() error {
	if p.err == nil {
		p.dispatch() // the last block may be empty: an empty file is one empty member
	}
	for range p.slots {
		p.collect(p.slots[p.turn])
		p.turn = (p.turn + 1) % len(p.slots)
	}
	for _, s := range p.slots {
		close(s.start)
		<-s.done
	}
	return p.err
}
