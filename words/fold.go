package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// class says what a character is within a text.
type class uint8

const (
	separator class = iota
	inside          // part of a word
	whole           // a word of its own, of a script that writes no spaces
	ignored         // as if it were not there
)

// folded is what a character becomes, whatever stands beside it: a text that
// has another one in it has the folds of that one in its own.
type folded struct {
	class class
	text  string
}

// small are the ASCII letters and digits in small letters, 0 for separators.
var small = func() (t [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			t[c] = c
		case c >= 'A' && c <= 'Z':
			t[c] = c + 'a' - 'A'
		}
	}
	return t
}()

// unspaced are the scripts in which a space does not end a word.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// foldOf folds a character: to its full case folding, decomposed for
// compatibility, without diacritics.
func foldOf(r rune) folded {
	if r < utf8.RuneSelf {
		if c := small[r]; c != 0 {
			return folded{inside, string(rune(c))}
		}
		return folded{}
	}
	switch {
	case unicode.Is(unicode.Cf, r):
		return folded{class: ignored}
	case !isWord(r):
		return folded{}
	}
	text := string(r)
	for range mostFolds {
		text = plain(norm.NFKD.String(cases.Fold().String(text)))
	}
	switch {
	case text == "":
		return folded{class: ignored}
	case unicode.In(r, unspaced...):
		return folded{whole, text}
	}
	return folded{inside, text}
}

// mostFolds is how often a character is folded until nothing changes any more:
// what it is decomposed to may have a case of its own.
const mostFolds = 3

func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.N) }

// plain leaves out diacritics, which are marks of no script of their own, and
// what cannot stand in a word.
func plain(text string) string {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if isWord(r) && !(unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r)) {
			out = utf8.AppendRune(out, oneCase(r))
		}
	}
	return string(out)
}

// oneCase is the same for all characters that differ in case alone.
func oneCase(r rune) rune {
	if r == 'ı' {
		return 'i' // the capital of both is I
	}
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if unicode.IsLetter(other) {
			least = min(least, other)
		}
	}
	return unicode.ToLower(least)
}
