package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// annotator turns one study into an annotated document. It is made anew for
// each study; the rules that it runs on are shared.
type annotator struct {
	*rules
	nct, study, graph string
	// in is the record, less what the options take out of its texts.
	in, whole *value
	arms      map[string]string
	uses      map[string]string
	outcomes  map[string]string
	// links are the values of the study's computed properties, by id.
	links   map[string][]string
	shared  []*value
	version *value
	// versionBy is where the date of the version stands, if not in its usual place.
	versionBy string
	unknown   []Unknown
	codes     []Unknown
	invalid   []Invalid
	commas    int
	mixed     int
	form      string
	carried   carriedValues[*value]
}

// node is the node that is being written, and the place inside it.
type node struct {
	iri string
	// around is what "^" in an IRI pattern stands for, measure what "~" does.
	around, measure string
	// decimalCommas says that the measure around has values with decimal commas.
	decimalCommas bool
	// at are the keys from the node down to the place.
	at []string
	// down are the titles and units that the nodes below carry.
	down []member
	// untyped says that the node has no class, so that the context has no terms
	// for it.
	untyped bool
	// empty collects the members that hold nothing.
	empty *[]string
	// placed is the object of a Nests item that has no node of its own, and how
	// to make one for what has nowhere else to go.
	placed func() *value
	// carried says that there are nodes below that carry its titles and units.
	carried bool
	// table is where the place is in a table of results.
	table tablePlace
}

func (n node) below(key string) node {
	n.at = append(slices.Clip(n.at), source.EscapePointer(key))
	return n
}

func (n node) recordEmpty(what string) { *n.empty = append(*n.empty, strings.Join(n.at, "/")+" "+what) }

// annotate turns the parsed study into the two graphs of the document.
func (a *annotator) annotate() (record, shared *value) {
	a.index()
	study := object(member{"@id", stringValue(a.study)}, member{"@type", a.studyTypes()})
	n := node{iri: a.study, around: a.study, empty: new([]string)}
	a.object(a.model.Root, a.in, study, n)
	a.finish(study, n)
	a.studyLinks(study)
	record = object(member{"@id", stringValue(a.graph)}, member{"@graph", array(study, a.record(a.graph))})
	if len(a.shared) > 0 {
		shared = object(member{"@id", stringValue(a.base + "graph/shared")}, member{"@graph", array(a.shared...)})
	}
	return record, shared
}

// tellVersion says which version of the record it was, where there are several.
func (a *annotator) tellVersion(out *Output) {
	if a.opts.History {
		out.Version, out.VersionBy = a.graph, a.versionBy
	}
}

// finish states the empty members of a node.
func (a *annotator) finish(out *value, n node) {
	if len(*n.empty) > 0 {
		slices.Sort(*n.empty)
		a.computed(out, "empty", *n.empty...)
	}
}

// object writes the members of an object of the record.
func (a *annotator) object(f *model.Field, in, out *value, n node) {
	for _, m := range in.members {
		a.member(f, m, out, n.below(m.key))
	}
}

func (a *annotator) member(f *model.Field, m member, out *value, n node) {
	c := f.Child(m.key)
	switch {
	case c == nil || !fits(c, m.val):
		a.unmapped(f, in(out, n), m, n)
	case c.Part != "" && a.without[c.Part]:
	case m.val.kind == 'n':
		n.recordEmpty("null")
	case m.val.kind == '[' && len(m.val.items) == 0:
		n.recordEmpty("[]")
	case c.Kind == model.Nest:
		a.nest(c, m.val, out, n)
	case c.Kind == model.Nests:
		a.nests(c, m.val, out, n)
	case c.Kind == model.Node:
		out.add(c.Term, a.node(c, m.val, n, -1, ""))
	case c.Kind == model.Nodes:
		out.add(c.Term, a.nodes(c, m.val, n))
	case c.Kind == model.Down:
		a.carryDown(c, m.val, out, n)
	default:
		a.leaf(c, m.val, out, n)
	}
}

// in returns where a value goes that the place itself cannot hold.
func in(out *value, n node) *value {
	if n.placed != nil {
		return n.placed()
	}
	return out
}

