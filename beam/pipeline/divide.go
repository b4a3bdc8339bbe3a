package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/trialweave/trialweave/study"
)

// piece is a part of a file that one worker can convert.
type piece struct {
	Path string
	From int64
	To   int64
	Size int64 // as stored, about
	// Blocks is the key of the blocks that hold the piece, where it has been
	// read already; else it is empty.
	Blocks string
	// N numbers the pieces of a file that has been read already.
	N int
}

// work is a shard: what becomes one part.
type work struct {
	Plan   string // by which parts are known to be of it
	Shard  int
	Shards int // with those of the shared graph
	Pieces []piece
}

// block holds batches of a piece that has been read already.
type block struct {
	N       int
	Batches [][]byte
}

// divide lists the inputs and cuts them into shards, keyed by a name of their
// own. layout has a shard for each part of the shared graph, by its number.
func divide(s beam.Scope, o *Options) (shards, blocks, layout beam.PCollection) {
	paths := beam.Reshuffle(s, beam.ParDo(s, &listFn{Inputs: o.Inputs}, beam.Impulse(s)))
	pieces, blocks := beam.ParDo2(s, &cutFn{ShardSize: o.ShardSize}, paths)
	shared := o.SharedParts
	if o.Model.History {
		shared++
	}
	shards, layout = beam.ParDo2(s, &planFn{ShardSize: o.ShardSize, Shared: shared}, beam.GroupByKey(s, pieces))
	return shards, blocks, layout
}

// listFn finds the files that patterns match, each once.
type listFn struct{ Inputs []string }

// ProcessElement lists the files.
func (f *listFn) ProcessElement(ctx context.Context, _ []byte, emit func(string)) error {
	seen := map[string]bool{}
	for _, pattern := range f.Inputs {
		fs, err := fileSystem(ctx, pattern)
		if err != nil {
			return err
		}
		paths, err := fs.List(ctx, pattern)
		fs.Close()
		if err != nil {
			return fmt.Errorf("%s: cannot be listed: %w", pattern, err)
		}
		if len(paths) == 0 {
			return fmt.Errorf("%s: no such file, expected a file or a pattern that matches some", pattern)
		}
		for _, path := range paths {
			if !seen[path] {
				seen[path] = true
				emit(path)
			}
		}
	}
	return nil
}

// cutFn cuts a file.
type cutFn struct {
	ShardSize int64

	files files
}

// ProcessElement cuts at records without reading them; what it cannot cut, and
// is big, it reads and hands on.
func (f *cutFn) ProcessElement(ctx context.Context, path string, pieces func(int, piece), blocks func(string, block)) error {
	options := f.files.options(ctx)
	file, err := f.files.open(ctx, path)
	if err != nil {
		return fmt.Errorf("%s: cannot be read: %w", path, err)
	}
	size := file.Size()
	file.Close()
	n := (size + f.ShardSize - 1) / f.ShardSize
	lists, err := study.Divide([]string{path}, int(max(n, 1)), options)
	if err != nil {
		return err
	}
	ranges := slices.Concat(lists...)
	if n > 1 && len(ranges) == 1 { // one entry of a ZIP, too
		return f.read(ctx, ranges, options, pieces, blocks)
	}
	for _, r := range ranges {
		pieces(0, piece{Path: path, From: r.From, To: r.To, Size: size / int64(len(ranges))})
	}
	return nil
}

// Teardown removes what was copied here.
func (f *cutFn) Teardown() { f.files.close() }

// blockSize is how many bytes of records travel together.
const blockSize = 4 << 20

// read makes pieces of about a shard's size, which is counted unpacked here.
func (f *cutFn) read(ctx context.Context, ranges []study.Range, options *study.Options, pieces func(int, piece), blocks func(string, block)) error {
	in, err := study.OpenRanges(ranges, options)
	if err != nil {
		return err
	}
	p := piece{Path: ranges[0].Path}
	var b block
	size := 0
	flush := func() {
		if len(b.Batches) > 0 {
			blocks(p.key(), b)
			p.Size += int64(size)
			b, size = block{N: b.N + 1}, 0
		}
	}
	end := func() {
		flush()
		if p.Size > 0 {
			p.Blocks = p.key()
			pieces(0, p)
			p = piece{Path: p.Path, N: p.N + 1}
			b.N = 0
		}
	}
	for batch, err := range in.Batches(ctx) {
		if err != nil {
			return err
		}
		text, err := batch.AppendBinary(nil)
		if err != nil {
			return err
		}
		b.Batches = append(b.Batches, text)
		if size += len(text); size >= blockSize {
			flush()
		}
		if p.Size >= f.ShardSize {
			end()
		}
	}
	end()
	return nil
}

func (p *piece) key() string { return fmt.Sprintf("%s#%d", p.Path, p.N) }

// planFn numbers the shards.
type planFn struct {
	ShardSize int64
	Shared    int
}

// ProcessElement gets all pieces at once: some hundred bytes for each.
func (f *planFn) ProcessElement(_ int, next func(*piece) bool, shards func(string, work), layout func(int, work)) error {
	var all []piece
	for p := (piece{}); next(&p); p = (piece{}) {
		all = append(all, p)
	}
	packed := f.pack(all)
	text, err := json.Marshal(packed)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	w := work{Plan: hex.EncodeToString(sum[:]), Shards: len(packed) + f.Shared}
	for i, pieces := range packed {
		w.Shard, w.Pieces = i, pieces
		key := pieces[0].Blocks
		if key == "" {
			key = fmt.Sprintf("%d", i)
		}
		shards(key, w)
	}
	w.Pieces = nil
	for i := range f.Shared {
		w.Shard = len(packed) + i
		layout(i, w)
	}
	return nil
}

// pack puts pieces in order, and small ones together.
func (f *planFn) pack(all []piece) [][]piece {
	slices.SortFunc(all, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.From, b.From), cmp.Compare(a.N, b.N))
	})
	var out [][]piece
	var size int64 // of the last one, where more can be added
	for _, p := range all {
		if p.Blocks == "" && size > 0 && size+p.Size <= f.ShardSize {
			size += p.Size
			out[len(out)-1] = append(out[len(out)-1], p)
			continue
		}
		out, size = append(out, []piece{p}), max(p.Size, 1)
		if p.Blocks != "" {
			size = 0
		}
	}
	return out
}
