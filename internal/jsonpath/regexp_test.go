package jsonpath

import (
	"strings"
	"testing"
	"time"
)

// TestRegexpSyntax judges patterns as ECMA-262 does, with the flag u (section
// 22.2.1) and without it (annex B.1.2).
func TestRegexpSyntax(t *testing.T) {
	for _, test := range []struct {
		pattern        string
		unicode, annex bool
	}{
		{`^[a-zA-Z][a-zA-Z0-9\-. ]+$`, true, true},
		{`^a$*`, false, false}, // nothing to repeat
		{`^*`, false, false},
		{`\b+`, false, false},
		{`(?=a)*`, false, true},
		{`(?<=a)*`, false, false},
		{`a**`, false, false},
		{`a{2}{3}`, false, false},
		{`a{3,2}`, false, false},
		{`a{,2}`, false, true},
		{`{`, false, true},
		{`}`, false, true},
		{`]`, false, true},
		{`\-`, false, true}, // identity escapes
		{`\_`, false, true},
		{`\a`, false, true},
		{`\Z`, false, true},
		{`\/`, true, true},
		{`[\-]`, true, true},
		{`[b-a]`, false, false},
		{`[\d-x]`, false, true},
		{`(?i)a`, false, false}, // of other languages
		{`(?P<n>a)`, false, false},
		{`(?#a)`, false, false},
		{`(?<n>a)\k<n>`, true, true},
		{`(?<n>a)\k<m>`, false, false},
		{`\k<n>`, false, true},
		{`(?<n>a)(?<n>b)`, false, false},
		{`(a)\1`, true, true},
		{`(a)\2`, false, true},
		{`\01`, false, true},
		{`\u{61}`, true, true},
		{`\u{110000}`, false, true},
		{`\x6`, false, true},
		{`\c`, false, true},
		{`\p{Letter}\p{Script=Greek}\p{Alphabetic}\P{Lu}`, true, true},
		{`\p{Emoji}`, true, true}, // valid, though it cannot be run
		{`\p{Nope}`, false, true},
		{`\pL`, false, true},
		{`[a`, false, false},
		{`(a`, false, false},
		{`a)`, false, false},
		{`\`, false, false},
	} {
		if got := ValidRegexp(test.pattern); got != test.unicode {
			t.Errorf("/%s/u is valid: %v, expected %v", test.pattern, got, test.unicode)
		}
		if _, err := CompileRegexp(test.pattern, ""); (err == nil) != test.annex {
			t.Errorf("/%s/: %v, expected it to be valid: %v", test.pattern, err, test.annex)
		}
	}
}

// TestRegexpMeaning has what engines other than JavaScript's take otherwise.
func TestRegexpMeaning(t *testing.T) {
	for _, test := range []struct {
		pattern, flags, text string
		want                 bool
	}{
		{`^a$`, "", "a\n", false},
		{`^a$`, "m", "b\ra", true},
		{`^a$`, "m", "b\u2028a", true},
		{`^a$`, "m", "b\va", false},
		{`^.$`, "", "\r", false},
		{`^.$`, "s", "\r", true},
		{`^\s$`, "", "\u00a0", true},
		{`^\s$`, "", "\u0085", false},
		{`^\a$`, "", "a", true},
		{`^\z$`, "", "z", true},
		{`^[[:alpha:]]$`, "", ":]", true},
		{`^[[:alpha:]]$`, "", "q", false},
		{`^[]$`, "", "", false},
		{`^[^]$`, "", "\n", true},
		{`^.$`, "", "😀", false},
		{`^.$`, "u", "😀", true},
		{`^[\s\D]$`, "", "5", false},
		{`^[\s\D]$`, "", "x", true},
		{`^[^\s\D]$`, "", "5", true},
		{`^\p{Script=Greek}$`, "u", "α", true},
		{`^\P{Script=Greek}$`, "u", "α", false},
		{`^(?!b)\w$`, "", "b", false},
		{`^(a|b)\1$`, "", "bb", true},
		{`^\141$`, "", "a", true},
		{`^a{1001,}$`, "", strings.Repeat("a", 1001), true},
		{`^(?i:a)b$`, "", "Ab", true},
	} {
		re, err := CompileRegexp(test.pattern, test.flags)
		if err != nil {
			t.Errorf("/%s/%s: %v", test.pattern, test.flags, err)
			continue
		}
		if got, err := re.MatchString(test.text); got != test.want || err != nil {
			t.Errorf("/%s/%s on %q: %v, %v, expected %v", test.pattern, test.flags, test.text, got, err, test.want)
		}
	}
	if _, err := CompileRegexp(`\p{Emoji}`, "u"); err == nil || !strings.Contains(err.Error(), `\p{Emoji} is valid in JavaScript, but not supported here`) {
		t.Errorf("%v", err)
	}
	deep := strings.Repeat("(", 100000) + strings.Repeat(")", 100000)
	if _, err := CompileRegexp(deep, ""); err == nil {
		t.Error("100,000 groups in one another are valid")
	}
}

func FuzzRegexp(f *testing.F) {
	for _, seed := range []string{`^[a-z\d]+(?<n>a|b)\k<n>{2,3}?$`, `[\D\S^]`, `\p{L}(?=x)`, `\u{61}\cA[\b-]`} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, unicodeFlag bool) {
		flags := ""
		if unicodeFlag {
			flags = "u"
		}
		re, err := CompileRegexp(text, flags)
		if err != nil {
			return
		}
		if _, err := re.MatchString("aA1\n é"); err != nil && !strings.Contains(err.Error(), "too long") {
			t.Error(err)
		}
	})
}

// TestSlowMatchEnds: a match that takes too long is an error that names the
// expression, and the text by its length.
func TestSlowMatchEnds(t *testing.T) {
	re, err := CompileRegexp("^(?=a)(a+)+$", "")
	if err != nil {
		t.Fatal(err)
	}
	if re.slow == nil || re.slow.MatchTimeout != 5*time.Second {
		t.Fatal("the time of a match has no limit of five seconds")
	}
	re.slow.MatchTimeout = 50 * time.Millisecond
	_, err = re.MatchString(strings.Repeat("a", 60) + "!")
	if want := "regular expression " + re.String() + " took too long on a text of 61 bytes"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