// fits reports whether a value has the shape that the table gives the field.
func fits(c *model.Field, v *value) bool {
	switch {
	case v.kind == 'n':
		return true
	case c.Kind == model.Nest || c.Kind == model.Node:
		return v.kind == '{'
	case c.Kind == model.Nests || c.Kind == model.Nodes:
		return v.kind == '[' && allOf(v.items, func(x *value) bool { return x.kind == '{' })
	case c.Kind == model.Down:
		return v.kind == '"'
	case v.kind == '[':
		return allOf(v.items, (*value).scalar)
	}
	return v.scalar()
}

func allOf(vs []*value, ok func(*value) bool) bool {
	return !slices.ContainsFunc(vs, func(v *value) bool { return !ok(v) })
}

func (a *annotator) nest(c *model.Field, v, out *value, n node) {
	if len(v.members) == 0 {
		n.recordEmpty("{}")
		return
	}
	if c.Key == "geoPoint" {
		a.geometry(v, out, n)
	}
	inner := object()
	a.object(c, v, inner, n)
	if len(inner.members) > 0 {
		out.add(c.Term, inner)
	}
}

// nests writes a list of objects that only group. Each has a place, from which
// the nodes inside get their IRIs.
func (a *annotator) nests(c *model.Field, v, out *value, n node) {
	list := array()
	for i, item := range v.items {
		p := n.below(strconv.Itoa(i))
		if len(item.members) == 0 {
			p.recordEmpty("{}")
			continue
		}
		inner := object()
		p.around = a.patterns[c].iri(a.at(item, n, i))
		p.table = p.table.enter(c, item, p.around, i, len(v.items))
		p.placed = a.placeNode(c, inner, p)
		p.carried = holdsNode(c, item, carrier(c.Class))
		p.down = append(slices.Clip(n.down), a.downs(c, item)...)
		a.object(c, item, inner, p)
		list.items = append(list.items, inner)
	}
	if len(list.items) > 0 {
		out.add(c.Term, list)
	}
}

// placeLinks says how a measure refers to the node of a place, by class.
var placeLinks = map[string]string{"Denominator": "denominator", "MeasureClass": "measure-class", "MeasureCategory": "measure-category"}

// placeNode makes, once and when asked, the node that stands for the place.
func (a *annotator) placeNode(c *model.Field, inner *value, n node) func() *value {
	var made *value
	return func() *value {
		if made == nil {
			made = object(member{"@id", stringValue(n.around)}, member{"@type", stringValue(c.Class)})
			a.inTable(c.Class, nil, n, made)
			inner.add(a.model.Added(placeLinks[c.Class]).Term, made)
		}
		return made
	}
}

// carrier returns the class of the nodes that carry what a place says.
func carrier(class string) string {
	if class == "Denominator" {
		return class
	}
	return "Measurement"
}

// downs are the values of an item that the nodes below it carry.
func (a *annotator) downs(c *model.Field, item *value) []member {
	var out []member
	for _, m := range item.members {
		if f := c.Child(m.key); f != nil && f.Kind == model.Down && m.val.kind == '"' {
			out = append(out, member{f.Term, m.val})
		}
	}
	return out
}

// carryDown keeps a title or unit where it stands, under a name that the
// context does not know there: the nodes below carry it. Where there are none,
// the node of the place does.
func (a *annotator) carryDown(c *model.Field, v, out *value, n node) {
	if n.carried {
		out.add(c.Term, v)
		return
	}
	n.placed().add(c.Term, v)
}

// holdsNode reports whether there is a node of the class in an object of the record.
func holdsNode(f *model.Field, v *value, class string) bool {
	return slices.ContainsFunc(v.members, func(m member) bool {
		c := f.Child(m.key)
		if c == nil || !fits(c, m.val) {
			return false
		}
		if c.Kind == model.Nodes {
			return c.Class == class && len(m.val.items) > 0
		}
		return c.Kind == model.Nests && slices.ContainsFunc(m.val.items, func(x *value) bool { return holdsNode(c, x, class) })
	})
}

