package store

import (
	"crypto/sha256"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// FuzzTextInSPARQL: a literal that is written into an update is the literal that
// a SPARQL parser reads there, whatever it holds.
func FuzzTextInSPARQL(f *testing.F) {
	for _, seed := range []string{
		"plain", `\u0041`, `\\u0041`, `\\\u0041`, `\U0001F600`, "a\"b\\c\n\r\t\b\f\x01\x7f", `C:\users`, `\`, `\\`, `ends \u`, "é 漢 𝄞", `\u\u\U`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return
		}
		triple := rdf.AppendQuad(nil, rdf.Quad{Subject: rdf.IRI("urn:x:s"), Predicate: rdf.IRI("urn:x:p"), Object: rdf.String(text)})
		q, err := sparql.Parse("CONSTRUCT { "+string(appendSPARQL(nil, triple))+" } WHERE { }", "")
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for got, err := range q.Quads(t.Context(), index.NewBuilder().Build(), nil) {
			if err != nil || got.Object.Value != text {
				t.Errorf("%q is read as %q (%v)", text, got.Object.Value, err)
			}
		}
	})
}

func TestFingerprintLeavesTheDayOut(t *testing.T) {
	const (
		other = "<urn:x:s> <urn:x:p> \"o\" <urn:x:g> .\n"
		day   = "<urn:x:s> <https://clinicaltrials.gov/ns/version_holder> \"2024-12-16\" <urn:x:g> .\n"
		later = "<urn:x:s> <https://clinicaltrials.gov/ns/version_holder> \"2026-02-04\" <urn:x:g> .\n"
	)
	hashed := func(lines string) (mark, string) { return fingerprint(sha256.New(), []byte(lines)) }
	want, _ := hashed(other + other)
	for same, version := range map[string]string{
		other + day + other: "2024-12-16", day + other + other: "2024-12-16", other + other + later: "2026-02-04", other + later + other + day: "2026-02-04", other + other: "",
	} {
		if got, v := hashed(same); got != want || v != version {
			t.Errorf("%q has the fingerprint %x, expected %x, and is of %q, expected %q", same, got, want, v, version)
		}
	}
	for _, another := range []string{
		other, other + other + other, other + other + strings.Replace(day, "/ns/version", "/ns/other", 1),
	} {
		if got, _ := hashed(another); got == want {
			t.Errorf("%q has the fingerprint of another graph", another)
		}
	}
}

func TestPropertyIsFoundWhole(t *testing.T) {
	const hash = "<urn:x:s> <https://w3id.org/trialweave/ns#content_hash> \"abc\" <urn:x:g> .\n"
	for lines, want := range map[string]string{
		hash: "abc",
		"<urn:x:s> <urn:x:content_hash> \"x\" <urn:x:g> .\n" + hash:     "abc",
		"<urn:x:s> <urn:x:p> \"_hash> \" <urn:x:g> .\n" + hash:          "abc",
		"<urn:x:s> <urn:x:content_hash> \"x\" <urn:x:g> .\n":            "",
		"<urn:x:s> <https://w3id.org/trialweave/ns#content_hash> \"abc": "",
		"": "",
	} {
		if got := contentHash.of([]byte(lines)); got != want {
			t.Errorf("%q: found %q, expected %q", lines, got, want)
		}
	}
}

func TestGraphOfALine(t *testing.T) {
	for line, want := range map[string]string{
		"<urn:x:s> <urn:x:p> \"a > . b\" <urn:x:g> .\n": "urn:x:g",
		"<urn:x:s> <urn:x:p> \"o\" .\n":                 "",
		"<urn:x:s> <urn:x:p> <urn:x:o> .\n":             "",
		"<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g> .\n":   "urn:x:g",
	} {
		if got, err := parsedGraph([]byte(line)); got != want || err != nil {
			t.Errorf("%q: %q %v", line, got, err)
		}
		if got := graphOf([]byte(line)); want != "" && got != want {
			t.Errorf("%q: %q", line, got)
		}
	}
}
