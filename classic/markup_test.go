package classic

import "testing"

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"\n      One\n      line.\n\n      Two.\n":                           "One line.\n\nTwo.",
		"\n        -  a\n\n        -  b\n\n      c\n":                        "* a\n* b\n\nc",
		"\n        9. a\n\n       10. b\n           goes on\n":               "9. a\n10. b goes on",
		"\n        -  a\n\n             1. b\n\n        -  c\n":              "* a\n\n  1. b\n* c",
		"\n        1. a\n\n        -  b\n":                                   "1. a\n\n<!-- -->\n\n* b",
		"\n        1. a\n\n           b\n\n        2. c\n":                   "1. a\n\n   b\n2. c",
		"\n      <5 *x* [y] a_b a^b a~b a|b a&b `c` \\\n":                    "\\<5 \\*x\\* \\[y\\] a\\_b a\\^b a\\~b a\\|b a\\&b \\`c\\` \\\\",
		"\n      1990. was\n\n      2) is\n\n      - dash\n\n      + plus\n": "1990\\. was\n\n2\\) is\n\n\\- dash\n\n\\+ plus",
		"":       "",
		" \r\n ": "",
	} {
		if got := markdown(in); got != want {
			t.Errorf("%q:\n%q, expected\n%q", in, got, want)
		}
	}
}

func TestEscapeText(t *testing.T) {
	if got, want := escapeText("a <b\r\n\r\n c \n"), "a \\<b\n\nc"; got != want {
		t.Errorf("%q, expected %q", got, want)
	}
}
