package commandline_test

import (
	"testing"

	"github.com/trialweave/trialweave/internal/commandline"
)

// TestMessage prints names and answers of others: each message stays on its line,
// and its hint on one.
func TestMessage(t *testing.T) {
	const hostile = "a\x1b[31m\n::error::b\u202e"
	for text, want := range map[string]string{
		"open " + hostile + ": no such file":              `open a\u001B[31m ::error::b\u202E: no such file`,
		"mode 0644\nhint: chmod 600 " + hostile:           "mode 0644\nhint: chmod 600 a\\u001B[31m ::error::b\\u202E",
		"x\nhint: a\nhint: b":                             "x\nhint: a hint: b",
		"failed:\n\ta: refused\r\n\tb: refused":           "failed:  a: refused  b: refused",
		"unknown flag --nope\x1b, did you mean \"--no\"?": `unknown flag --nope\u001B, did you mean "--no"?`,
	} {
		if got := commandline.Message(text); got != want {
			t.Errorf("%q became %q, expected %q", text, got, want)
		}
	}
}
