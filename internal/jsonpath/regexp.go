package jsonpath

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Regexp is a regular expression with the meaning it has in JavaScript. What
// Go's linear-time engine knows runs there; look-arounds and back-references
// run in a backtracking engine under a time limit.
type Regexp struct {
	text string
	fast *regexp.Regexp
	slow *regexp2.Regexp
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
	slow.MatchTimeout = time.Second
	r.slow = slow
	return nil
}

// String returns the expression in slashes.
func (r *Regexp) String() string { return r.text }

// MatchString reports whether the expression matches somewhere in s. Its error
// is that of a match that took too long.
func (r *Regexp) MatchString(s string) (bool, error) {
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
	if r.fast == nil {
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
