package mapping_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping"
)

// TestFormsSayTheSame: the one document of each form gives the quads of its studies.
func TestFormsSayTheSame(t *testing.T) {
	e := engine(t, nil)
	studies := portion.Of(fixtures(t)[:9], 3)
	for i, form := range []mapping.Form{mapping.Annotated, mapping.Expanded, mapping.Compacted} {
		c, err := e.NewFormConverter(form)
		if err != nil {
			t.Fatal(err)
		}
		for j, f := range studies {
			if !portion.Full() && i != j {
				continue // each form of another study
			}
			var out mapping.Output
			if err := c.Convert(f.data, &out); err != nil {
				t.Fatal(err)
			}
			want := convert(t, nil, f.data)
			got := quadsOfDocument(t, e.Frame(form), &out)
			if diff := differing(string(want.Record)+string(want.Shared), got); diff != "" {
				t.Errorf("%s, %s: %s", form, f.name, diff)
			}
		}
	}
}

func quadsOfDocument(t *testing.T, frame mapping.Frame, out *mapping.Output) string {
	t.Helper()
	nodes := strings.ReplaceAll(strings.TrimSpace(string(out.Shared)), "\n", ",")
	text := frame.Head + frame.SharedHead + nodes + frame.SharedTail + "," + string(out.Record) + frame.Tail
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	o := ld.NewJsonLdOptions("")
	o.Format = "application/n-quads"
	quads, err := ld.NewJsonLdProcessor().ToRDF(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, q := range quadsOf(t, []byte(quads.(string))) {
		b.WriteString(q.String() + "\n")
	}
	return b.String()
}

// differing returns a line that only one of two sets has.
func differing(want, got string) string {
	set := func(s string) []string {
		var lines []string
		lines = append(lines, strings.Split(strings.TrimSpace(s), "\n")...)
		slices.Sort(lines)
		return slices.Compact(lines)
	}
	w, g := set(want), set(got)
	for _, line := range w {
		if _, ok := slices.BinarySearch(g, line); !ok {
			return "lost " + line
		}
	}
	for _, line := range g {
		if _, ok := slices.BinarySearch(w, line); !ok {
			return "new " + line
		}
	}
	return ""
}
