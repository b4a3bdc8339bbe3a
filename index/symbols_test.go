package index

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// FuzzSymbols packs any text by the symbols of any other, which are written and
// read between, and unpacks it.
func FuzzSymbols(f *testing.F) {
	f.Add([]byte("the study of the studies"), []byte("a study"))
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), []byte("\x00\xff\x00"))
	f.Add([]byte{}, []byte("äöü"))
	f.Fuzz(func(t *testing.T, sample, text []byte) {
		sample = sample[:min(len(sample), 1<<12)]
		made := symbolsOf(bytes.SplitAfter(sample, []byte("\n")))
		if len(made.all) > escape {
			t.Fatalf("%d symbols", len(made.all))
		}
		read, ok := parseSymbols(made.appendTo(nil))
		if !ok {
			t.Fatal("symbols that were written cannot be read")
		}
		before := []byte("before")
		got, ok := read.unpackTo(bytes.Clone(before), made.pack(nil, text))
		if want := append(before, text...); !ok || !bytes.Equal(got, want) {
			t.Errorf("%q, expected %q", got, want)
		}
		if again := newSymbols(read.all).pack(nil, text); !bytes.Equal(again, made.pack(nil, text)) {
			t.Errorf("%q is packed in another way by symbols that were read", text)
		}
	})
}

// FuzzUnpack takes any bytes for symbols and codes.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{1, 'a', 2, 'b', 'c'}, []byte{0, 1, escape, 'x'})
	f.Fuzz(func(t *testing.T, table, codes []byte) {
		s, ok := parseSymbols(table)
		if !ok {
			return
		}
		if text, ok := s.unpackTo(nil, codes); ok && len(text) > longestText*len(codes) {
			t.Errorf("%d bytes of %d codes", len(text), len(codes))
		}
	})
}

// TestSymbolsSave holds that text that is alike is packed to less than half, and
// that nothing is lost to text that is not.
func TestSymbolsSave(t *testing.T) {
	var texts [][]byte
	for i := range 200 {
		texts = append(texts, fmt.Appendf(nil, "Number of participants with adverse event %d in the arm of group %d", i*7919%1000, i%13))
	}
	s := symbolsOf(texts)
	raw, packed := 0, 0
	for _, text := range texts {
		raw, packed = raw+len(text), packed+len(s.pack(nil, text))
	}
	if 2*packed > raw {
		t.Errorf("%d bytes are packed to %d", raw, packed)
	}
	w := dictionaryWriter{symbols: s}
	w.value([]byte(strings.Repeat("\xfe", 40)))
	if len(w.block) > 41 {
		t.Errorf("40 bytes that no symbol has take %d", len(w.block))
	}
}
