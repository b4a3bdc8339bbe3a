package decompress_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/trialweave/trialweave/internal/decompress"
)

// FuzzCut cuts a stream of up to three members: what is read without an error is
// all of it, or, where the cut is between two members, those before the cut. How
// the bytes arrive makes no difference.
func FuzzCut(f *testing.F) {
	f.Add("line\nline\n", "more\n", "", uint16(9), false)
	f.Add("{\"a\":1}", "", "[]", uint16(40), true)
	f.Add(strings.Repeat("abcdefgh", 3000), "x", "y", uint16(60), false)
	f.Add(strings.Repeat("z", 20000), "x", "y", uint16(20), true)
	f.Add("", "", "", uint16(0), true)
	f.Fuzz(func(t *testing.T, first, second, third string, cut uint16, zstd bool) {
		var stream []byte
		var text string
		ends := map[int]string{0: ""}
		for _, part := range []string{first, second, third} {
			text += part
			if zstd {
				stream = append(stream, zst(part)...)
			} else {
				stream = append(stream, gz(part)...)
			}
			ends[len(stream)] = text
		}
		at := int(cut) % (len(stream) + 1)
		got, err := read(bytes.NewReader(stream[:at]))
		whole, isEnd := ends[at]
		switch {
		case err == nil && !isEnd && at >= 4: // less has no magic, and is text
			t.Fatalf("cut at byte %d of %d, and read without an error", at, len(stream))
		case isEnd && (err != nil || got != whole):
			t.Fatalf("at the end of a member: %v, %d bytes, expected %d", err, len(got), len(whole))
		case at >= 4 && !strings.HasPrefix(text, got):
			t.Fatal("what was read is not what was written")
		}
		slow, errSlow := read(iotest.OneByteReader(bytes.NewReader(stream[:at])))
		if slow != got || (err == nil) != (errSlow == nil) {
			t.Fatalf("byte by byte: %v and %d bytes; at once: %v and %d", errSlow, len(slow), err, len(got))
		}
	})
}

// FuzzRead reads anything: without a panic, within the bound, and the same however
// the bytes arrive.
func FuzzRead(f *testing.F) {
	for _, text := range texts()[:3] {
		for _, stream := range streams(text) {
			f.Add(stream)
			f.Add(append(slices.Clone(stream), "garbage"...))
			f.Add(append(slices.Clone(stream), make([]byte, 512)...))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		if len(stream) > 1<<16 {
			return
		}
		got, err := bounded(bytes.NewReader(stream))
		again, errAgain := bounded(iotest.HalfReader(bytes.NewReader(stream)))
		if !bytes.Equal(got, again) || (err == nil) != (errAgain == nil) {
			t.Errorf("%d bytes and %v, by halves %d and %v", len(got), err, len(again), errAgain)
		}
		if fault, ok := errors.AsType[*decompress.Error](err); err != nil && (!ok || fault.Offset < 0 || fault.Offset > int64(len(stream))+4) {
			t.Errorf("%T %v", err, err)
		}
	})
}

// bounded reads at most a megabyte.
func bounded(r io.Reader) ([]byte, error) {
	d, err := decompress.NewReader(r, 0)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return io.ReadAll(io.LimitReader(d, 1<<20))
}
