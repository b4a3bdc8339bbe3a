package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// leaf is one value of a record as a page shows it.
type leaf struct {
	At    string // its JSON Pointer
	Text  string
	Prose []paragraph // in place of Text, for long texts
	Href  string      // what it leads to
	Away  bool        // which is another site
	Note  string      // says what the value is, beside others
}

// fact is a member of a record with its name.
type fact struct {
	Name   string
	Values []leaf
	Prose  bool
	Origin *origin
}

// origin says where a value comes from.
type origin struct {
	Pointer  string
	Node     string
	Property string // compact
	Term     string // the page of the property
	Data     string // the page with all triples of the value
	Triples  []string
}

// block is a part of a section.
type block struct {
	Title     string
	Heading   *leaf  // in place of Title, where a value is the title
	At        string // anchor
	Level     int
	Facts     []fact
	Table     *table
	Matrix    *matrix
	Events    bool // the matrix can be filtered and sorted
	Collapsed bool
	Parts     []block
	After     []block // behind the matrix
	More      *more
}

// more leads to the rest of a list.
type more struct {
	Shown, Total int
	Href         string
}

// table is a list of objects with a column for each member.
type table struct {
	Name    string
	Columns []string
	Rows    []tableRow
}

type tableRow struct {
	ID    string // the fragment of the node
	Data  string // the page with its triples
	Cells []tableCell
}

type tableCell struct {
	Values []leaf
	Inner  [][]fact // objects inside
}

// builder makes blocks of a record.
type builder struct {
	r      *record
	links  links
	shared map[string]string // pages of shared nodes, by their name
	model  *model.Model
	done   map[*value]bool // leaves that are on the page
	named  map[string]bool // anchors that are on the page
	// list is the pointer of the one list that is shown from an item on; of
	// every other one the first items are.
	list   string
	from   int
	parted []string // the lists of which only a part is shown
	// version is the parameter of the links within a study, where not the newest
	// version is shown.
	version string
}

