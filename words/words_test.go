package words_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/trialweave/trialweave/words"
)

func wordsOf(text string) string {
	var out []string
	words.Each(&words.Scanner{}, text, func(word []byte, from, to int) { out = append(out, string(word)) })
	return strings.Join(out, "|")
}

func TestEach(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"Type-2 Diabetes, e.g.":             "type|2|diabetes|e|g",
		"Sjögren SJO\u0308GREN":             "sjogren|sjogren",
		"Straße STRASSE":                    "strasse|strasse",
		"ΣΊΣΥΦΟΣ σίσυφος":                   "σισυφοσ|σισυφοσ",
		"糖尿病 type":                          "糖|尿|病|type",
		"2型糖尿病":                             "2|型|糖|尿|病",
		"co\u00adoperate 10 m²":             "cooperate|10|m2",
		"ﬁbrosis\xff\xfex":                  "fibrosis|x",
		"don't":                             "don|t",
		"İstanbul":                          "istanbul",
		"\u0301a":                           "a",
		"हिन्दी":                            "हिन्दी",
		"naïve\nΔF508 β2-agonist α-blocker": "naive|δf508|β2|agonist|α|blocker",
	} {
		if got := wordsOf(text); got != want {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}

// TestFoldEveryCharacter holds the folding to what CONTAINS, LCASE, UCASE and
// the flag i of REGEX make of a character: the words stay the same.
func TestFoldEveryCharacter(t *testing.T) {
	upper, lower := cases.Upper(language.Und), cases.Lower(language.Und)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S) || unicode.In(r, unicode.Han, unicode.Hangul) {
			continue // those of the two scripts have no case
		}
		one := wordsOf("x" + string(r) + "x")
		for name, other := range map[string]string{
			"upper": upper.String(string(r)), "lower": lower.String(string(r)), "orbit": string(unicode.SimpleFold(r)), "title": string(unicode.ToTitle(r)),
			"simple upper": string(unicode.ToUpper(r)), "simple lower": string(unicode.ToLower(r)),
		} {
			if got := wordsOf("x" + other + "x"); got != one {
				t.Errorf("%U %q: %q, but its %s %q: %q", r, r, one, name, other, got)
			}
		}
	}
}

func TestParseAndMatch(t *testing.T) {
	const text = "Insulin glargine in adults with type 2 diabetes mellitus: a Sjögren sub-study"
	for query, want := range map[string]bool{
		"insulin":                               true,
		"insul":                                 false,
		"insul*":                                true,
		"INSULIN Diabetes":                      true,
		"insulin metformin":                     false,
		"insulin OR metformin":                  true,
		"insulin AND metformin":                 false,
		"insulin NOT metformin":                 true,
		"insulin -diabetes":                     false,
		`"type 2 diabetes"`:                     true,
		`"type 2 diab*"`:                        true,
		`"diabetes type"`:                       false,
		"sub-study":                             true,
		"sub-stud*":                             true,
		"sjogren":                               true,
		"metformin OR (type NOT 1)":             true,
		"(metformin OR glargine) adults":        true,
		"NOT (metformin OR glargine) adults":    false,
		"insulin AND NOT metformin":             true,
		"or":                                    false,
		"insulin or":                            false,
		"NOTHING OR insulin":                    true,
		"metformin OR insulin AND type OR xxxx": true,
	} {
		q, err := words.Parse(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got := q.Matches((&words.Scanner{}).Read(text)); got != want {
			t.Errorf("%s: %v, expected %v", query, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for query, want := range map[string]string{
		"":                             "no word",
		"...":                          "no word",
		"NOT x":                        "would match",
		"a OR NOT b":                   "would match",
		`"open`:                        "without an end",
		"(a":                           `expected ")"`,
		"a)":                           `unexpected ")"`,
		"a OR":                         "nothing on one side",
		"AND a":                        "nothing before",
		"a AND":                        "nothing behind",
		"a NOT":                        "nothing behind",
		"()":                           "nothing between",
		"a*b":                          "within a word",
		strings.Repeat("(", 100) + "a": "within one another",
		strings.Repeat("a ", 1000):     "more than 256 parts",
	} {
		if q, err := words.Parse(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, expected an error with %q", query, q, err, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("before ", 50) + "the Insulin glargine trial of insulin " + strings.Repeat("behind ", 50)
	for _, c := range []struct{ text, query, want string }{
		{"Insulin, again: insulin.", "insulin", "[Insulin], again: [insulin]."},
		{"Type 2 diabetes", `"2 diabetes" OR x`, "Type [2 diabetes]"},
		{long, "insulin", "…before before before the [Insulin] glargine trial of [insulin]" + strings.Repeat(" behind", 23) + "…"},
		{"none", "insulin", "none"},
		{"…", "insulin", "…"},
	} {
		q, err := words.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Snippet((&words.Scanner{}).Read(c.text), "[", "]"); got != c.want {
			t.Errorf("%s: %q, expected %q", c.query, got, c.want)
		}
	}
}

// FuzzNeedle holds a needle to what it is for: it fits every text that contains
// it, in any case.
func FuzzNeedle(f *testing.F) {
	f.Add("Type 2 diabetes mellitus", 3, 12)
	f.Add("Straße 糖尿病 Σίσυφος", 2, 20)
	f.Add("e\u0301clair", 1, 6)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		if !utf8.ValidString(text) {
			return
		}
		from, to = min(max(0, from), len(text)), min(max(0, to), len(text))
		if from >= to || !utf8.ValidString(text[from:to]) {
			return
		}
		n, ok := words.NeedleOf(text[from:to])
		if !ok {
			return
		}
		var s words.Scanner
		for _, form := range []string{text, strings.ToUpper(text), cases.Upper(language.Und).String(text), cases.Lower(language.Und).String(text)} {
			if !n.In(s.Read(form)) {
				t.Errorf("%q does not fit %q", text[from:to], form)
			}
		}
	})
}
