package rdf

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The classes of bytes that the scanners ask for most.
const (
	notInIRI         = 1 << iota // no IRIREF may hold it, not even escaped
	escapedInLiteral             // canonical N-Quads escapes it
	alpha
	digit
	schemeByte // may follow the first letter of a scheme
	nameByte   // PN_CHARS of the ASCII range
	hexByte
)

// bytesOf is a constant table: Go has no way to say so.
var bytesOf = byteClasses()

func byteClasses() (t [256]uint8) {
	for c := range 0x21 {
		t[c] |= notInIRI
		if c < 0x20 {
			t[c] |= escapedInLiteral
		}
	}
	mark := func(chars string, class uint8) {
		for i := range len(chars) {
			t[chars[i]] |= class
		}
	}
	mark("<>\"{}|^`\\", notInIRI)
	mark("\"\\\x7f", escapedInLiteral)
	mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", alpha|schemeByte|nameByte)
	mark("0123456789", digit|schemeByte|nameByte|hexByte)
	mark("abcdefABCDEF", hexByte)
	mark("+-.", schemeByte)
	mark("_-", nameByte)
	return t
}

// runeRange is inclusive at both ends.
type runeRange struct{ first, last rune }

// isNameStart is PN_CHARS_BASE of the Turtle grammar.
func isNameStart(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0 && bytesOf[r]&alpha != 0
	}
	for _, span := range [...]runeRange{
		{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF},
		{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
		{0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
	} {
		if r <= span.last {
			return r >= span.first
		}
	}
	return false
}

// isNameChar is PN_CHARS of the Turtle grammar.
func isNameChar(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0 && bytesOf[r]&nameByte != 0
	}
	return r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040 || isNameStart(r)
}

// isLabelStart is the first character of a blank node label.
func isLabelStart(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || isNameStart(r)
}

// CheckIRI says what keeps a string from being an absolute IRI as the RDF
// syntaxes write it: a scheme, and none of the characters that the IRIREF
// production of their grammars leaves out (controls, space, <>"{}|^`\). It
// does not take the IRI apart further: RFC 3987 leaves that to each scheme.
func CheckIRI(iri string) error {
	for i := 0; i < len(iri); i++ {
		if bytesOf[iri[i]]&notInIRI != 0 {
			return fmt.Errorf("character %q in IRI %q", iri[i], iri)
		}
	}
	if schemeLength(iri) == 0 {
		return fmt.Errorf("IRI %q has no scheme", iri)
	}
	if !utf8.ValidString(iri) {
		return fmt.Errorf("IRI %q is not UTF-8", iri)
	}
	return nil
}

// schemeLength is the number of bytes before the colon of an absolute IRI (RFC
// 3986, section 3.1), 0 where there is no scheme.
func schemeLength[T string | []byte](iri T) int {
	if len(iri) == 0 || bytesOf[iri[0]]&alpha == 0 {
		return 0
	}
	for i := 1; i < len(iri); i++ {
		if iri[i] == ':' {
			return i
		}
		if bytesOf[iri[i]]&schemeByte == 0 {
			return 0
		}
	}
	return 0
}

// checkLabel says what keeps a string from being a blank node label that every
// syntax can write.
func checkLabel(label string) error {
	for i, r := range label {
		if i == 0 && !isLabelStart(r) || i > 0 && r != '.' && !isNameChar(r) {
			return fmt.Errorf("character %q in blank node label %q", r, label)
		}
	}
	if label == "" || strings.HasSuffix(label, ".") || !utf8.ValidString(label) {
		return fmt.Errorf("blank node label %q", label)
	}
	return nil
}

// checkLanguage checks the shape of a language tag: [a-zA-Z]+ ("-"
// [a-zA-Z0-9]+)* in every grammar.
func checkLanguage(tag string) error {
	if tag == "" || languageLength(tag) != len(tag) {
		return fmt.Errorf("language tag %q", tag)
	}
	return nil
}

// languageLength is the length of the language tag that s begins with.
func languageLength[T string | []byte](s T) int {
	n := 0
	for n < len(s) && bytesOf[s[n]]&alpha != 0 {
		n++
	}
	for n > 0 && n+1 < len(s) && s[n] == '-' && bytesOf[s[n+1]]&(alpha|digit) != 0 {
		n += 2
		for n < len(s) && bytesOf[s[n]]&(alpha|digit) != 0 {
			n++
		}
	}
	return n
}
