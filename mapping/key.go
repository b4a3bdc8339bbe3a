package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if isNormal(s) {
		return s
	}
	return string(appendNormal(nil, s))
}

// appendNormal appends the normal form.
func appendNormal(dst []byte, s string) []byte {
	from := len(dst)
	if norm.NFC.QuickSpanString(s) == len(s) {
		dst = append(dst, s...)
	} else {
		dst = norm.NFC.AppendString(dst, s)
	}
	return collapse(dst, from)
}

// collapse makes runs of White_Space after from one space, in place, and takes
// them away at both ends.
func collapse(b []byte, from int) []byte {
	to, space := from, false
	for i := from; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if unicode.IsSpace(r) {
			space = to > from
		} else {
			if space {
				b[to] = ' '
				to++
				space = false
			}
			to += copy(b[to:], b[i:i+n])
		}
		i += n
	}
	return b[:to]
}

// isNormal recognizes what normalize leaves as it is, if it is ASCII.
func isNormal(s string) bool {
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x80 {
			if c >= 0x80 || c >= '\t' && c <= '\r' || c == ' ' && last == ' ' {
				return false
			}
		}
		last = c
	}
	return s == "" || last != ' '
}

// hashKey hashes the parts of a natural key: the first n hex digits of the
// SHA-256 of the normalized parts joined by U+001F. An absent part is empty.
func hashKey(n int, parts ...string) string {
	var b []byte
	for i, p := range parts {
		if i > 0 {
			b = append(b, keySeparator)
		}
		b = append(b, normalize(p)...)
	}
	return string(appendHash(nil, n, b))
}

const keySeparator = 0x1f

// appendHash appends the first n hex digits of the SHA-256 of the key.
func appendHash(dst []byte, n int, key []byte) []byte {
	sum := sha256.Sum256(key)
	return hex.AppendEncode(dst, sum[:n/2])
}

const upperHex = "0123456789ABCDEF"

// escapeKey writes an identifier of the registry into a fragment. All but
// letters, digits, ".", "_" and "~" is percent-encoded, "-" too, since it
// separates the parts of a fragment; and so is the first letter of what looks
// like one of our own positions (p0, m12).
func escapeKey(s string) string { return string(appendKey(nil, s)) }

func appendKey(dst []byte, s string) []byte {
	if plainKey(s) {
		return append(dst, s...)
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; keyByte(c) && (i > 0 || !position(s)) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// plainKey recognizes the usual ids: capitals and digits, which stay.
func plainKey(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < '0' || c > 'Z' || c > '9' && c < 'A' {
			return false
		}
	}
	return true
}

func keyByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.' || c == '_' || c == '~'
}

// position reports whether s is a small letter followed by digits alone.
func position(s string) bool {
	if len(s) < 2 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

// appendFile appends a file name as it stands in a URL (RFC 3986, section 3.3).
func appendFile(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; keyByte(c) || c == '-' {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// blank reports whether there is nothing but white space in s.
func blank(s string) bool {
	return s == "" || (s[0] <= ' ' || s[0] >= 0x80) && strings.TrimSpace(s) == ""
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
