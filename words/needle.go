package words

import (
	"bytes"
	"unicode/utf8"
)

// Needle is what the words of a text must be like so that it can contain
// another text: one list of Pieces has to be met, all of it.
type Needle struct{ Any [][]Piece }

// Piece is a part of a word. At an end that is Open the word may go on.
type Piece struct {
	Text                string
	OpenLeft, OpenRight bool
}

// fewest is how many letters of a piece make it worth looking for.
const fewest = 3

// NeedleOf returns what must hold of a text that contains another one, however
// the letters of both are cased. It reports false where that is nothing.
func NeedleOf(text string) (Needle, bool) {
	var s Scanner
	var pieces []Piece
	Each(&s, text, func(word []byte, from, to int) {
		if len(pieces) == mostPieces {
			return
		}
		p := Piece{Text: string(word), OpenLeft: s.open(text[:from], text[from:to]), OpenRight: s.open(text[to:], text[from:to])}
		if !p.OpenLeft && !p.OpenRight || utf8.RuneCount(word) >= fewest {
			pieces = append(pieces, p)
		}
	})
	return Needle{[][]Piece{pieces}}, len(pieces) > 0
}

// open reports whether nothing beside a word ends it.
func (s *Scanner) open(beside, word string) bool {
	for _, r := range beside {
		if s.fold(r).class != ignored {
			return false
		}
	}
	r, _ := utf8.DecodeRuneInString(word)
	return s.fold(r).class != whole
}

// mostLists bounds the lists of a Needle.
const mostLists = 64

// mostPieces bounds the pieces of a list. With fewer than there are, a needle fits
// more texts, which is no fault.
const mostPieces = 32

// And is met where both needles are.
func (n Needle) And(other Needle) Needle {
	if len(n.Any)*len(other.Any) > mostLists {
		return n
	}
	var out Needle
	for _, a := range n.Any {
		for _, b := range other.Any {
			both := append(append([]Piece{}, a...), b...)
			out.Any = append(out.Any, both[:min(len(both), mostPieces)])
		}
	}
	return out
}

// Or is met where one of the needles is. It reports false where there are too
// many.
func (n Needle) Or(other Needle) (Needle, bool) {
	if len(n.Any)+len(other.Any) > mostLists {
		return Needle{}, false
	}
	return Needle{append(append([][]Piece{}, n.Any...), other.Any...)}, true
}

// Fits reports whether a word is one that the piece is a part of.
func (p Piece) Fits(word []byte) bool {
	switch {
	case p.OpenLeft && p.OpenRight:
		return bytes.Contains(word, []byte(p.Text))
	case p.OpenLeft:
		return bytes.HasSuffix(word, []byte(p.Text))
	case p.OpenRight:
		return bytes.HasPrefix(word, []byte(p.Text))
	}
	return string(word) == p.Text
}

// In reports whether a text has the words.
func (n Needle) In(t *Text) bool {
	for _, pieces := range n.Any {
		if t.hasAll(pieces) {
			return true
		}
	}
	return false
}

func (t *Text) hasAll(pieces []Piece) bool {
	for _, p := range pieces {
		if !t.has(p) {
			return false
		}
	}
	return true
}

func (t *Text) has(p Piece) bool {
	for i := range t.Len() {
		t.scanner.step(1)
		if p.Fits(t.word(i)) {
			return true
		}
	}
	return false
}

// Same reports whether all characters are the same when folded, and Separates
// whether none is part of a word.
func Same(characters []rune) bool {
	for _, r := range characters[1:] {
		if foldOf(r) != foldOf(characters[0]) {
			return false
		}
	}
	return true
}

// Separates reports whether no character is part of a word.
func Separates(characters []rune) bool {
	for _, r := range characters {
		if foldOf(r).class != separator {
			return false
		}
	}
	return true
}
