package commandline

import (
	"strings"

	"github.com/trialweave/trialweave/source"
)

// Message is an error, or anything else that a command says, as it is printed: on
// one line, and its hint on another, with nothing in either that a terminal or a
// CI service would obey, whoever chose the names and values in it.
func Message(text string) string {
	text, hint, hinted := strings.Cut(text, "\nhint: ")
	text = oneLine(text)
	if hinted {
		text += "\nhint: " + oneLine(hint)
	}
	return text
}

var breaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ")

func oneLine(s string) string { return source.Visible(breaks.Replace(s)) }
