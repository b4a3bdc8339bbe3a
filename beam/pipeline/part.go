package pipeline

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// output is a file that appears whole: it is written under a name of its own
// and renamed.
type output struct {
	fs         filesystem.Interface
	folder     string
	name, temp string
	file       io.WriteCloser
	buffer     *bufio.Writer
	pack       io.WriteCloser // nil where nothing is compressed
	hash       hash.Hash
	size       int64
}

// create begins a file of a folder; compression is gz, zst or none.
func create(ctx context.Context, folder, name, compression string) (*output, error) {
	fs, err := fileSystem(ctx, folder)
	if err != nil {
		return nil, err
	}
	o := &output{fs: fs, folder: folder, name: name, temp: "." + name + "." + rand.Text()[:8] + ".part", hash: sha256.New()}
	if o.file, err = fs.OpenWrite(ctx, join(folder, o.temp)); err != nil {
		fs.Close()
		return nil, o.failed(err)
	}
	o.buffer = bufio.NewWriterSize(packed{o}, 1<<18)
	switch compression {
	case gz:
		o.pack, err = gzip.NewWriterLevel(o.buffer, gzip.BestSpeed)
	case zst:
		o.pack, err = zstd.NewWriter(o.buffer, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	}
	if err != nil {
		o.abort(ctx)
		return nil, o.failed(err)
	}
	return o, nil
}

func (o *output) failed(err error) error {
	return fmt.Errorf("%s: cannot be written: %w", join(o.folder, o.name), err)
}

// packed is what the bytes of a file go through.
type packed struct{ o *output }

func (p packed) Write(b []byte) (int, error) {
	n, err := p.o.file.Write(b)
	p.o.hash.Write(b[:n])
	p.o.size += int64(n)
	return n, err
}

// Write adds bytes.
func (o *output) Write(b []byte) (int, error) {
	var n int
	var err error
	if o.pack != nil {
		n, err = o.pack.Write(b)
	} else {
		n, err = o.buffer.Write(b)
	}
	if err != nil {
		err = o.failed(err)
	}
	return n, err
}

// commit finishes the file and gives it its name; it returns the SHA-256.
func (o *output) commit(ctx context.Context) (sum string, err error) {
	if o.pack != nil {
		err = o.pack.Close()
	}
	if err == nil {
		err = o.buffer.Flush()
	}
	if err != nil {
		o.abort(ctx)
		return "", o.failed(err)
	}
	err = o.file.Close()
	o.file = nil
	if err == nil {
		err = filesystem.Rename(ctx, o.fs, join(o.folder, o.temp), join(o.folder, o.name))
	}
	if err != nil {
		o.abort(ctx)
		return "", o.failed(err)
	}
	o.fs.Close()
	o.fs = nil
	return hex.EncodeToString(o.hash.Sum(nil)), nil
}

// abort leaves nothing behind where the file system can remove files; after
// commit it does nothing.
func (o *output) abort(ctx context.Context) {
	if o.fs == nil {
		return
	}
	if o.file != nil {
		o.file.Close()
	}
	if r, ok := o.fs.(filesystem.Remover); ok {
		_ = r.Remove(context.WithoutCancel(ctx), join(o.folder, o.temp)) // it may not be there
	}
	o.fs.Close()
	o.fs = nil
}

// write writes a whole file.
func write(ctx context.Context, folder, name string, text []byte) error {
	o, err := create(ctx, folder, name, "")
	if err != nil {
		return err
	}
	defer o.abort(ctx)
	if _, err := o.Write(text); err != nil {
		return err
	}
	_, err = o.commit(ctx)
	return err
}
