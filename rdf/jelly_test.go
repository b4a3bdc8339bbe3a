package rdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// TestJellyConformance runs the format's own cases. Those of generalized RDF, and of
// triple terms as subjects, are of statements that RDF 1.2 does not have: they are to
// be refused.
func TestJellyConformance(t *testing.T) {
	root := w3c.Dir(t, "data/jelly/test/rdf")
	for _, direction := range []string{"from_jelly", "to_jelly"} {
		for _, kind := range []string{"triples", "quads", "graphs"} {
			for _, version := range []string{"rdf_1_1", "rdf_star", "rdf_1_1_generalized", "rdf_star_generalized"} {
				folders, err := filepath.Glob(filepath.Join(root, direction, kind+"_"+version, "*_*"))
				if err != nil {
					t.Fatal(err)
				}
				if direction == "to_jelly" && kind == "graphs" {
					continue // streams of graphs are read, and not written
				}
				passed, refused := 0, 0
				for _, folder := range folders {
					isRefused, err := jellyCase(folder, direction == "from_jelly")
					switch {
					case err != nil:
						t.Errorf("%s: %v", folder, err)
					case isRefused:
						refused++
					default:
						passed++
					}
				}
				if len(folders) > 0 {
					t.Logf("conformance: %s %s_%s: %d/%d, and %d refused that are not RDF", direction, kind, version, passed, len(folders)-refused, refused)
				}
			}
		}
	}
}

// jellyCase runs a case, and reports whether it is of what RDF 1.2 does not have.
func jellyCase(folder string, from bool) (refused bool, err error) {
	negative := strings.HasPrefix(filepath.Base(folder), "neg_")
	pieces, foreign := jellyPieces(folder, map[bool]string{true: "out_", false: "in_"}[from])
	var got []rdf.Quad
	if from {
		got, err = jellyQuads(filepath.Join(folder, "in.jelly"))
	} else {
		got, err = jellyRoundTrip(folder, pieces)
	}
	taken := err == nil
	switch {
	case negative && taken:
		return false, errors.New("was taken, expected an error")
	case foreign && taken && from:
		return false, errors.New("was taken, expected an error: it is not RDF 1.2")
	case negative || foreign:
		return !negative, nil
	case !taken:
		return false, err
	}
	return false, w3c.SameGraphs(got, slices.Concat(pieces...))
}

func jellyQuads(name string) ([]rdf.Quad, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return readAll(data, rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12})
}

// jellyPieces reads the frames of a case as N-Quads. They are in the syntax of
// RDF-star, before RDF 1.2; foreign says that they are not RDF 1.2 in any syntax.
func jellyPieces(folder, prefix string) (pieces [][]rdf.Quad, foreign bool) {
	names, _ := filepath.Glob(filepath.Join(folder, prefix+"*.n*"))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, true
		}
		data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("<< "), []byte("<<( ")), []byte(" >>"), []byte(" )>>"))
		quads, err := readAll(data, rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12})
		if err != nil {
			return nil, true
		}
		pieces = append(pieces, quads)
	}
	return pieces, false
}

func jellyRoundTrip(folder string, pieces [][]rdf.Quad) ([]rdf.Quad, error) {
	options, err := os.ReadFile(filepath.Join(folder, "stream_options.jelly"))
	if err != nil {
		return nil, err
	}
	text, err := rdf.WriteJelly(options, pieces...)
	if err != nil {
		return nil, err
	}
	return readAll(text, rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12})
}

func jellyStream(t testing.TB, statements int) ([]byte, []rdf.Quad) {
	var quads []rdf.Quad
	for i := range statements {
		quads = append(quads,
			rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("http://example.org/s/%d", i%5000)), Predicate: rdf.IRI("http://example.org/ns#p"), Object: rdf.Typed(fmt.Sprint(i), rdf.XSDInteger), Graph: rdf.IRI("http://example.org/g")},
			rdf.Quad{Subject: rdf.Blank("b.1"), Predicate: rdf.IRI(fmt.Sprintf("http://other.example/%d#x", i%200)), Object: rdf.LangString("é\n", "en"), Graph: rdf.Blank("g")},
			rdf.Quad{Subject: rdf.IRI("urn:x"), Predicate: rdf.IRI("urn:x"), Object: rdf.String("")})
	}
	text, err := write(quads, rdf.Jelly, nil)
	if err != nil {
		t.Fatal(err)
	}
	return text, quads
}

