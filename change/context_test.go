package change_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/study"
)

func said(findings []report.Finding) (out []string) {
	for _, f := range findings {
		line := strings.TrimPrefix(f.Rule, "change-") + " " + f.Message
		for _, related := range f.Related {
			if related.Range.Start.Line == 0 {
				line += " | " + related.Message
			}
		}
		out = append(out, line)
	}
	return out
}

// contexts compares the bundled context with a changed one.
func contexts(t *testing.T, was, is string, studies ...string) []report.Finding {
	t.Helper()
	old := string(jsonld.BundledContext())
	now := strings.Replace(old, was, is, 1)
	if now == old && was != is {
		t.Fatalf("the context has no %s", was)
	}
	var in change.Studies
	if studies != nil {
		input, err := study.Open(studies, nil)
		if err != nil {
			t.Fatal(err)
		}
		in = input
	}
	found, err := change.Contexts(context.Background(), change.File{Name: "old.jsonld", Text: []byte(old)}, change.File{Name: "new.jsonld", Text: []byte(now)}, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestContexts(t *testing.T) {
	const sample = "../testdata/sample.json"
	for name, tt := range map[string]struct{ was, is, want string }{
		"nothing":        {"ctg:acronym", "ctg:acronym", ""},
		"an IRI":         {`"acronym": "ctg:acronym"`, `"acronym": "ctg:short_name"`, `triples the term "acronym" of Study stands for https://clinicaltrials.gov/ns/short_name, before for https://clinicaltrials.gov/ns/acronym | the triples of 1 of 1 studies change (triples: 1 go, 1 come); first in | before: <https://clinicaltrials.gov/study/NCT99990000> <https://clinicaltrials.gov/ns/acronym> "LULLABY" . | after:  <https://clinicaltrials.gov/study/NCT99990000> <https://clinicaltrials.gov/ns/short_name> "LULLABY" .`},
		"a datatype":     {`"acronym": "ctg:acronym"`, `"acronym": {"@id": "ctg:acronym", "@type": "xsd:token"}`, `triples the term "acronym" of Study has @type http://www.w3.org/2001/XMLSchema#token, before neither type nor container | the triples of 1 of 1 studies change (triples: 1 go, 1 come); first in | before: <https://clinicaltrials.gov/study/NCT99990000> <https://clinicaltrials.gov/ns/acronym> "LULLABY" . | after:  <https://clinicaltrials.gov/study/NCT99990000> <https://clinicaltrials.gov/ns/acronym> "LULLABY"^^<http://www.w3.org/2001/XMLSchema#token> .`},
		"dropped":        {`"acronym": "ctg:acronym",`, ``, `triples the term "acronym" of Study is dropped; it stood for https://clinicaltrials.gov/ns/acronym | the triples of 1 of 1 studies change (triples: 1 go, 0 come); first in | before: <https://clinicaltrials.gov/study/NCT99990000> <https://clinicaltrials.gov/ns/acronym> "LULLABY" .`},
		"added":          {`"acronym": "ctg:acronym",`, `"acronym": "ctg:acronym", "somethingNew": "ctg:new",`, `term the term "somethingNew" of Study is added; it stands for https://clinicaltrials.gov/ns/new | the triples of 0 of 1 studies change`},
		"not met":        {`"whyStopped": "ctg:why_stopped"`, `"whyStopped": "ctg:reason"`, `term the term "whyStopped" of Study stands for https://clinicaltrials.gov/ns/reason, before for https://clinicaltrials.gov/ns/why_stopped | the triples of 0 of 1 studies change`},
		"a class":        {`"@id": "ctg:SponsorEntry"`, `"@id": "ctg:Sponsor"`, `triples the term "SponsorEntry" stands for https://clinicaltrials.gov/ns/Sponsor, before for https://clinicaltrials.gov/ns/SponsorEntry | the triples of 1 of 1 studies change (triples: 1 go, 1 come); first in | before: <https://clinicaltrials.gov/study/NCT99990000#lead-sponsor> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://clinicaltrials.gov/ns/SponsorEntry> . | after:  <https://clinicaltrials.gov/study/NCT99990000#lead-sponsor> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://clinicaltrials.gov/ns/Sponsor> .`},
		"another way of": {`"acronym": "ctg:acronym"`, `"acronym": {"@id": "https://clinicaltrials.gov/ns/acronym"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(said(contexts(t, tt.was, tt.is, sample)), "\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPruningLosesNothing holds that what a change does to a part of a study is
// what it does to the whole: the whole is tried where the vocabulary changes.
func TestPruningLosesNothing(t *testing.T) {
	terms := []string{`"name": "schema:name"`, `"groupIds": { "@id": "ctg:group", "@type": "@id" }`, `"armsInterventionsModule": "@nest"`}
	studies, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(studies) == 0 {
		t.Fatal(studies, err)
	}
	studies = portion.Of(studies, 4)
	for _, was := range portion.Of(terms, 2) {
		is := strings.Replace(was, "ctg:", "tw:", 1)
		is = strings.Replace(strings.Replace(is, "schema:", "tw:", 1), `"@nest"`, `"tw:module"`, 1)
		part := contexts(t, was, is, studies...)
		whole := contexts(t, was, is+`, "@language": null`, studies...)
		if a, b := evidence(part), evidence(whole); a != b || a == "" {
			t.Errorf("%s: by parts %s, as a whole %s", was, a, b)
		}
	}
}

// evidence is what the first finding on a term says about studies.
func evidence(findings []report.Finding) string {
	for _, f := range findings {
		if f.Rule == "change-triples" {
			var out []string
			for _, related := range f.Related {
				if related.Range.Start.Line == 0 {
					out = append(out, related.Message)
				}
			}
			return strings.Join(out, "\n")
		}
	}
	return ""
}

func TestContextsWithoutStudies(t *testing.T) {
	got := said(contexts(t, `"acronym": "ctg:acronym"`, `"acronym": "ctg:short_name"`))
	want := []string{`triples the term "acronym" of Study stands for https://clinicaltrials.gov/ns/short_name, before for https://clinicaltrials.gov/ns/acronym`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := change.Contexts(context.Background(), change.File{Name: "a", Text: []byte("{}")}, change.File{Name: "b", Text: []byte("{}")}, nil, nil); err == nil || err.Error() != "a:1:1: this is not a JSON-LD context, expected a JSON object with @context" {
		t.Error(err)
	}
}

func ExampleContexts() {
	old := change.File{Name: "old.jsonld", Text: []byte(`{"@context": {"acronym": "https://example.org/acronym"}}`)}
	now := change.File{Name: "new.jsonld", Text: []byte(`{"@context": {"acronym": "https://example.org/short"}}`)}
	found, err := change.Contexts(context.Background(), old, now, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range found {
		fmt.Println(f.Severity, f.Message)
	}
	// Output: error the term "acronym" stands for https://example.org/short, before for https://example.org/acronym
}

func TestRealStudies(t *testing.T) {
	const studies = "../../shared/data/golden"
	if _, err := os.Stat(studies); err != nil {
		t.Skip("../shared is absent: contexts were not compared on real studies")
	}
	got := said(contexts(t, `"briefTitle": "schema:name"`, `"briefTitle": "ctg:brief_title"`, studies))
	if len(got) != 1 || !strings.Contains(got[0], " studies change") || !strings.Contains(got[0], "<https://clinicaltrials.gov/ns/brief_title>") || !strings.Contains(got[0], "<https://schema.org/name>") {
		t.Errorf("%q", got)
	}
	all := strings.Split(strings.SplitAfter(got[0], "the triples of ")[1], " ")
	if all[0] != all[2] || all[0] == "0" {
		t.Errorf("every study has a title, but %s of %s change", all[0], all[2])
	}
}
