package aact

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestBreakLines(t *testing.T) {
	for text, want := range map[string]string{
		"Inclusion Criteria:~* one~* two~Exclusion Criteria:~* about ~10 mg": "Inclusion Criteria:\n* one\n* two\nExclusion Criteria:\n* about ~10 mg",
		"First.~~Second":                      "First.\n\nSecond",
		"Steps:~1. wash~2. dry~10. rest":      "Steps:\n1. wash\n2. dry\n10. rest",
		"Score > 7~1. not in order":           "Score > 7~1. not in order",
		"Criteria:~1. age > 7~2. in order":    "Criteria:\n1. age > 7\n2. in order",
		"a line~    * indented":               "a line\n    * indented",
		"(a) x~(b) y~iv) z~2.1. w":            "(a) x\n(b) y\niv) z\n2.1. w",
		"range 3~7 days, 0~1, 0.5~1 mg":       "range 3~7 days, 0~1, 0.5~1 mg",
		"score (0~100) and grade I~III":       "score (0~100) and grade I~III",
		"class II~III~* then":                 "class II~III\n* then",
		`about \~7 inches~* then`:             "about \\~7 inches\n* then",
		`ends with \\~* item`:                 "ends with \\\\\n* item",
		"see https://x.example.org/~user/":    "see https://x.example.org/~user/",
		"until week 1~Exclusion":              "until week 1\nExclusion",
		"a windows end\r~of line":             "a windows end\nof line",
		"~MD at the start, at the end ~":      "~MD at the start, at the end ~",
		"y~x, D-5~D-3, ++ ~ +++":              "y~x, D-5~D-3, ++ ~ +++",
		"für Männer~öffentlich~élan, α~Ωmega": "für Männer~öffentlich~élan, α~Ωmega",
		"sentence.~800 SU daily~5 SU":         "sentence.\n800 SU daily~5 SU",
	} {
		got, broken, kept := breakLines(text)
		if got != want {
			t.Errorf("%q:\n%q, expected\n%q", text, got, want)
		}
		escaped := strings.Count(text, `y \~7`) + strings.Count(text, `about \~7`)
		if n := strings.Count(text, "~") - escaped; broken+kept != n {
			t.Errorf("%q: %d broken and %d kept of %d", text, broken, kept, n)
		}
	}
}

// TestBreakLinesKeepsTheRest: whatever the text, nothing but tildes changes.
func TestBreakLinesKeepsTheRest(t *testing.T) {
	parts := []string{"~", "~~", " ", "a", "Word", "1. ", "(", ")", `\`, "7", ".", ":", "* ", "é", "\xff", "\r", "IV"}
	dice := rand.New(rand.NewPCG(1, 0))
	for range 20000 {
		var b strings.Builder
		for range dice.IntN(12) {
			b.WriteString(parts[dice.IntN(len(parts))])
		}
		text := b.String()
		got, _, _ := breakLines(text)
		if strings.ReplaceAll(got, "\n", "~") != strings.ReplaceAll(strings.ReplaceAll(text, "\r~", "~"), "\n", "~") &&
			strings.ReplaceAll(strings.ReplaceAll(got, "\n", "~"), "\r~", "~") != strings.ReplaceAll(text, "\r~", "~") {
			t.Fatalf("%q became %q", text, got)
		}
	}
}

func TestUnescaped(t *testing.T) {
	for cell, want := range map[string]string{
		`a\tb\nc\\d`: "a\tb\nc\\d", `\x41\x4a\101`: "AJA", `\q\`: `q\`, `\b\f\r\v`: "\b\f\r\v", `\xg`: "xg",
	} {
		if got := unescaped(cell); got != want {
			t.Errorf("%q: %q, expected %q", cell, got, want)
		}
	}
}