// leaf shows a value.
func (b *builder) leaf(v *value) leaf {
	b.done[v] = true
	out := leaf{At: v.pointer, Text: visible(b.text(v))}
	if v.field != nil && v.field.Kind == model.Markup {
		if p := paragraphs(v.text); len(p) > 1 || len(p) == 1 && p[0].Kind != "p" || strings.Contains(v.text, `\`) {
			out.Text, out.Prose = "", p
		}
	}
	out.Href, out.Away = b.target(v)
	return out
}

// text is the text of a value: the label of a code, yes or no.
func (b *builder) text(v *value) string {
	switch {
	case v.kind == '{' || v.kind == '[' || v.kind == '0':
		return "none stated"
	case v.kind == 'b' && v.text == "true":
		return "Yes"
	case v.kind == 'b':
		return "No"
	case v.field != nil && v.field.Enum != "":
		if c := b.model.Concept(v.field.Enum, v.text); c != nil {
			return c.Label
		}
	}
	return v.text
}

// target is where a value leads to: the page of a shared node, of another study,
// or the web address that the value is.
func (b *builder) target(v *value) (href string, away bool) {
	if v.field == nil || v.kind != 's' {
		return "", false
	}
	path := v.field.Path
	switch {
	case strings.HasSuffix(path, "rowseModule.meshes.id") || strings.HasSuffix(path, "rowseModule.ancestors.id"):
		if isLocal(v.text) {
			return pathMesh + v.text, false
		}
	case strings.HasSuffix(path, ".locations.country"):
		if t := b.r.objects[[2]string{v.node, model.Expand("tw:country")}]; len(t) > 0 {
			return b.links.page(t[0].Value), false
		}
	case strings.HasSuffix(path, ".pmid"):
		if isLocal(v.text) {
			return "https://pubmed.ncbi.nlm.nih.gov/" + v.text, true
		}
	case strings.HasSuffix(path, "expandedAccessInfo.nctId"):
		if isStudyID(v.text) {
			return pathStudy + v.text, false
		}
	case strings.HasSuffix(path, ".url") || strings.HasSuffix(path, ".link"):
		return external(strings.ReplaceAll(v.text, "&amp;", "&")), true
	case strings.HasSuffix(path, "largeDocs.filename"):
		return external(v.node), true
	case strings.HasSuffix(path, ".name") || strings.HasSuffix(path, ".fullName") || strings.HasSuffix(path, ".conditions"):
		if strings.Contains(path, "ponsor") || strings.Contains(path, "organization") || strings.Contains(path, "onditions") {
			return b.shared[v.text], false
		}
	}
	return "", false
}

// fact shows a leaf or a list of leaves under its name.
func (b *builder) fact(v *value) fact {
	f := fact{Name: title(v), Origin: b.origin(v)}
	for _, item := range v.items() {
		f.Values = append(f.Values, b.leaf(item))
	}
	if len(f.Values) == 0 {
		f.Values = []leaf{b.leaf(v)}
	}
	f.Prose = len(f.Values) == 1 && (f.Values[0].Prose != nil || len(f.Values[0].Text) > 200)
	return f
}

// maxTriples and maxLiteral bound what is said of the origin of a value: the
// page of the data has the rest.
const (
	maxTriples = 6
	maxLiteral = 120
)

// origin finds the triples of a value.
func (b *builder) origin(v *value) *origin {
	o := &origin{Pointer: v.pointer, Node: v.node, Data: b.dataPage(v.pointer)}
	f := v.field
	if f == nil || f.Property == "" {
		return o
	}
	node := v.node
	if f.Class == "Record" && b.r.graph != "" {
		node = b.r.graph
	}
	o.Node, o.Property, o.Term = node, f.Property, termPage(f.Property)
	for _, t := range b.r.objects[[2]string{node, model.Expand(f.Property)}] {
		if len(o.Triples) == maxTriples {
			o.Triples = append(o.Triples, "…")
			break
		}
		o.Triples = append(o.Triples, b.triple(node, f.Property, t))
	}
	return o
}

// triple is a triple in short: the fragment of the node, the compact property.
func (b *builder) triple(node, property string, object rdf.Term) string {
	return "<" + visible(strings.TrimPrefix(node, model.StudyBase)) + "> " + property + " " + visible(shortTerm(b.model, object))
}

// shortTerm writes a term as Turtle does, long literals shortened.
func shortTerm(m *model.Model, t rdf.Term) string {
	switch t.Kind {
	case rdf.IRITerm:
		if c := m.Compact(t.Value); c != t.Value {
			return c
		}
		return "<" + strings.TrimPrefix(t.Value, model.StudyBase) + ">"
	case rdf.LiteralTerm:
		out := strconv.Quote(shortened(t.Value, maxLiteral))
		switch {
		case t.Language != "":
			return out + "@" + t.Language
		case t.Datatype != rdf.XSDString:
			return out + "^^" + m.Compact(t.Datatype)
		}
		return out
	}
	return t.String()
}

func (b *builder) dataPage(pointer string) string {
	return pathStudy + b.r.id + "/data?at=" + url.QueryEscape(pointer) + b.version
}

// blocks shows a value that is an object by its members: leaves as facts, lists
// of objects as tables, and what only groups as if its members stood here.
func (b *builder) blocks(v *value, level int) []block {
	var facts []fact
	var rest []block
	b.members(v, level, &facts, &rest)
	if len(facts) > 0 {
		rest = append([]block{{Facts: facts, Level: level}}, rest...)
	}
	return rest
}

func (b *builder) members(v *value, level int, facts *[]fact, rest *[]block) {
	if v == nil {
		return
	}
	for _, m := range v.list {
		switch {
		case m.leaf() || isLeaves(m):
			*facts = append(*facts, b.fact(m))
		case m.kind == '[':
			items, more := b.window(m, maxTableRows)
			*rest = append(*rest, block{Title: title(m), Level: level, Table: b.table(m, items), More: more})
		case isQualified(m):
			*facts = append(*facts, b.qualified(m))
		case m.node != v.node || len(m.list) > 6:
			*rest = append(*rest, block{Title: title(m), Level: level, At: b.anchor(m.node, v.node), Parts: b.blocks(m, level+1)})
		default:
			b.members(m, level, facts, rest)
		}
	}
}

// isLeaves reports whether a value is a list of leaves, or holds nothing.
func isLeaves(v *value) bool {
	return len(v.list) == 0 || v.kind == '[' && !slices.ContainsFunc(v.list, func(m *value) bool { return !m.leaf() })
}

// isQualified reports whether an object is a value and what kind of value that
// is, as dates are.
func isQualified(v *value) bool {
	if v.kind != '{' || len(v.list) == 0 || len(v.list) > 2 {
		return false
	}
	for _, m := range v.list {
		if !m.leaf() || m.key != "date" && m.key != "type" && m.key != "count" {
			return false
		}
	}
	return v.get("date") != nil || v.get("count") != nil
}

// qualified shows such an object on one line.
func (b *builder) qualified(v *value) fact {
	f := fact{Name: title(v)}
	for _, m := range v.list {
		l := b.leaf(m)
		if m.key == "type" {
			l.Note = "qualifier"
		} else {
			f.Origin = b.origin(m)
		}
		f.Values = append(f.Values, l)
	}
	slices.SortStableFunc(f.Values, func(x, y leaf) int { return len(x.Note) - len(y.Note) })
	return f
}

// anchor is the fragment of a node, where it is not the one around it and has no
// place on the page yet.
func (b *builder) anchor(node, around string) string {
	_, f, ok := strings.Cut(node, "#")
	if !ok || node == around || b.named[f] {
		return ""
	}
	b.named[f] = true
	return f
}

// How many items of a list a page shows.
const (
	maxTableRows = 100
	maxEvents    = 150
	maxMeasures  = 15
)

// window returns the items of a list that the page shows, and where the others
// are.
func (b *builder) window(list *value, size int) (items []*value, rest *more) {
	items = list.items()
	total, from := len(items), 0
	if list != nil && list.pointer == b.list {
		from = min(b.from*size, total)
	}
	items = items[from:min(from+size, total)]
	if len(items) < total {
		b.parted = append(b.parted, list.pointer)
		rest = &more{len(items), total, pathStudy + b.r.id + "/list?at=" + url.QueryEscape(list.pointer) + b.version}
	}
	return items, rest
}

// table shows items of a list of objects.
func (b *builder) table(list *value, items []*value) *table {
	t := &table{Name: title(list)}
	columns := tableColumns(list)
	for _, c := range columns {
		t.Columns = append(t.Columns, name(c))
	}
	for _, item := range items {
		row := tableRow{ID: b.anchor(item.node, list.node), Data: b.dataPage(item.pointer)}
		if item.kind != '{' {
			row.Cells = []tableCell{{Values: []leaf{b.leaf(item)}}}
		}
		for _, c := range columns {
			if m := item.get(c); item.kind == '{' {
				row.Cells = append(row.Cells, b.cell(m))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// tableColumns are the keys that the objects of a list have, in the order of the
// model; those that it does not know come last.
func tableColumns(list *value) []string {
	var out []string
	seen := map[string]bool{}
	for _, item := range list.list {
		for _, m := range item.list {
			if item.kind == '{' && !seen[m.key] {
				seen[m.key] = true
				out = append(out, m.key)
			}
		}
	}
	if list.field == nil {
		return out
	}
	place := func(key string) int {
		at := slices.IndexFunc(list.field.Children, func(f *model.Field) bool { return f.Key == key })
		if at < 0 {
			return len(list.field.Children)
		}
		return at
	}
	slices.SortStableFunc(out, func(x, y string) int { return place(x) - place(y) })
	return out
}

func (b *builder) cell(v *value) tableCell {
	switch {
	case v == nil:
		return tableCell{}
	case v.leaf() || isLeaves(v):
		return tableCell{Values: b.fact(v).Values}
	}
	var c tableCell
	for _, item := range v.items() {
		var facts []fact
		var more []block
		b.members(item, 0, &facts, &more)
		if item.leaf() {
			facts = []fact{{Values: []leaf{b.leaf(item)}}}
		}
		c.Inner = append(c.Inner, append(facts, flat(more)...))
	}
	return c
}

// flat are the facts of blocks, those of tables included.
func flat(blocks []block) []fact {
	var out []fact
	for _, k := range blocks {
		out = append(append(out, k.Facts...), flat(k.Parts)...)
		if k.Table == nil {
			continue
		}
		for _, row := range k.Table.Rows {
			for i, c := range row.Cells {
				f := fact{Values: c.Values}
				if i < len(k.Table.Columns) {
					f.Name = k.Table.Columns[i]
				}
				out = append(out, f)
				for _, inner := range c.Inner {
					out = append(out, inner...)
				}
			}
		}
	}
	return out
}
