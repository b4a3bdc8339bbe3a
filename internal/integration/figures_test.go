//go:build integration

package integration

import (
	"bytes"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/study"
)

var update = flag.Bool("update", false, "write docs/explanations/figures.md")

// tally counts the output of a run over all studies.
type tally struct{ studies, quads, shared, bytes int }

// tallyOf converts all studies; the shared lines count once.
func tallyOf(t *testing.T, o *mapping.Options) (sum tally) {
	t.Helper()
	in, err := study.Open([]string{allStudies(t)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, seen := engine(t, o).NewConverter(), map[string]bool{}
	var out mapping.Output
	for r, err := range in.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out.Reset()
		if err := c.Convert(r.JSON, &out); err != nil {
			t.Fatal(err)
		}
		sum.studies++
		sum.quads += bytes.Count(out.Record, []byte("\n"))
		sum.bytes += len(out.Record)
		for line := range bytes.Lines(out.Shared) {
			if !seen[string(line)] {
				seen[string(line)] = true
				sum.shared++
				sum.bytes += len(line)
			}
		}
	}
	return sum
}

// TestFigures writes the table of docs/explanations/figures.md with -update, and else only
// shows it: the figures hang on the studies at hand.
func TestFigures(t *testing.T) {
	whole := tallyOf(t, nil)
	all := float64(whole.quads + whole.shared)
	var b strings.Builder
	fmt.Fprintf(&b, "# Figures\n\nCounted on %d real studies by `go test -tags integration ./internal/integration -run Figures -update`.\n\n", whole.studies)
	fmt.Fprintf(&b, "A study has %.0f quads of its own on average; the graph that all of them share has %d in all. N-Quads take %.1f kB a study.\n\n",
		float64(whole.quads)/float64(whole.studies), whole.shared, float64(whole.bytes)/1000/float64(whole.studies))
	b.WriteString("## What each part takes\n\nEach part is left out with `--no PART`; the share is of the quads that are then missing. Parts within parts are counted\nin both (`results` holds `flow`, `baseline`, `outcome-measures` and `adverse-events`).\n\n| part | quads a study | share of quads | share of bytes |\n|---|---:|---:|---:|\n")
	for _, part := range mapping.Parts() {
		less := tallyOf(t, &mapping.Options{Without: []string{part}})
		n, size := whole.quads+whole.shared-less.quads-less.shared, whole.bytes-less.bytes
		fmt.Fprintf(&b, "| `%s` | %.1f | %.1f %% | %.1f %% |\n", part, float64(n)/float64(whole.studies), 100*float64(n)/all, 100*float64(size)/float64(whole.bytes))
	}
	b.WriteString("\n## What each profile takes\n\n| flags | quads a study | MB of N-Quads | share of bytes |\n|---|---:|---:|---:|\n")
	for _, p := range profiles() {
		x := tallyOf(t, &p.options)
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.1f %% |\n", p.flags, float64(x.quads+x.shared)/float64(x.studies), float64(x.bytes)/1e6, 100*float64(x.bytes)/float64(whole.bytes))
	}
	t.Log(b.String())
	if *update {
		save(t, "../../docs/explanations/figures.md", []byte(b.String()))
	}
}

type profile struct {
	flags   string
	options mapping.Options
}

func profiles() []profile {
	return []profile{
		{"none: everything", mapping.Options{}},
		{"`--enum=concept`", mapping.Options{Concepts: true}},
		{"`--calc=off`", mapping.Options{NoComputed: true}},
		{"`--geo=none`", mapping.Options{NoWKT: true, NoWGS84: true}},
		{"`--no browse,contacts`", mapping.Options{Without: []string{"browse", "contacts"}}},
		{"`--no browse,contacts,geo,results`", mapping.Options{Without: []string{"browse", "contacts", "geo", "results"}}},
		{"`--profile core`", mapping.Options{Profile: mapping.Core}},
		{"`--base https://example.org/`", mapping.Options{Base: "https://example.org/"}},
	}
}
