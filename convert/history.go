package convert

import (
	"bytes"
	"slices"
	"strings"
)

// history holds the IRIs of the versions of records that were written.
type history struct {
	seen  map[string]uint64 // the hash of what the record became
	order []string
}

// add takes a version, and reports whether it is new: every download has the
// versions that have not changed since the one before. One that is not new may
// say something else than the first of its day.
func (h *history) add(version string, content func() uint64) (fresh, differs bool) {
	if version == "" {
		return true, false
	}
	if h.seen == nil {
		h.seen = map[string]uint64{}
	}
	sum := content()
	if first, known := h.seen[version]; known {
		return false, sum != first
	}
	h.seen[version] = sum
	h.order = append(h.order, version)
	return true, false
}

const revisionOf = "> <http://www.w3.org/ns/prov#wasRevisionOf> <"

// AppendRevisions sorts the IRIs of versions, and appends for each version of a
// study but the first a line that says of which one it is a revision, in the
// graph of histories. Run does so with the versions of its input; who converts
// an input in parts does it with those of all parts.
func AppendRevisions(dst []byte, versions []string, graph string) []byte {
	// Days sort as they follow one another, and so do the IRIs.
	slices.Sort(versions)
	for i, version := range versions {
		if i == 0 {
			continue
		}
		study, _, _ := strings.Cut(version, "#")
		if other, _, _ := strings.Cut(versions[i-1], "#"); other == study {
			dst = append(dst, "<"+version+revisionOf+versions[i-1]+"> <"+graph+"> .\n"...)
		}
	}
	return dst
}

// revisions writes how the versions that were written follow one another.
func (p *pipeline[T]) revisions() error {
	lines := AppendRevisions(nil, p.history.order, p.options.HistoryGraph)
	p.summary.Revisions = int64(bytes.Count(lines, lineEnd))
	p.summary.Quads += p.summary.Revisions
	p.summary.BytesOut += int64(len(lines))
	if err := p.yield(&Study[T]{Shared: lines}); err != nil {
		return &WriteError{err}
	}
	return nil
}
