package web

import (
	"net/http"
	"strings"
)

// change is a leaf that two versions of a study have differently.
type change struct {
	Pointer, Name string
	Before, After string
}

// changesPage compares two versions.
type changesPage struct {
	page
	ID, Title, From, To string
	Changes             []change
	Total               int
	Pager               pager
}

// changes shows what changed from one version of a study to another.
func (s *Site) changes(w http.ResponseWriter, r *http.Request, id string) error {
	q := r.URL.Query()
	p := &changesPage{ID: id, From: q.Get("from"), To: q.Get("to")}
	old, err := s.record(r.Context(), id, p.From)
	if err != nil {
		return err
	}
	fresh, err := s.record(r.Context(), id, p.To)
	if err != nil {
		return err
	}
	p.Title = visible(fresh.root.get("protocolSection", "identificationModule", "briefTitle").string())
	all := compared(s.builder(old), s.builder(fresh))
	p.Total = len(all)
	from := min(pageNumber(r)*dataRows, len(all))
	p.Changes = all[from:min(from+dataRows, len(all))]
	p.page = s.page("Changes of " + id)
	p.Robots = "noindex"
	p.Pager = newPager(r, p.Total, dataRows)
	return s.html(w, r, "changes", p)
}

// compared lists the leaves that differ, in the order of the newer version, then
// those that only the older has. A list of values is compared as a whole.
func compared(old, fresh *builder) []change {
	before := map[string]string{}
	units(old.r.root, func(v *value) { before[v.pointer] = old.whole(v) })
	var out []change
	seen := map[string]bool{}
	units(fresh.r.root, func(v *value) {
		seen[v.pointer] = true
		if was, now := before[v.pointer], fresh.whole(v); was != now {
			out = append(out, change{v.pointer, title(v), was, now})
		}
	})
	units(old.r.root, func(v *value) {
		if !seen[v.pointer] {
			out = append(out, change{v.pointer, title(v), old.whole(v), ""})
		}
	})
	return out
}

// units calls yield with the leaves of a record, and with lists of leaves.
func units(v *value, yield func(*value)) {
	if v.leaf() || isLeaves(v) {
		yield(v)
		return
	}
	for _, m := range v.list {
		units(m, yield)
	}
}

// whole is the text of a leaf or of a list of leaves.
func (b *builder) whole(v *value) string {
	var out []string
	v.leaves(func(l *value) { out = append(out, visibleLines(b.text(l))) })
	return strings.Join(out, ", ")
}
