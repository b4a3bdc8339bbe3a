package jsonpath

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/dlclark/regexp2/v2"
)

// Regexp is a regular expression with the meaning it has in JavaScript. What
// Go's linear-time engine knows runs there; look-arounds and back-references
// run in a backtracking engine under a time limit.
type Regexp struct {
	text string
	fast *regexp.Regexp
	slow *regexp2.Regexp
	// units tells that it sees UTF-16 code units, as it does without the flag u.
	units bool
}

// CompileRegexp compiles a pattern as it stands between slashes in
// JavaScript, with its flags (of g, i, m, s, u, y).
func CompileRegexp(pattern, flags string) (*Regexp, error) {
	r := &Regexp{text: "/" + pattern + "/" + flags}
	if bad := strings.Trim(flags, "gimsuyd"); bad != "" {
		return nil, fmt.Errorf("invalid regular expression %s: unknown flag %q", r.text, bad)
	}
	inline := ""
	for _, flag := range "ims" {
		if strings.ContainsRune(flags, flag) {
			inline += string(flag)
		}
	}
	r.units = !strings.ContainsRune(flags, 'u')
	pattern = translated(pattern, !r.units)
	if err := r.compile(pattern, inline); err != nil {
		return nil, fmt.Errorf("invalid regular expression %s: %w", r.text, err)
	}
	return r, nil
}

func (r *Regexp) compile(pattern, inline string) error {
	prefix := ""
	if inline != "" {
		prefix = "(?" + inline + ")"
	}
	if fast, err := regexp.Compile(prefix + pattern); err == nil {
		r.fast = fast
		return nil
	}
	options := regexp2.ECMAScript
	if strings.Contains(inline, "i") {
		options |= regexp2.IgnoreCase
	}
	if strings.Contains(inline, "m") {
		options |= regexp2.Multiline
	}
	slow, err := regexp2.Compile(pattern, options)
	if err != nil {
		return err
	}
	slow.MatchTimeout = 5 * time.Second
	r.slow = slow
	return nil
}

// String returns the expression in slashes.
func (r *Regexp) String() string { return r.text }

// MatchString reports whether the expression matches somewhere in s. Its error
// is that of a match that took too long.
func (r *Regexp) MatchString(s string) (bool, error) {
	if r.units {
		s = splitUnits(s)
	}
	if r.fast != nil {
		return r.fast.MatchString(s), nil
	}
	ok, err := r.slow.MatchString(s)
	if err != nil {
		return false, fmt.Errorf("regular expression %s took too long on a text of %d bytes", r.text, len(s))
	}
	return ok, nil
}

func (r *Regexp) replace(s, with string) string {
	if r.fast == nil || r.units && splitUnits(s) != s {
		return s
	}
	if strings.HasSuffix(r.text, "g") {
		return r.fast.ReplaceAllString(s, with)
	}
	at := r.fast.FindStringIndex(s)
	if at == nil {
		return s
	}
	return s[:at[0]] + with + s[at[1]:]
}

// Source is the expression without its slashes and flags.
func (r *Regexp) Source() string {
	return r.text[1:strings.LastIndexByte(r.text, '/')]
}

// surrogates is where the halves of surrogate pairs stand in place of a
// character outside of the basic plane: Go has no text of halves.
const surrogates = 0xF0000

// splitUnits writes a text in UTF-16 code units, each a character of its own.
func splitUnits(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > 0xFFFF }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if high, low := utf16.EncodeRune(r); r > 0xFFFF {
			b.WriteRune(surrogates + high - 0xD800)
			b.WriteRune(surrogates + low - 0xD800)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// translated writes the escapes of a pattern for engines that know fewer:
// \u1234 and, with the flag u, \u{1234} become the characters, and without it
// \p and \P are letters (ECMA-262, annex B).
func translated(pattern string, unicodeFlag bool) string {
	if !unicodeFlag {
		pattern = splitUnits(pattern)
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '\\' || i+1 >= len(pattern) {
			b.WriteByte(pattern[i])
			continue
		}
		i++
		code, length := codePoint(pattern[i:], unicodeFlag)
		switch c := pattern[i]; {
		case length > 0:
			b.WriteString(literally(code))
			i += length - 1
		case !unicodeFlag && (c == 'p' || c == 'P'):
			b.WriteByte(c)
			if strings.HasPrefix(pattern[i+1:], "{") {
				b.WriteByte('\\')
			}
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

// codePoint reads u1234, a pair of these, or u{1234}; length is 0 for others.
func codePoint(s string, unicodeFlag bool) (code rune, length int) {
	if end := strings.IndexByte(s, '}'); unicodeFlag && strings.HasPrefix(s, "u{") && end > 2 && end < 10 && isHex(s[2:end]) {
		n, _ := strconv.ParseUint(s[2:end], 16, 32)
		return rune(n), end + 1
	}
	if len(s) < 5 || s[0] != 'u' || !isHex(s[1:5]) {
		return 0, 0
	}
	n, _ := strconv.ParseUint(s[1:5], 16, 32)
	if code = rune(n); !utf16.IsSurrogate(code) {
		return code, 5
	}
	if len(s) >= 11 && s[5] == '\\' && s[6] == 'u' && isHex(s[7:11]) {
		low, _ := strconv.ParseUint(s[7:11], 16, 32)
		if pair := utf16.DecodeRune(code, rune(low)); pair != unicode.ReplacementChar && unicodeFlag {
			return pair, 11
		}
	}
	return surrogates + code - 0xD800, 5
}

// literally writes a character so that it stands for itself in a pattern.
func literally(r rune) string {
	if r < 0x80 && unicode.IsPrint(r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' {
		return `\` + string(r)
	}
	return string(r)
}

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