// node writes an object of the record as a node.
func (a *annotator) node(c *model.Field, v *value, n node, index int, iri string) *value {
	if iri == "" {
		iri = a.patterns[c].iri(a.at(v, n, 0))
	}
	out := object(member{"@id", stringValue(iri)}, member{"@type", stringValue(c.Class)})
	if index >= 0 {
		out.add("order", rawNumber(strconv.Itoa(index)))
	}
	inner := node{iri: iri, around: iri, measure: n.measure, decimalCommas: n.decimalCommas, empty: new([]string)}
	if isMeasure(c.Class) {
		inner.measure, inner.decimalCommas = iri, hasDecimalComma(c, v)
		inner.table = tablePlace{measure: c, measured: v}
	}
	for _, d := range n.down {
		if f := downField(c, d.key); f {
			out.add(d.key, d.val)
		}
	}
	a.object(c, v, out, inner)
	if extra := extras[c.Class]; extra != nil {
		extra(a, c, v, out)
	}
	a.inTable(c.Class, v, n, out)
	a.finish(out, inner)
	return out
}

func isMeasure(class string) bool { return class == "OutcomeMeasure" || class == "BaselineMeasure" }

// nodes writes a list of nodes. Equal IRIs get -2, -3 in source order. Each
// node carries its place, but where the registry's ids already give the order.
func (a *annotator) nodes(c *model.Field, v *value, n node) *value {
	seen := map[string]int{}
	ordered := a.byKey[c] == "" || !ascending(v.items, a.byKey[c])
	list := array()
	for i, item := range v.items {
		p := n.below(strconv.Itoa(i))
		iri := distinct(seen, a.patterns[c].iri(a.at(item, n, i)), a.patterns[c].root)
		index := -1
		if ordered {
			index = i
		}
		list.items = append(list.items, a.node(c, item, p, index, iri))
	}
	return list
}

// distinct counts the IRIs of one list and tells equal ones apart.
func distinct(seen map[string]int, iri string, root byte) string {
	seen[iri]++
	switch count := strconv.Itoa(seen[iri]); {
	case count == "1":
		return iri
	case root == 'h': // an address of the web, where a suffix would name another
		return iri + "#" + count
	default:
		return iri + "-" + count
	}
}

// ascending reports whether the ids of a list stand in strictly rising order, so
// that they can be read off the IRIs.
func ascending(items []*value, key string) bool {
	last := ""
	for _, item := range items {
		id := item.get(key).str()
		if len(items) > 1 && (last >= id || !isPlainID(id)) {
			return false
		}
		last = id
	}
	return true
}

// isPlainID reports whether an id stands in an IRI as it is, and is read off it.
func isPlainID(id string) bool {
	for i := 0; i < len(id); i++ {
		if c := id[i] | 0x20; (c < 'a' || c > 'z') && (id[i] < '0' || id[i] > '9') {
			return false
		}
	}
	return id != ""
}

func (a *annotator) at(v *value, n node, index int) *place {
	return &place{nct: a.nct, study: a.study, around: n.around, measure: n.measure, index: index, record: record{v}}
}

// computed adds a property of computed.tsv to a node, unless the options leave
// it out.
func (a *annotator) computed(out *value, id string, values ...string) {
	c := a.model.Added(id)
	if len(values) == 0 || c.Calc && a.opts.NoComputed || a.without[c.Part] {
		return
	}
	vs := make([]*value, len(values))
	for i, v := range values {
		vs[i] = stringValue(v)
		if c.Type == "integer" {
			vs[i] = rawNumber(v)
		}
	}
	if len(vs) == 1 {
		out.add(c.Term, vs[0])
		return
	}
	out.add(c.Term, array(vs...))
}

// document puts the graphs together, with the context in front if there is one.
func document(context, record, shared *value) *value {
	doc := object()
	doc.add("@context", context)
	graphs := array(record)
	if shared != nil {
		graphs.items = append(graphs.items, shared)
	}
	doc.add("@graph", graphs)
	return doc
}

// studyNumber returns the NCT number of a parsed study, in normal form.
func studyNumber(v *value) (string, error) {
	e := &source.Error{Position: source.At("", 0), Expected: `"NCT" and up to eight digits`}
	e.Pointer = "/protocolSection/identificationModule/nctId"
	id := v.path("protocolSection", "identificationModule", "nctId")
	if id == nil {
		e.Problem = "no NCT id"
		return "", e
	}
	nct, ok := model.NormalID(id.str())
	if !ok {
		e.Problem = "NCT id is " + string(id.appendJSON(nil))
		return "", e
	}
	return nct, nil
}
