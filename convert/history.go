package convert

import (
	"slices"
	"strings"
)

// history holds the IRIs of the versions of records that were written.
type history struct {
	seen  map[string]bool
	order []string
}

// add takes a version, and says whether it is new: every download has the
// versions that have not changed since the one before.
func (h *history) add(version string) bool {
	if version == "" {
		return true
	}
	if h.seen == nil {
		h.seen = map[string]bool{}
	}
	if h.seen[version] {
		return false
	}
	h.seen[version] = true
	h.order = append(h.order, version)
	return true
}

const revisionOf = "> <http://www.w3.org/ns/prov#wasRevisionOf> <"

// revisions writes, for each version of a record but the first, of which one
// it is a revision. Days sort as they follow one another, and so do the IRIs.
func (p *pipeline) revisions() error {
	slices.Sort(p.history.order)
	var lines []byte
	for i, version := range p.history.order {
		if i == 0 {
			continue
		}
		before := p.history.order[i-1]
		study, _, _ := strings.Cut(version, "#")
		if other, _, _ := strings.Cut(before, "#"); other != study {
			continue
		}
		lines = append(lines, "<"+version+revisionOf+before+"> <"+p.options.HistoryGraph+"> .\n"...)
		p.summary.Quads++
		p.summary.Revisions++
	}
	p.summary.BytesOut += int64(len(lines))
	if err := p.sink.WriteStudy(lines, nil); err != nil {
		return &WriteError{err}
	}
	return nil
}
