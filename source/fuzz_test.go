package source_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/trialweave/trialweave/source"
)

// FuzzNamesAndMessages: whatever a file, a key or a value is called, a message
// about it is one line without characters that a terminal or a log obeys.
func FuzzNamesAndMessages(f *testing.F) {
	f.Add("studies.json", "/a/b", "plain")
	f.Add("x\n::error::y\x1b[31m.json", "/a\u202e", "\x1b[2J\a")
	f.Add("\u2066\u200f", "\x80\xff", "\r\n##[error]")
	f.Add("", "\u2028", "\u0085")
	f.Fuzz(func(t *testing.T, file, pointer, value string) {
		at := source.At(file, 7)
		at.Pointer = pointer
		shown := source.Visible(value)
		for what, text := range map[string]string{"value": shown, "position": at.String()} {
			if at := strings.IndexFunc(text, func(r rune) bool {
				return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
			}); at >= 0 {
				t.Errorf("%s: %q at %d of %q", what, text[at:], at, text)
			}
			if !utf8.ValidString(text) {
				t.Errorf("%s: %q is not UTF-8", what, text)
			}
		}
		if source.Visible(shown) != shown {
			t.Errorf("%q is shown as %q, and that in another way", value, shown)
		}
	})
}
