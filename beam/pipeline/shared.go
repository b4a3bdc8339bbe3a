package pipeline

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/void"
)

// revisionsFn says which version of a study was made of which. The lines go to
// the last of the parts that are shared.
type revisionsFn struct{ Options Options }

// ProcessElement gets the versions of a study.
func (f *revisionsFn) ProcessElement(_ string, next func(*string) bool, emit func(int, []byte)) {
	var versions []string
	for v := ""; next(&v); {
		versions = append(versions, v)
	}
	if lines := convert.AppendRevisions(nil, versions, f.Options.Model.HistoryGraph()); len(lines) > 0 {
		emit(f.Options.SharedParts, lines)
	}
}

// sharedFn writes a part of the shared graph: each line once, sorted.
type sharedFn struct {
	Options Options

	meters meters
}

// Setup makes the counters.
func (f *sharedFn) Setup() {
	f.meters = meters{quads: counter("quads"), written: counter("bytes_written")}
}

// ProcessElement gets all lines of a part.
func (f *sharedFn) ProcessElement(ctx context.Context, _ int, layout func(*work) bool, blocks func(*[]byte) bool, manifests func(int, []byte), counts func(int, tallies)) error {
	w, err := one("of the shared graph", layout)
	if err != nil {
		return err
	}
	lines := distinct(blocks)
	m := f.Options.manifest(&w)
	out, err := create(ctx, f.Options.Output, m.File, f.Options.Compression)
	if err != nil {
		return err
	}
	defer out.abort(ctx)
	n := void.New()
	for _, line := range lines {
		if err := n.AddLines([]byte(line)); err != nil {
			return err
		}
		if _, err := out.Write([]byte(line)); err != nil {
			return err
		}
	}
	m.Quads = n.Quads
	text, err := out.publish(ctx, &m)
	if err != nil {
		return err
	}
	counts(0, travelling(n))
	manifests(0, text)
	f.meters.quads.Inc(ctx, m.Quads)
	f.meters.written.Inc(ctx, m.Bytes)
	return nil
}

// distinct returns the lines of blocks, sorted, each once.
func distinct(next func(*[]byte) bool) []string {
	seen := map[string]bool{}
	for b := []byte(nil); next(&b); b = nil {
		for len(b) > 0 {
			end := bytes.IndexByte(b, '\n') + 1
			if !seen[string(b[:end])] { // or a string would be made of each
				seen[string(b[:end])] = true
			}
			b = b[end:]
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