// TestJellyTables writes more names, prefixes and graphs than the tables hold.
func TestJellyTables(t *testing.T) {
	text, want := jellyStream(t, 6000)
	got, err := readAll(text, rdf.Jelly, nil)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%d of %d quads, %v", len(got), len(want), err)
	}
	if f := rdf.Detect(text[:100]); f != rdf.Jelly {
		t.Errorf("taken for %s", f)
	}
	lines, err := write(want, rdf.NQuads, nil)
	if err != nil || len(text) > len(lines)*3/5 {
		t.Errorf("%d bytes, of %d as N-Quads, %v", len(text), len(lines), err)
	}
}

// TestJellyCuts holds that a stream that is cut short is an error wherever that can
// be seen, and that what came before is what was written.
func TestJellyCuts(t *testing.T) {
	text, want := jellyStream(t, 90)
	frames := 0
	for n := 0; n < len(text); n += portion.Count(24, 1) {
		got, err := readAll(text[:n], rdf.Jelly, nil)
		if len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
			t.Fatalf("cut at %d: other quads", n)
		}
		var fault *source.Error
		switch {
		case err == nil:
			frames++ // between two frames
		case !errors.As(err, &fault) || fault.Offset > int64(n):
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	if frames > 10 {
		t.Errorf("%d cuts are not seen, expected those between frames", frames)
	}
}

// TestJellyRefuses holds the bounds, and that a refused statement leaves a stream
// that reads as what was taken.
func TestJellyRefuses(t *testing.T) {
	for what, text := range map[string]string{
		"a frame that is not there":    "\xff\xff\xff\xff\x07\x0a\x0a\x0a\x08\x10\x01\x48\x08\x78\x01",
		"a row longer than its frame":  "\x02\x0a\x7f",
		"no options":                   "\x04\x0a\x02\x4a\x00",
		"a table of a billion names":   "\x10\x0a\x0e\x0a\x0c\x10\x01\x48\x80\x94\xeb\xdc\x03\x78\x01\x70\x01",
		"an unknown version":           "\x0c\x0a\x0a\x0a\x08\x10\x01\x48\x08\x78\x09\x70\x01",
		"a number without an end":      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		"logical quads in triples":     "\x0c\x0a\x0a\x0a\x08\x10\x01\x48\x08\x78\x01\x70\x02",
		"a value longer than the rows": "\x0c\x0a\x0a\x0a\x7f\x10\x01\x48\x08\x78\x01\x70\x01",
	} {
		if quads, err := readAll([]byte(text), rdf.Jelly, nil); err == nil || len(quads) > 0 {
			t.Errorf("%s: %v, %v", what, quads, err)
		}
	}
	var b bytes.Buffer
	w, err := rdf.NewWriter(&b, rdf.Jelly, &rdf.WriteOptions{Version: rdf.RDF12})
	if err != nil {
		t.Fatal(err)
	}
	good := rdf.Quad{Subject: rdf.IRI("http://e/a"), Predicate: rdf.IRI("http://e/b"), Object: rdf.Triple(rdf.IRI("http://e/c"), rdf.IRI("http://e/d"), rdf.String("x"))}
	bad := rdf.Quad{Subject: rdf.IRI("http://e/c"), Predicate: rdf.IRI("http://e/d"), Object: rdf.DirLangString("x", "en", rdf.LeftToRight)}
	other := rdf.Quad{Subject: rdf.IRI("http://e/c"), Predicate: rdf.IRI("http://e/d"), Object: rdf.String("x")}
	for i, q := range []rdf.Quad{good, bad, other} {
		if err := w.Write(q); (err != nil) != (i == 1) {
			t.Errorf("%s: %v", q, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := readAll(b.Bytes(), rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12})
	if want := []rdf.Quad{good, other}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := readAll(b.Bytes(), rdf.Jelly, nil); !hinted(err) {
		t.Errorf("%v, expected a hint", err)
	}
}

func hinted(err error) bool {
	var fault *source.Error
	return errors.As(err, &fault) && strings.HasPrefix(fault.Hint, "read it as RDF 1.2")
}

func FuzzJelly(f *testing.F) {
	text, _ := jellyStream(f, 3)
	f.Add(text)
	f.Add(text[1:])
	f.Fuzz(func(t *testing.T, document []byte) {
		quads, err := readAll(document, rdf.Jelly, &rdf.ReadOptions{MaxTerm: 1 << 16, MaxDepth: 50, Version: rdf.RDF12})
		var fault *source.Error
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("error without a place: %v", err)
		}
		again, err := write(quads, rdf.Jelly, &rdf.WriteOptions{Version: rdf.RDF12})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readAll(again, rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12}); err != nil || !slices.Equal(got, quads) {
			t.Fatalf("%v\nagain %v, %v", quads, got, err)
		}
	})
}
