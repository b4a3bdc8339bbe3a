package input

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// builder is an index in memory as a store.
type builder struct{ *index.Builder }

func (b builder) Add(q rdf.Quad) error            { b.Builder.Add(q); return nil }
func (b builder) AddPacket(p *index.Packet) error { b.Builder.AddPacket(p); return nil }

func quadsOf(b builder) []string {
	x := b.Build()
	var out []string
	for _, g := range append(x.Graphs(), 0) {
		x.Match(index.Quad{index.Graph: g}, index.One, func(q index.Quad) bool {
			out = append(out, rdf.Quad{Subject: x.Term(q[0]), Predicate: x.Term(q[1]), Object: x.Term(q[2]), Graph: x.Term(q[3])}.String())
			return true
		})
	}
	slices.Sort(out)
	return out
}

// document is N-Quads in all kinds of writing, of several parts.
func document(r *rand.Rand, lines int) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff# begins\n")
	objects := []string{
		`"a \"quoted\" text\n"`, `"\u00e4 \U0001F600"`, `"x"@EN-gb`, `"1"^^<http://www.w3.org/2001/XMLSchema#integer>`, `"1"^^<http://example.org/own>`,
		`_:b%d`, `<http://example.org/%d>`, `"plain %d"`, `"rtl"@ar--rtl`, `<<( _:b%d <http://example.org/p> "in" )>>`,
	}
	ends := []string{" .\n", ".\r\n", " . # comment\n", "\t.\r"}
	for range lines {
		object := objects[r.IntN(len(objects))]
		if strings.Contains(object, "%d") {
			object = fmt.Sprintf(object, r.IntN(1000))
		}
		graph := ""
		if n := r.IntN(4); n > 0 {
			graph = fmt.Sprintf(" <http://example.org/graph/%d>", n)
		}
		fmt.Fprintf(&b, "<http://example.org/%d> <http://example.org/p%d> %s%s%s", r.IntN(500), r.IntN(9), object, graph, ends[r.IntN(len(ends))])
	}
	b.WriteString(`<http://example.org/last> <http://example.org/p> "no line end" .`)
	return b.Bytes()
}

// TestPackRDFAsAddRDF holds that reading on several goroutines gives the same quads.
func TestPackRDFAsAddRDF(t *testing.T) {
	text := document(rand.New(rand.NewPCG(24, 1)), 40_000)
	if len(text) < 3*partSize {
		t.Fatalf("%d bytes are not several parts", len(text))
	}
	dir := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(text) // memory takes all
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"all.nq": text, "all.nq.gz": packed.Bytes(), "few.ttl": []byte("<a:s> <a:p> [ <a:p> 1 ] .")} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, label := range []string{"", "in1_"} {
			one, several := builder{index.NewBuilder()}, builder{index.NewBuilder()}
			o := &Options{Version: rdf.RDF12}
			n, err := AddRDF(t.Context(), path, o, label, one)
			m, err2 := PackRDF(t.Context(), path, o, label, several)
			if err != nil || err2 != nil || n != m || n == 0 {
				t.Fatalf("%s: %d quads, %v; %d quads, %v", name, n, err, m, err2)
			}
			if want, got := quadsOf(one), quadsOf(several); !slices.Equal(want, got) {
				t.Errorf("%s, label %q: %d quads, expected %d", name, label, len(got), len(want))
			}
		}
	}
}

// TestPackRDFErrors holds that what is wrong is found at the same place, wherever in
// the document it stands, and that a cut file is an error.
func TestPackRDFErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(24, 2))
	text := document(r, 40_000)
	path := filepath.Join(t.TempDir(), "all.nq")
	for range 4 {
		at := bytes.IndexByte(text[r.IntN(len(text)-1000):], '\n') + 1
		at = len(text) - at
		broken := slices.Concat(text[:at], []byte("\n<http://example.org/s> <no absolute IRI> .\n"), text[at:])
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		o := &Options{Version: rdf.RDF12}
		_, want := AddRDF(t.Context(), path, o, "", builder{index.NewBuilder()})
		_, got := PackRDF(t.Context(), path, o, "", builder{index.NewBuilder()})
		if _, ok := errors.AsType[*source.Error](want); !ok || got == nil || got.Error() != want.Error() {
			t.Errorf("%v, expected %v", got, want)
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(text) // memory takes all
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path += ".gz"
	if err := os.WriteFile(path, packed.Bytes()[:packed.Len()/2], 0o600); err != nil {
		t.Fatal(err)
	}
	_, want := AddRDF(t.Context(), path, &Options{Version: rdf.RDF12}, "", builder{index.NewBuilder()})
	_, got := PackRDF(t.Context(), path, &Options{Version: rdf.RDF12}, "", builder{index.NewBuilder()})
	if want == nil || got == nil || got.Error() != want.Error() {
		t.Errorf("%v, expected %v", got, want)
	}
}
