package convert_test

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

var meshIRI = regexp.MustCompile(`<http://id\.nlm\.nih\.gov/mesh/([^>]*)> `)

// TestMeSHOfRealStudies: over all real studies, and all of the classic forms at
// hand, no IRI has a number that MeSH writes otherwise, and a heading has one IRI.
func TestMeSHOfRealStudies(t *testing.T) {
	const data = "../../shared/data/"
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, name := range portion.Of([]string{"classic-public-xml-visible.zip", "golden", "v2-older", "ctg-studies-visible.json.zip", "classic-json"}, 4) {
		if _, err := os.Stat(data + name); err != nil {
			t.Skipf("the real records are not at hand: %v", err)
		}
		paths = append(paths, data+name)
	}
	in, err := study.Open(paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out linesWithMeSH
	sink, err := convert.NewSink(&out, rdf.NQuads, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := convert.Run(t.Context(), in, func() convert.Converter { return engine.NewConverter() }, sink, nil); err != nil {
		t.Fatal(err)
	}
	spelled := map[string]string{} // by letter and number
	for line := range bytes.Lines(out.lines) {
		for _, m := range meshIRI.FindAllSubmatch(line, -1) {
			id := string(m[1])
			number, err := strconv.Atoi(id[1:])
			key := id[:1] + strconv.Itoa(number)
			if err != nil || !isMeSH(id[0], len(id)-1, number) {
				t.Errorf("%s is not as MeSH writes it: %s", id, line)
			}
			if other, known := spelled[key]; known && other != id {
				t.Errorf("%s and %s are one heading", id, other)
			}
			spelled[key] = id
		}
	}
	if len(spelled) < portion.Count(400, 1000) {
		t.Errorf("%d headings", len(spelled))
	}
	labels := map[string]string{}
	for line := range strings.Lines(string(out.lines)) {
		if rest, ok := strings.CutPrefix(line, "<http://id.nlm.nih.gov/mesh/"); ok && strings.Contains(rest, "#label> ") {
			id, text, _ := strings.Cut(rest, "> ")
			if other, known := labels[text]; known && other != id {
				t.Errorf("%s and %s have one label: %s", id, other, text)
			}
			labels[text] = id
		}
	}
}

// linesWithMeSH keeps of what is written the lines with an IRI of MeSH.
type linesWithMeSH struct{ lines, begun []byte }

func (w *linesWithMeSH) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		if len(w.begun) > 0 || line[len(line)-1] != '\n' {
			w.begun = append(w.begun, line...)
			line = w.begun
		}
		if line[len(line)-1] != '\n' {
			continue
		}
		if bytes.Contains(line, []byte("<http://id.nlm.nih.gov/mesh/")) {
			w.lines = append(w.lines, line...)
		}
		w.begun = w.begun[:0]
	}
	return len(p), nil
}

// isMeSH reports whether MeSH has an identifier of a letter and so many digits
// with a number. Its borders are known to lie within these limits.
func isMeSH(letter byte, digits, number int) bool {
	switch letter {
	case 'D':
		return digits == 6 && number <= 66_448 || digits == 9 && number > 66_298
	case 'C':
		return digits == 6 && number <= 590_786 || digits == 9 && number > 587_250
	}
	return false
}
