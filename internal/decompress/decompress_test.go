package decompress_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/internal/decompress"
)

func gz(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

func zst(text string, o ...zstd.EOption) []byte {
	var b bytes.Buffer
	w, _ := zstd.NewWriter(&b, o...)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

func read(r io.Reader) (string, error) {
	d, err := decompress.NewReader(r, 0)
	if err != nil {
		return "", err
	}
	defer d.Close()
	text, err := io.ReadAll(d)
	return string(text), err
}

// texts are of one block, of several, of repeated bytes and empty.
func texts() []string {
	rng := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = byte(rng.IntN(256))
	}
	return []string{"", "x", "line\nline\n", strings.Repeat("a", 300<<10), string(noise)}
}

func streams(text string) map[string][]byte {
	return map[string][]byte{
		"gzip": gz(text), "zstd": zst(text), "zstd without checksum": zst(text, zstd.WithEncoderCRC(false)),
		"zstd single segment": zst(text, zstd.WithSingleSegment(true)), "zstd best": zst(text, zstd.WithEncoderLevel(zstd.SpeedBestCompression)),
	}
}

// TestWhole holds that whole streams, one behind another and with padding, are
// read whole, in pieces of any size.
func TestWhole(t *testing.T) {
	for _, text := range texts() {
		for name, b := range streams(text) {
			if len(b) == 0 { // zstd writes nothing for nothing
				continue
			}
			for what, in := range map[string][]byte{"one": b, "padded": append(bytes.Clone(b), make([]byte, 600)...), "padded by one": append(bytes.Clone(b), 0)} {
				if got, err := read(bytes.NewReader(in)); got != text || err != nil {
					t.Errorf("%s %s of %d bytes: %d bytes, %v", name, what, len(text), len(got), err)
				}
				if got, err := read(iotest.HalfReader(bytes.NewReader(in))); got != text || err != nil {
					t.Errorf("%s %s of %d bytes by halves: %d bytes, %v", name, what, len(text), len(got), err)
				}
			}
			if got, err := read(bytes.NewReader(append(bytes.Clone(b), b...))); got != text+text || err != nil {
				t.Errorf("%s twice: %d bytes, %v", name, len(got), err)
			}
		}
	}
	skippable := append([]byte("\x53\x2a\x4d\x18\x03\x00\x00\x00abc"), zst("text")...)
	if got, err := read(bytes.NewReader(skippable)); got != "text" || err != nil {
		t.Errorf("behind a skippable frame: %q, %v", got, err)
	}
	if got, err := read(strings.NewReader("plain")); got != "plain" || err != nil {
		t.Errorf("plain: %q, %v", got, err)
	}
}

// TestCut holds that a stream that is cut at any byte but the end of a member
// is an error.
func TestCut(t *testing.T) {
	for _, text := range []string{"x", "line\nline\n", strings.Repeat("0123456789", 20)} {
		for name, b := range streams(text) {
			twice := append(bytes.Clone(b), b...)
			for n := 4; n < len(twice); n++ {
				if n == len(b) {
					continue
				}
				_, err := read(bytes.NewReader(twice[:n]))
				if !errors.Is(err, decompress.ErrCut) {
					t.Fatalf("%s cut at %d of %d: %v", name, n, len(b), err)
				}
			}
		}
	}
	long := texts()[4]
	for name, b := range streams(long) {
		twice := append(bytes.Clone(b), b...)
		rng := rand.New(rand.NewPCG(7, 7))
		for range 40 {
			n := 4 + rng.IntN(len(twice)-4)
			if _, err := read(bytes.NewReader(twice[:n])); n != len(b) && !errors.Is(err, decompress.ErrCut) {
				t.Fatalf("%s cut at %d of %d: %v", name, n, len(twice), err)
			}
		}
	}
}

// TestTrailing holds that other bytes behind a stream are an error, however few.
func TestTrailing(t *testing.T) {
	for name, b := range streams("text\n") {
		for _, more := range []string{"g", "ga", "gar", "garbage!", "garbage that is long enough", "\x00\x00g"} {
			got, err := read(bytes.NewReader(append(bytes.Clone(b), more...)))
			if err == nil || !errors.Is(err, decompress.ErrTrailing) && !errors.Is(err, decompress.ErrCut) {
				t.Errorf("%s followed by %q: %q, %v", name, more, got, err)
			}
		}
	}
}

// TestReadError holds that the error of the reader below comes through.
func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	for name, b := range streams(strings.Repeat("some text\n", 50)) {
		for _, n := range []int{5, len(b) / 2, len(b)} {
			_, err := read(io.MultiReader(bytes.NewReader(b[:n]), iotest.ErrReader(broken)))
			if !errors.Is(err, broken) {
				t.Errorf("%s after %d bytes: %v", name, n, err)
			}
		}
	}
}

// TestRatio holds that a stream that expands too far is an error.
func TestRatio(t *testing.T) {
	zeros := strings.Repeat("\x00", decompress.Floor+1<<20)
	for name, b := range map[string][]byte{"gzip": gz(zeros), "zstd": zst(zeros)} {
		r, err := decompress.NewReader(bytes.NewReader(b), 10)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); !errors.Is(err, decompress.ErrRatio) || n > decompress.Floor+1<<20 {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		r.Close()
	}
}

func ExampleNewReader() {
	whole := gz("one line\n")
	for _, in := range [][]byte{whole, whole[:len(whole)-3]} {
		r, err := decompress.NewReader(bytes.NewReader(in), 0)
		if err != nil {
			fmt.Println(err)
			continue
		}
		text, err := io.ReadAll(r)
		fmt.Printf("%q %v\n", text, err)
	}
	// Output:
	// "one line\n" <nil>
	// "one line\n" the gzip stream ends early, after 31 compressed bytes
}
