package source_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/trialweave/trialweave/source"
)

// TestVisible holds that a text of somebody else can neither clear a terminal,
// begin a line of a log, nor turn around what is shown.
func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"plain é": "plain é", "a\x1b[2Jb": `a\u001B[2Jb`, "x\n::error::y": `x\u000A::error::y`, "a\u202eb": `a\u202Eb`, "\u2066": `\u2066`, "": "",
	} {
		got := source.Visible(text)
		if got != want || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	at := source.Position{File: "x\n::error::y\x1b[31m.json", Offset: 3}
	if got := at.String(); strings.ContainsFunc(got, unicode.IsControl) {
		t.Errorf("%q", got)
	}
}
