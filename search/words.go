package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxWord bounds the bytes of a word; what follows is cut off.
const maxWord = 64

// maxWords bounds the words of a query.
const maxWords = 32

// eachWord calls yield with every word of a text in its normal form: in small
// letters, without diacritics, and without the s of an English plural. Asterisk
// reports whether one follows the word.
func eachWord(text string, yield func(word string, asterisk bool)) {
	start := -1
	for i, r := range text {
		inside := r < 0x80 && isASCIIWord(byte(r)) || r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			yield(normal(text[start:i]), r == '*')
			start = -1
		}
	}
	if start >= 0 {
		yield(normal(text[start:]), false)
	}
}

func isASCIIWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func normal(word string) string {
	word = singular(strings.ToLower(folded(word)))
	if len(word) > maxWord {
		word = strings.ToValidUTF8(word[:maxWord], "")
	}
	return word
}

// folded is a word without its diacritics.
func folded(word string) string {
	ascii := true
	for i := range len(word) {
		ascii = ascii && word[i] < 0x80
	}
	if ascii {
		return word
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word))
}

// singular cuts the s of an English plural off, so that a study of cancers is
// found by cancer. Words in ss, us and is are no plurals.
func singular(word string) string {
	n := len(word)
	if n < 4 || word[n-1] != 's' || strings.IndexByte("sui", word[n-2]) >= 0 || word[n-2] < 'a' || word[n-2] > 'z' {
		return word
	}
	if strings.HasSuffix(word, "ies") && n > 4 {
		return word[:n-3] + "y"
	}
	return word[:n-1]
}
