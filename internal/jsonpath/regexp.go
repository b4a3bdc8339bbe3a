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
	// Where both are there, slow is for texts with line terminators that fast does
	// not take for such.
	fast *regexp.Regexp
	slow *regexp2.Regexp
	// units tells that it sees UTF-16 code units, as it does without the flag u.
	units bool
}

// CompileRegexp compiles a pattern as it stands between slashes in JavaScript,
// with its flags (of d, g, i, m, s, u, y). What is invalid there is an error here.
func CompileRegexp(text, flags string) (*Regexp, error) {
	r := &Regexp{text: "/" + text + "/" + flags}
	if bad := strings.Trim(flags, "gimsuyd"); bad != "" {
		return nil, fmt.Errorf("invalid regular expression %s: unknown flag %q", r.text, bad)
	}
	r.units = !strings.ContainsRune(flags, 'u')
	if r.units {
		text = splitUnits(text)
	}
	p, err := readPattern(text, flags, false)
	if err == nil {
		err = r.compile(p, text, flags)
	}
	if err != nil {
		return nil, fmt.Errorf("invalid regular expression %s: %w", r.text, err)
	}
	return r, nil
}

// ValidRegexp reports whether a pattern is valid in JavaScript, with the flag u,
// whether or not it can be run here.
func ValidRegexp(text string) bool {
	_, err := readPattern(text, "u", false)
	return err == nil
}

// compile makes the engines that run a pattern: Go's, and the backtracking one for
// patterns and texts that Go's does not take as JavaScript does.
func (r *Regexp) compile(p *pattern, text, flags string) error {
	if p.unsupported != "" {
		return fmt.Errorf("%s is %w", p.unsupported, errUnsupported)
	}
	prefix := ""
	if strings.ContainsRune(flags, 'i') {
		prefix = "(?i)"
	}
	if !p.backtracks {
		r.fast, _ = regexp.Compile(prefix + p.out.String()) // too much for it is left to the other
	}
	if r.fast != nil && !p.lines {
		return nil
	}
	exact, err := readPattern(text, flags, true)
	if err != nil {
		return err
	}
	options := regexp2.ECMAScript
	if prefix != "" {
		options |= regexp2.IgnoreCase
	}
	if r.slow, err = regexp2.Compile(exact.out.String(), options); err != nil {
		return fmt.Errorf("%w: %w", errUnsupported, err)
	}
	r.slow.MatchTimeout = 5 * time.Second
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
	if r.fast != nil && (r.slow == nil || !strings.ContainsAny(s, lineTerminators[1:])) {
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

// codePoint reads u1234, a pair of these, or u{1234}; length is 0 for others.
func codePoint(s string, unicodeFlag bool) (code rune, length int) {
	if end := strings.IndexByte(s, '}'); unicodeFlag && strings.HasPrefix(s, "u{") && end > 2 && end < 10 && isHex(s[2:end]) {
		n, _ := strconv.ParseUint(s[2:end], 16, 32)
		if code = rune(n); utf16.IsSurrogate(code) {
			code += surrogates - 0xD800
		}
		return code, end + 1
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
