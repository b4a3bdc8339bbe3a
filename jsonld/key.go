package jsonld

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Lengths of the hashes in IRIs, in hex digits.
const (
	ownHash    = 12
	sharedHash = 16
)

// normalize brings a natural key's part into the form that is hashed and
// compared: NFC, with runs of Unicode White_Space made one space, and none at
// the ends. Case stays: the tables of case folding change between versions of
// Unicode.
func normalize(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// hashKey hashes the parts of a natural key: the first n hex digits of the
// SHA-256 of the normalized parts joined by U+001F. An absent part is empty.
func hashKey(n int, parts ...string) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte(0x1f)
		}
		b.WriteString(normalize(p))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])[:n]
}

const upperHex = "0123456789ABCDEF"

// escapeKey writes an identifier of the registry into a fragment. All but
// letters, digits, ".", "_" and "~" is percent-encoded, "-" too, since it
// separates the parts of a fragment; and so is the first letter of what looks
// like one of our own positions (p0, m12).
func escapeKey(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; keyByte(c) && (i > 0 || !position(s)) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

func keyByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.' || c == '_' || c == '~'
}

// position says whether s is a small letter followed by digits alone.
func position(s string) bool {
	if len(s) < 2 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

// escapeFile writes a file name into a URL (RFC 3986, section 3.3).
func escapeFile(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; keyByte(c) || c == '-' {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// webPage returns the address of a link as an IRI, where it is an absolute
// http or https URL of nothing but the characters of RFC 3986. The registry
// serves "&" as "&amp;" there.
func webPage(s string) (string, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), "&amp;", "&")
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return "", false
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	if host == "" || strings.ContainsAny(host, "?#%[]") || !urlBytes(rest) {
		return "", false
	}
	return s, true
}

// urlBytes checks the bytes of a URL after "//": the characters of RFC 3986,
// whole percent-encodings, and one "#" at most.
func urlBytes(s string) bool {
	hashes := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%':
			if i+2 >= len(s) || !hexByte(s[i+1]) || !hexByte(s[i+2]) {
				return false
			}
		case c == '#':
			hashes++
		case !keyByte(c) && !strings.ContainsRune("-/?:@!$&'()*+,;=", rune(c)):
			return false
		}
	}
	return hashes <= 1
}

func hexByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f'
}
