package classic

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// titles reads the numbers and titles of a table.
func titles(t *testing.T, in io.Reader, most int) []string {
	t.Helper()
	table, fault := NewTable(in, most)
	if fault != nil {
		return []string{fault.Error()}
	}
	var out []string
	for {
		s, err := table.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out
		case err != nil:
			out = append(out, err.Error())
			if errors.Is(err, ErrCut) || errors.Is(err, ErrLong) {
				return out
			}
		default:
			_, title, _ := strings.Cut(string(s.JSON), `"briefTitle":"`)
			title, _, _ = strings.Cut(title, `"}`)
			out = append(out, title)
		}
	}
}

// TestQuotedCells reads cells with the quoting of CSV in tables with tabs, marks
// that are text, and line ends of other systems.
func TestQuotedCells(t *testing.T) {
	const tabs, commas = "NCT Number\tStudy Title\tConditions\n", "NCT Number,Study Title\r"
	for text, want := range map[string][]string{
		tabs + "NCT99990001\t\"The \"\"best\"\" one\"\ta\nNCT99990002\tplain\tb\n":                 {`The \"best\" one`, "plain"},
		tabs + "NCT99990001\t\"a\tb\"\tx\n":                                                        {`a\u0009b`},
		tabs + "NCT99990001\t\"one\r\ntwo\n\nthree\"\tx\r\nNCT99990002\tplain\tb\n":                {`one\ntwo\n\nthree`, "plain"},
		"\"NCT Number\"\t\"Study Title\"\nNCT99990001\t\"T\"\n":                                    {"T"},
		tabs + "NCT99990001\t\"Best\" care\tx\nNCT99990002\tsay \"x\"\tb\n":                        {`\"Best\" care`, `say \"x\"`},
		tabs + "NCT99990001\t\"open\tx\nNCT99990002\tclosed\"\tb\n":                                {`\"open`, `closed\"`},
		tabs + "NCT99990001\t\"open\tx\nodd line\nNCT99990002\tplain\tb\n":                         {`\"open`, ":offset 54: the row has 1 cells, the line of names 3, expected one cell for each name", "plain"},
		commas + "NCT99990001,\"one\ntwo\"\rNCT99990002,\"one\r\ntwo\"\rNCT99990003,plain\r":       {`one\ntwo`, `one\ntwo`, "plain"},
		commas + "NCT99990001,one\ntwo\n\nthree\rNCT99990002,plain\n":                              {`one\ntwo\n\nthree`, "plain"},
		commas + "NCT99990001,one\ntwo\nNCT99990002,\"a\nb\"\rNCT99990003,c\r\nNCT99990004,d":      {`one\ntwo`, `a\nb`, "c", "d"},
		strings.ReplaceAll(tabs, "\n", "\r") + "NCT99990001\tone\ntwo\tx\rNCT99990002\tplain\tb\r": {`one\ntwo`, "plain"},
		commas + "NCT99990001,\"one\rtwo\"\rNCT99990002,plain":                                     {`one\ntwo`, "plain"},
		"\"\"\r\nNCT Number,Study Title\r\nNCT99990001,T\r\n":                                      {"T"},
		"\r\n,,\r\nsep=;\r\n\r\nNCT Number;Study Title\r\nNCT99990001;T\r\n":                       {"T"},
		"sep=\t\r\nNCT Number\tStudy Title\r\nNCT99990001\t\"one\ntwo\"\r\n":                       {`one\ntwo`},
	} {
		if !IsTable([]byte(text)) {
			t.Errorf("%q is no table", text)
		}
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(text), "bytes": iotest.OneByteReader(strings.NewReader(text))} {
			if diff := cmp.Diff(want, titles(t, in, 0)); diff != "" {
				t.Errorf("%s, %q: %s", name, text, diff)
			}
		}
	}
}

// TestQuotedBounds: a mark that is not closed does not swallow other rows, and a
// line that is too long is not lost where it was read ahead.
func TestQuotedBounds(t *testing.T) {
	const head = "NCT Number\tStudy Title\tConditions\n"
	got := titles(t, strings.NewReader(head+"NCT99990001\t\"open\tx\n"+strings.Repeat("y", 3000)+"\nNCT99990002\tplain\tb\n"), 2000)
	if len(got) != 3 || got[0] != `\"open` || !strings.Contains(got[1], "longer than a record may be") || got[2] != "plain" {
		t.Errorf("%q", got)
	}
	rows := strings.Repeat("X1\t\"open\tx\n", 50_000)
	if got := titles(t, strings.NewReader(head+rows), 0); len(got) != 50_000 {
		t.Errorf("%d rows", len(got))
	}
}
