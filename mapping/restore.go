package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// Restore turns the graph of one study back into the v2 JSON that it came
// from, but for the order of keys and white space. The quads are those of the
// study's own graph, in any order; the shared graph is not needed. A graph that
// was converted with parts left out gives a record without them. It is an error
// if the graph says two things where a record says one, as the graphs of two
// records do that were put together.
//
// It is an error, too, if the graph ends before its record, as that of RDF does
// that was cut between two lines.
func Restore(quads []rdf.Quad) ([]byte, error) {
	restored, err := restoreOne(graphOf(quads))
	return restored.JSON, err
}

func restoreOne(g graph) (Restored, error) {
	r := newRestorer(g)
	defer r.release()
	study, err := r.find()
	if err == nil {
		err = r.checkEnd(study)
	}
	if err != nil {
		return Restored{}, err
	}
	for _, property := range [...]string{"tw:content_hash", "tw:source_form"} {
		if hashes := r.values(r.record(study), property); len(hashes) > 1 {
			return Restored{}, fmt.Errorf("the graph of %s has %d values of %s: several records were put together in it, expected one record in a graph", study, len(hashes), property)
		}
	}
	out := r.object(r.model.Root, spot{subject: study, around: study})
	r.recordEmpty(study, out)
	r.unmapped(study, out)
	if r.conflict != nil {
		return Restored{}, r.conflict
	}
	hashes := r.values(r.record(study), "tw:content_hash")
	return Restored{JSON: out.appendJSON(nil), Partial: len(hashes) > 0 && hashes[0].Value != contentHash(out)}, nil
}

// checkEnd returns an error for the graph of a study that ends before what
// conversion writes last: the node of its record, and what is computed of that.
// The profile core, which has only one class for a study, writes neither.
func (r *restorer) checkEnd(study string) error {
	record := r.record(study)
	switch {
	case len(r.graph[study].of(rdf.RDFType)) < 2:
		return nil
	case !slices.ContainsFunc(r.graph[record].of(rdf.RDFType), func(t rdf.Term) bool { return t.Value == model.Expand("ctg:Record") }):
	case len(r.values(record, "tw:content_hash"))+len(r.values(record, "tw:source_form")) == 0 && r.hasComputed():
	default:
		return nil
	}
	return fmt.Errorf("the graph of %s ends before its record, expected %s with its class and what is computed of it: the RDF is cut, or only a part of it is there", study, record)
}

// Studies splits a graph that describes several studies, as a syntax without
// named graphs does, into one for each: what can be reached from the study
// without passing through another. They come in the order of their first quad.
func Studies(quads []rdf.Quad) [][]rdf.Quad {
	bySubject := map[string][]rdf.Quad{}
	var studies []string
	for _, q := range quads {
		bySubject[q.Subject.Value] = append(bySubject[q.Subject.Value], q)
		if q.Predicate.Value == model.NSRegistry+"nct_id" {
			studies = append(studies, q.Subject.Value)
		}
	}
	out := make([][]rdf.Quad, 0, len(studies))
	for _, s := range studies {
		out = append(out, reach(s, bySubject, studies))
	}
	return out
}

// reach collects the quads of all subjects that lead from a study.
func reach(study string, bySubject map[string][]rdf.Quad, studies []string) []rdf.Quad {
	var out []rdf.Quad
	seen := map[string]bool{study: true}
	for next := []string{study}; len(next) > 0; next = next[1:] {
		for _, q := range bySubject[next[0]] {
			out = append(out, q)
			if o := q.Object.Value; q.Object.Kind == rdf.IRITerm && !seen[o] && !slices.Contains(studies, o) {
				seen[o] = true
				next = append(next, o)
			}
		}
	}
	return out
}

// restorer holds a graph by subject and predicate.
type restorer struct {
	model *model.Model
	rules *rules
	graph graph
	names *names
	// known are the IRIs of the model's properties.
	known map[string]bool
	// conflict says where the graph has several values and the record had one.
	conflict error
}

// spot is a node, and the place in it that a field belongs to.
type spot struct {
	subject, around, measure string
}

func newRestorer(g graph) *restorer {
	return &restorer{model: model.Default(), rules: restoreRules(), graph: g, known: knownProperties(), names: knownNames.Get().(*names)}
}

// release gives back what the next one needs as well.
func (r *restorer) release() { knownNames.Put(r.names) }

// restoreRules and knownProperties are the same for every graph, and only read.
var (
	restoreRules    = sync.OnceValue(func() *rules { return newRules(Options{Base: model.DefaultBase}) })
	knownProperties = sync.OnceValue(func() map[string]bool {
		known := map[string]bool{}
		for _, p := range model.Default().Properties() {
			known[model.Expand(p.Name)] = true
		}
		return known
	})
)

