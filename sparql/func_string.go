package sparql

import (
	"crypto/md5" //nolint:gosec // MD5 is a function of the language
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // SHA1 is a function of the language
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/trialweave/trialweave/rdf"
)

// stringFunctions are those on strings (section 17.4.3) and hashes.
var stringFunctions = map[string]func([]value) (value, error){
	"STRLEN": func(a []value) (value, error) {
		return ofText(a[0], func(s string) value { return integer(int64(utf8.RuneCountInString(s))) })
	},
	"UCASE": func(a []value) (value, error) { return mapText(a[0], upper) },
	"LCASE": func(a []value) (value, error) { return mapText(a[0], lower) },
	"ENCODE_FOR_URI": func(a []value) (value, error) {
		return ofText(a[0], func(s string) value { return text(encodeForURI(s)) })
	},
	"CONTAINS":    func(a []value) (value, error) { return compareText(a, strings.Contains) },
	"STRSTARTS":   func(a []value) (value, error) { return compareText(a, strings.HasPrefix) },
	"STRENDS":     func(a []value) (value, error) { return compareText(a, strings.HasSuffix) },
	"STRBEFORE":   func(a []value) (value, error) { return cutText(a, false) },
	"STRAFTER":    func(a []value) (value, error) { return cutText(a, true) },
	"SUBSTR":      substring,
	"LANGMATCHES": langMatches,
	"MD5":         func(a []value) (value, error) { return hashed(a[0], md5.New()) },  //nolint:gosec // a function of the language
	"SHA1":        func(a []value) (value, error) { return hashed(a[0], sha1.New()) }, //nolint:gosec // a function of the language
	"SHA256":      func(a []value) (value, error) { return hashed(a[0], sha256.New()) },
	"SHA384":      func(a []value) (value, error) { return hashed(a[0], sha512.New384()) },
	"SHA512":      func(a []value) (value, error) { return hashed(a[0], sha512.New()) },
}

// upper and lower use the full case mappings (XPath fn:upper-case).
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und).String(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func ofText(v value, f func(string) value) (value, error) {
	if !v.textual() {
		return value{}, errType
	}
	return f(v.term.Value), nil
}

// mapText keeps the language of the argument.
func mapText(v value, f func(string) string) (value, error) {
	return ofText(v, func(s string) value { return like(v, f(s)) })
}

func like(v value, s string) value {
	if v.kind == kindLang {
		return value{kind: kindLang, term: rdf.DirLangString(s, v.term.Language, v.term.Direction)}
	}
	return text(s)
}

// compatible reports whether two strings can be arguments of one function
// (section 17.4.3.1.2).
func compatible(a, b value) bool {
	return a.textual() && b.textual() && (b.kind == kindString || a.kind == kindLang && sameLanguage(a, b))
}

func compareText(a []value, f func(s, part string) bool) (value, error) {
	if !compatible(a[0], a[1]) {
		return value{}, errType
	}
	return boolean(f(a[0].term.Value, a[1].term.Value)), nil
}

func cutText(a []value, after bool) (value, error) {
	if !compatible(a[0], a[1]) {
		return value{}, errType
	}
	head, tail, found := strings.Cut(a[0].term.Value, a[1].term.Value)
	switch {
	case !found:
		return text(""), nil
	case after:
		return like(a[0], tail), nil
	}
	return like(a[0], head), nil
}

func concat(e *evaluator, a []value) (value, error) {
	size := 0
	for _, v := range a {
		if !v.textual() {
			return value{}, errType
		}
		size += len(v.term.Value)
	}
	e.checkText(size)
	var b strings.Builder
	b.Grow(size)
	for _, v := range a {
		b.WriteString(v.term.Value)
	}
	for _, v := range a {
		if v.kind != kindLang || v.term.Language != a[0].term.Language || v.term.Direction != a[0].term.Direction {
			return text(b.String()), nil
		}
	}
	if len(a) == 0 {
		return text(""), nil
	}
	return like(a[0], b.String()), nil
}

// substring counts characters from 1 and rounds (XPath fn:substring).
func substring(a []value) (value, error) {
	if !a[0].textual() || !a[1].numeric() || len(a) > 2 && !a[2].numeric() {
		return value{}, errType
	}
	from := roundHalfUp(a[1].asFloat())
	to := float64(1 << 62)
	if len(a) > 2 {
		to = from + roundHalfUp(a[2].asFloat())
	}
	var b strings.Builder
	at := 1.0
	for _, r := range a[0].term.Value {
		if at >= from && at < to {
			b.WriteRune(r)
		}
		at++
	}
	return like(a[0], b.String()), nil
}

func roundHalfUp(f float64) float64 {
	v, err := numberFunctions["ROUND"]([]value{floatValue(f, kindDouble)})
	if err != nil {
		return f
	}
	return v.float
}

// encodeForURI leaves the unreserved characters of RFC 3986 alone.
func encodeForURI(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// langMatches is the basic filtering of RFC 4647, section 3.3.1.
func langMatches(a []value) (value, error) {
	if a[0].kind != kindString || a[1].kind != kindString {
		return value{}, errType
	}
	tag, rng := strings.ToLower(a[0].term.Value), strings.ToLower(a[1].term.Value)
	if rng == "*" {
		return boolean(tag != ""), nil
	}
	return boolean(tag == rng || strings.HasPrefix(tag, rng+"-")), nil
}

// flagsOf are the flags of REGEX and REPLACE, the last of the arguments.
func flagsOf(a []value) (string, bool) {
	if len(a) == 0 {
		return "", true
	}
	return a[0].term.Value, a[0].kind == kindString
}

func matchRegex(e *evaluator, a []value) (value, error) {
	flags, ok := flagsOf(a[2:])
	if !ok || !a[0].textual() || a[1].kind != kindString {
		return value{}, errType
	}
	re, err := e.regex(a[1].term.Value, flags)
	if err != nil {
		return value{}, err
	}
	return boolean(e.matches(re, a[0].term.Value)), nil
}

func replaceRegex(e *evaluator, a []value) (value, error) {
	flags, ok := flagsOf(a[3:])
	if !ok || !a[0].textual() || a[1].kind != kindString || a[2].kind != kindString {
		return value{}, errType
	}
	re, err := e.regex(a[1].term.Value, flags)
	if err != nil {
		return value{}, err
	}
	template, ok := []replacementPart{{group: -1, text: a[2].term.Value}}, true
	if !strings.Contains(flags, "q") {
		template, ok = replacement(a[2].term.Value, re.groups)
	}
	if !ok {
		return value{}, errType
	}
	out, err := e.replaceAll(re, a[0].term.Value, template)
	if err != nil {
		return value{}, err
	}
	return like(a[0], out), nil
}

func hashed(v value, h hash.Hash) (value, error) {
	if v.kind != kindString {
		return value{}, errType
	}
	h.Write([]byte(v.term.Value))
	return text(hex.EncodeToString(h.Sum(nil))), nil
}

// newUUID makes a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
