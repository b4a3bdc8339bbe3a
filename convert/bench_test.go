package convert_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// BenchmarkRun converts the real studies with the compiled engine, out of the
// ZIP that they come in and out of NDJSON.
func BenchmarkRun(b *testing.B) {
	archive := w3c.Dir(b, "data/ctg-studies-visible.json.zip")
	lines, size := unpacked(b, archive)
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{"zip": archive, "ndjson": lines} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				in, err := study.Open([]string{path}, nil)
				if err != nil {
					b.Fatal(err)
				}
				sink, _ := convert.NewSink(io.Discard, rdf.NQuads, nil)
				converter := func() convert.Converter { return engine.NewConverter() }
				s, err := convert.Run(b.Context(), in, converter, sink, &convert.Options{Validated: true, Pieces: true})
				if err != nil || s.Rejected > 0 {
					b.Fatal(s, err)
				}
			}
		})
	}
}

// unpacked writes the studies of a ZIP to a file, one a line.
func unpacked(b *testing.B, archive string) (path string, size int64) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "studies.ndjson")
	out, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	for f, err := range record.Archive(archive, 1) {
		if err != nil {
			b.Fatal(err)
		}
		n, err := out.Write(f.Text)
		if err != nil {
			b.Fatal(err)
		}
		size += int64(n)
		if _, err := out.WriteString("\n"); err != nil {
			b.Fatal(err)
		}
	}
	return path, size
}