// hasComputed reports whether the graph has anything that we computed.
func (r *restorer) hasComputed() bool {
	for _, n := range r.graph {
		for i := range n.properties {
			if strings.HasPrefix(n.properties[i].name, model.NSTool) {
				return true
			}
		}
	}
	return false
}

// find returns the IRI of the one study that the graph describes.
func (r *restorer) find() (string, error) {
	var found []string
	for s, n := range r.graph {
		if len(n.of(nctID)) > 0 {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return "", errors.New("the graph describes no study: no subject has a ctg:nct_id")
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	return "", fmt.Errorf("the graph describes %d studies, the first two %s and %s, expected one", len(found), found[0], found[1])
}

func (r *restorer) values(subject, property string) []rdf.Term {
	return r.graph[subject].of(r.names.property(property))
}

// object restores the members of a field that is an object.
func (r *restorer) object(f *model.Field, at spot) *value {
	out := object()
	for _, c := range f.Children {
		switch c.Kind {
		case model.Nest:
			if inner := r.object(c, at); len(inner.members) > 0 {
				out.add(c.Key, inner)
			}
		case model.Nests:
			out.add(c.Key, r.nests(c, at))
		case model.Node, model.Nodes:
			out.add(c.Key, r.nodes(c, at))
		case model.Down:
			out.add(c.Key, r.down(c, at))
		default:
			out.add(c.Key, r.leaf(c, at))
		}
	}
	return out
}

// leaf restores a value or a list of them.
func (r *restorer) leaf(c *model.Field, at spot) *value {
	subject := at.subject
	if c.Class == "Record" {
		subject = r.record(subject)
	}
	terms := r.values(subject, c.Property)
	r.checkSingle(at.subject, subject, c.Property, c.Key, c.List, terms)
	return r.list(subject, c.Property, c.List, terms, func(t rdf.Term) *value { return restored(c, t) })
}

// checkSingle notes a property with several values of which the record had one.
// A list that the record had in place of it is said exactly, at the node.
func (r *restorer) checkSingle(node, subject, property, key string, isList bool, terms []rdf.Term) {
	orders := r.graph[subject].of(r.names.order(property))
	if r.conflict != nil || len(orders) <= 1 && (isList || len(terms) <= 1 || len(orders) == 1) {
		return
	}
	for _, t := range r.values(node, "tw:unmapped") {
		if path, _, ok := exactValue(t.Value); ok && source.UnescapePointer(path[len(path)-1]) == key {
			return
		}
	}
	values := make([]string, len(terms))
	for i, t := range terms {
		values[i] = t.String()
	}
	slices.Sort(values)
	r.conflict = fmt.Errorf("%s has %d values of %s, %s among them: several records were put together in one graph, expected one record in a graph", subject, len(terms), property, strings.Join(values[:min(2, len(values))], " and "))
}

// record is the subject that stands for the record of a study: one of several
// versions may have its day behind it.
func (r *restorer) record(study string) string {
	plain := study + recordFragment
	if r.graph[plain] != nil {
		return plain
	}
	latest := plain // where there is none
	for subject := range r.graph {
		if strings.HasPrefix(subject, plain+"-") {
			latest = max(latest, subject)
		}
	}
	return latest
}

// list restores the values of a property: one as it is, several as an array in
// the order that the literal of indices gives.
func (r *restorer) list(subject, property string, isList bool, terms []rdf.Term, one func(rdf.Term) *value) *value {
	terms = slices.Clone(terms)
	slices.SortFunc(terms, func(a, b rdf.Term) int { return cmp.Compare(a.Value, b.Value) })
	order := r.graph[subject].of(r.names.order(property))
	switch {
	case len(terms) == 0:
		return nil
	case len(terms) == 1 && !isList:
		return one(terms[0])
	}
	list := array()
	if len(order) == 0 {
		for _, t := range terms {
			list.items = append(list.items, one(t))
		}
		return list
	}
	for _, i := range strings.Fields(order[0].Value) {
		if n, err := strconv.Atoi(i); err == nil && n >= 0 && n < len(terms) {
			list.items = append(list.items, one(terms[n]))
		}
	}
	return list
}

// restored turns a term into the value that the record had.
func restored(c *model.Field, t rdf.Term) *value {
	switch {
	case c.Kind == model.GroupRef && t.Kind == rdf.IRITerm:
		return stringValue(groupID(t.Value))
	case t.Datatype == model.NSXSD+"boolean":
		return boolValue(t.Value == "true")
	case t.Datatype == model.NSXSD+"integer" || t.Datatype == model.NSXSD+"decimal":
		return rawNumber(t.Value)
	case t.Datatype == model.NSXSD+"dateTime":
		return stringValue(strings.TrimSuffix(t.Value, ":00"))
	}
	return stringValue(t.Value)
}

// groupID reads the registry's id off the IRI of a group.
func groupID(iri string) string {
	id, err := url.PathUnescape(iri[strings.LastIndexByte(iri, '-')+1:])
	if err != nil {
		return ""
	}
	return id
}

// nodes restores an object or a list of objects that are nodes.
func (r *restorer) nodes(c *model.Field, at spot) *value {
	iris := r.nodesAt(c, at)
	if len(iris) == 0 {
		return nil
	}
	list := array()
	for _, iri := range iris {
		list.items = append(list.items, r.node(c, iri, at))
	}
	if c.Kind == model.Node {
		return list.items[0]
	}
	return list
}

func (r *restorer) node(c *model.Field, iri string, at spot) *value {
	out := r.object(c, r.within(c, iri, at))
	r.recordEmpty(iri, out)
	r.unmapped(iri, out)
	return out
}

// belongs reports whether a node stands at this place, where several lists of one
// node share a property: the counts of a measure and of its classes.
func (r *restorer) belongs(c *model.Field, iri string, at spot) bool {
	if c.Parent == nil || c.Parent.Kind != model.Nests {
		return true
	}
	rest, ok := strings.CutPrefix(iri, at.around+"-")
	if !ok {
		return false
	}
	head, tail, more := strings.Cut(rest, "-")
	return !position(head) && (!more || isNumber(tail))
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// compareNodes orders the nodes of a list: by ctg:order where they have it,
// else by their ids.
func (r *restorer) compareNodes(a, b string) int {
	oa, okA := r.order(a)
	ob, okB := r.order(b)
	if okA && okB {
		return cmp.Compare(oa, ob)
	}
	return cmp.Compare(groupID(a), groupID(b))
}

func (r *restorer) order(iri string) (int, bool) {
	o := r.values(iri, "ctg:order")
	if len(o) == 0 {
		return 0, false
	}
	n, err := strconv.Atoi(o[0].Value)
	return n, err == nil
}

// nests restores a list of objects that only group, from the places in the
// IRIs of the nodes below them.
func (r *restorer) nests(c *model.Field, at spot) *value {
	count := r.places(c, at)
	if count == 0 {
		return nil
	}
	list := array()
	for i := range count {
		around := r.rules.patterns[c].iri(&place{study: at.subject, around: at.around, measure: at.measure, index: i})
		list.items = append(list.items, r.object(c, spot{subject: at.subject, around: around, measure: at.measure}))
	}
	return list
}

// places counts the items of such a list: one more than the highest place that
// a node of this subject has, or that is said to be empty.
func (r *restorer) places(c *model.Field, at spot) int {
	pattern := r.rules.patterns[c]
	first := pattern.iri(&place{study: at.subject, around: at.around, measure: at.measure})
	prefix := strings.TrimSuffix(first, "0")
	count := 0
	see := func(rest string) {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if n, err := strconv.Atoi(digits); err == nil && (len(digits) == len(rest) || rest[len(digits)] == '-') {
			count = max(count, n+1)
		}
	}
	for _, property := range []string{"ctg:measurement", "ctg:denominator", "ctg:measure_class", "ctg:measure_category"} {
		for _, t := range r.values(at.subject, property) {
			if rest, ok := strings.CutPrefix(t.Value, prefix); ok {
				see(rest)
			}
		}
	}
	return count
}

// down restores a title or unit from the nodes that carry it.
func (r *restorer) down(c *model.Field, at spot) *value {
	if own := r.own(c, at); own != nil {
		return own
	}
	for _, property := range []string{"ctg:measurement", "ctg:denominator"} {
		for _, t := range r.values(at.subject, property) {
			if !strings.HasPrefix(t.Value, at.around+"-") || (c.Term == "units") != (property == "ctg:denominator") {
				continue
			}
			if vs := r.values(t.Value, c.Property); len(vs) > 0 {
				return stringValue(vs[0].Value)
			}
		}
	}
	return nil
}

// own reads what the node of the place itself says.
func (r *restorer) own(c *model.Field, at spot) *value {
	if vs := r.values(at.around, c.Property); len(vs) > 0 {
		return stringValue(vs[0].Value)
	}
	return nil
}

// recordEmpty puts back what holds nothing.
func (r *restorer) recordEmpty(subject string, out *value) {
	for _, t := range r.values(subject, "tw:empty") {
		space := strings.LastIndexByte(t.Value, ' ')
		if space < 0 {
			continue // the node itself is an object without members
		}
		path, what := t.Value[:space], t.Value[space+1:]
		v := map[string]*value{"{}": object(), "[]": array(), "null": {kind: 'n'}}[what]
		out.put(strings.Split(path, "/"), v)
	}
}

// put sets the value at a path, making what is missing on the way.
func (v *value) put(path []string, val *value) {
	key := source.UnescapePointer(path[0])
	if i, err := strconv.Atoi(key); err == nil && v.kind == '[' {
		for len(v.items) <= i {
			v.items = append(v.items, object())
		}
		if len(path) > 1 {
			v.items[i].put(path[1:], val)
			return
		}
		v.items[i] = val
		return
	}
	inner := v.get(key)
	switch {
	case len(path) == 1:
		v.set(key, val)
		return
	case inner == nil && isNumber(path[1]):
		inner = array()
		v.set(key, inner)
	case inner == nil:
		inner = object()
		v.set(key, inner)
	}
	inner.put(path[1:], val)
}

func (v *value) set(key string, val *value) {
	for i := range v.members {
		if v.members[i].key == key {
			v.members[i].val = val
			return
		}
	}
	v.add(key, val)
}

// placeProperties link a node to the nodes of places and what stands there.
var placeProperties = []string{"ctg:denominator", "ctg:measure_class", "ctg:measure_category"}

// unmapped puts back what the model has no place for.
func (r *restorer) unmapped(subject string, out *value) {
	r.unmappedOf(subject, out)
	for _, property := range placeProperties {
		for _, t := range r.values(subject, property) {
			if position(t.Value[strings.LastIndexByte(t.Value, '-')+1:]) {
				r.unmappedOf(t.Value, out)
			}
		}
	}
}

func (r *restorer) unmappedOf(subject string, out *value) {
	defer r.exactly(subject, out)
	for _, t := range r.values(subject, "tw:unmapped") {
		if strings.HasPrefix(t.Value, exactMark) {
			continue
		}
		path, isList := strings.CutSuffix(t.Value, listEnd)
		keys := strings.Split(path, "/")
		key := source.UnescapePointer(keys[len(keys)-1])
		property := "ctg:" + r.rules.unmappedName(key)
		terms := slices.DeleteFunc(slices.Clone(r.values(subject, property)), func(t rdf.Term) bool { return t.Kind == rdf.IRITerm })
		r.checkSingle(subject, subject, property, key, isList, terms)
		out.put(keys, r.list(subject, property, isList, terms, func(t rdf.Term) *value { return restored(&model.Field{}, t) }))
	}
	var unknown []string
	if n := r.graph[subject]; n != nil {
		for i := range n.properties {
			if property := n.properties[i].name; !r.known[property] && strings.HasPrefix(property, model.NSRegistry) {
				unknown = append(unknown, property)
			}
		}
	}
	slices.Sort(unknown) // so that the same graph gives the same bytes
	for _, property := range unknown {
		for _, o := range r.graph[subject].of(property) {
			if o.Kind == rdf.IRITerm {
				r.unmappedNode(o.Value, out)
			}
		}
	}
}

// exactly puts back what is said exactly.
func (r *restorer) exactly(subject string, out *value) {
	for _, t := range r.values(subject, "tw:unmapped") {
		if path, v, ok := exactValue(t.Value); ok {
			out.put(path, v)
		}
	}
}

// exactValue reads a literal that begins with exactMark.
func exactValue(text string) (path []string, v *value, ok bool) {
	text, ok = strings.CutPrefix(text, exactMark)
	if !ok {
		return nil, nil, false
	}
	object, err := parse([]byte(text))
	if err != nil || len(object.members) != 1 {
		return nil, nil, false
	}
	return strings.Split(object.members[0].key, "/"), object.members[0].val, true
}

// unmappedNode puts back an object that the model has no row for, at the path
// that its IRI holds.
func (r *restorer) unmappedNode(iri string, out *value) {
	start := strings.LastIndex(iri, "x.")
	if start < 0 {
		return
	}
	escaped, index, isList := strings.Cut(iri[start+2:], "-")
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return
	}
	v := object()
	r.recordEmpty(iri, v)
	r.unmappedOf(iri, v)
	if len(v.members) == 1 && v.members[0].key == "" {
		v = v.members[0].val
	}
	keys := undotted(path)
	if isList {
		keys = append(keys, index)
	}
	out.put(keys, v)
}
