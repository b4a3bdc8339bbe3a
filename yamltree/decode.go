package yamltree

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// decode checks size and encoding, and keeps the text as UTF-8 without a byte
// order mark, with the starts of its lines.
func (p *parser) decode(text []byte) error {
	if len(text) > p.limits.Bytes {
		return p.errorAt(Mark{}, fmt.Sprintf("%d bytes long", len(text)), fmt.Sprintf("at most %d bytes", p.limits.Bytes))
	}
	text = decodeUTF16(text)
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	p.doc.Text = text
	p.doc.lines = lineStarts(text)
	p.special = bytes.ContainsFunc(text, func(r rune) bool { return r > 0xFFFF })
	if at := invalidUTF8(text); at >= 0 {
		return p.errorAt(p.markAt(at), fmt.Sprintf("byte 0x%02X is not valid UTF-8", text[at]), "UTF-8 (or UTF-16 with a byte order mark)")
	}
	if at := bytes.IndexFunc(text, isControl); at >= 0 {
		return p.errorAt(p.markAt(at), fmt.Sprintf("control character U+%04X", text[at]), "text")
	}
	return nil
}

func decodeUTF16(text []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return text
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

func isControl(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }

// lineStarts are the offsets of the lines, as JavaScript, editors and YAML 1.2
// break them.
func lineStarts(text []byte) []int {
	starts := make([]int, 1, 2+bytes.Count(text, []byte("\n")))
	for i, c := range text {
		if c == '\n' || c == '\r' && (i+1 >= len(text) || text[i+1] != '\n') {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// checkNesting refuses texts whose brackets nest far beyond the limit, before
// a YAML reader spends its time on them. Brackets inside strings count too,
// hence the generous factor.
func (p *parser) checkNesting() error {
	depth, limit := 0, 4*p.limits.Depth
	for at, c := range p.doc.Text {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		}
		if depth > limit {
			return p.errorAt(p.markAt(at), fmt.Sprintf("brackets nested deeper than %d levels", limit), "")
		}
	}
	return nil
}
