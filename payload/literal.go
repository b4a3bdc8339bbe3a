package payload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Context is a JSON-LD context that is tried on records: which literals it
// makes, and whether they are what their datatype says.
type Context struct {
	doc   *yamltree.Document
	names *scan.Names
	root  *vocabulary
	terms []*term
	// engine annotates records before the context is applied; nil where it is
	// applied to records as they are.
	engine *mapping.Engine
}

// vocabulary are the terms of a context, by name, without the scoped ones.
type vocabulary struct {
	// terms is indexed by key.
	terms []*term
}

// term is a term of a context.
type term struct {
	id   int
	name string
	path []string
	nest bool
	// datatype is the datatype of XML Schema that values are coerced to; empty
	// for none, or another.
	datatype string
	scoped   *vocabulary
}

// ReadContext reads a context. An annotated one is applied to records as
// trialweave annotate writes them. Its errors are *source.Error values.
func ReadContext(file string, text []byte, annotated bool) (*Context, error) {
	doc, err := yamltree.Parse(file, text, nil)
	if err != nil {
		return nil, err
	}
	root := doc.Root.Lookup("@context")
	if root == nil {
		return nil, &source.Error{Position: doc.Position(doc.Root.Range.Start), Problem: "this is not a JSON-LD context", Expected: "an object with @context"}
	}
	c := &Context{doc: doc, names: scan.NewNames(append(termNames(root), "@type", "@value"))}
	c.root = c.vocabulary(root, []string{"@context"}, prefixes(root))
	if annotated {
		c.engine, err = mapping.NewEngine(nil)
	}
	return c, err
}

// termNames are the names of all terms of a context, scoped ones included.
func termNames(n *yamltree.Node) (out []string) {
	if n == nil {
		return nil
	}
	for i, item := range n.Items {
		if n.Kind == yamltree.Mapping {
			out = append(out, n.Keys[i].Name)
		}
		if n.Kind == yamltree.Sequence {
			out = append(out, termNames(item)...)
		}
		out = append(out, termNames(item.Lookup("@context"))...)
	}
	return out
}

// prefixes are the terms that stand for the namespace of XML Schema.
func prefixes(root *yamltree.Node) []string {
	out := []string{xsd}
	for i, key := range root.Keys {
		if root.Items[i].Text == xsd {
			out = append(out, key.Name+":")
		}
	}
	return out
}

const xsd = "http://www.w3.org/2001/XMLSchema#"

func (c *Context) vocabulary(n *yamltree.Node, at, xsdPrefixes []string) *vocabulary {
	v := &vocabulary{terms: make([]*term, c.names.Len())}
	for i, item := range n.Items {
		if n.Kind == yamltree.Sequence {
			for key, t := range c.vocabulary(item, append(slices.Clone(at), fmt.Sprint(i)), xsdPrefixes).terms {
				if t != nil {
					v.terms[key] = t
				}
			}
			continue
		}
		name := n.Keys[i].Name
		if strings.HasPrefix(name, "@") || item.Kind == yamltree.Null {
			continue
		}
		t := &term{id: len(c.terms), name: name, path: append(slices.Clone(at), name), nest: item.Text == "@nest"}
		c.terms = append(c.terms, t)
		for _, prefix := range xsdPrefixes {
			if local, ok := strings.CutPrefix(textOf(item, "@type"), prefix); ok {
				t.datatype = local
			}
		}
		if inner := item.Lookup("@context"); inner != nil {
			t.scoped = c.vocabulary(inner, append(slices.Clone(t.path), "@context"), xsdPrefixes)
		}
		v.terms[c.names.Key(name)] = t
	}
	return v
}

// trial applies a context to records. It belongs to one goroutine.
type trial struct {
	context *Context
	scanner *scan.Scanner
	typeKey scan.Key
	trail   []step
	at      origin
	seen    []int64 // values that were coerced, for each term
	faults  map[int]*tally
	buffer  []byte
}

func newTrial(c *Context) *trial {
	return &trial{context: c, scanner: scan.NewScanner(c.names), typeKey: c.names.Key("@type"), seen: make([]int64, len(c.terms)), faults: map[int]*tally{}}
}

// record tries the context on a record; one that cannot be annotated is told
// elsewhere.
func (t *trial) record(json []byte, at origin) {
	if t.context.engine != nil {
		var err error
		if t.buffer, err = t.context.engine.Annotate(t.buffer[:0], json, mapping.NoContext); err != nil {
			return
		}
		json = t.buffer
	}
	if !t.scanner.Scan(json) {
		return
	}
	t.at, t.trail = at, append(t.trail[:0], step{})
	t.value(0, []*vocabulary{t.context.root})
}

// value looks into a value with the vocabularies that hold for it, the
// innermost last.
func (t *trial) value(at int, active []*vocabulary) {
	v := &t.scanner.Values[at]
	if v.Kind != '{' && v.Kind != '[' {
		return
	}
	inner := active
	if v.Kind == '{' {
		inner = t.typed(at, active)
	}
	for i, n := at+1, 0; i < int(v.Next); i, n = int(t.scanner.Values[i].Next), n+1 {
		t.trail = append(t.trail, step{i, n})
		if v.Kind == '[' {
			t.value(i, active)
		} else {
			t.member(i, inner, active)
		}
		t.trail = t.trail[:len(t.trail)-1]
	}
}

// typed adds what the classes of an object bring for its members.
func (t *trial) typed(at int, active []*vocabulary) []*vocabulary {
	types := t.scanner.Member(at, t.typeKey)
	if types == 0 {
		return active
	}
	out := slices.Clone(active)
	v := &t.scanner.Values[types]
	from, to := types, types+1
	if v.Kind == '[' {
		from, to = types+1, int(v.Next)
	}
	for i := from; i < to; i++ {
		if class := find(active, t.context.names.Key(t.scanner.String(i))); class != nil && class.scoped != nil {
			out = append(out, class.scoped)
		}
	}
	return out
}

func find(active []*vocabulary, key scan.Key) *term {
	if key == scan.Unknown {
		return nil
	}
	for _, v := range slices.Backward(active) {
		if t := v.terms[key]; t != nil {
			return t
		}
	}
	return nil
}

// member looks at a member of an object: what the term makes of scalars, and
// what is further down. Terms of a class hold for its own members, and for
// those of nested objects that only group.
func (t *trial) member(at int, inner, outer []*vocabulary) {
	v := &t.scanner.Values[at]
	if v.Key == scan.Unknown {
		if strings.HasPrefix(t.scanner.KeyOf(at), "@graph") {
			t.value(at, outer)
		}
		return
	}
	found := find(inner, v.Key)
	switch {
	case found == nil:
		return
	case found.datatype != "":
		t.literals(found, at)
	}
	below := outer
	if found.nest {
		below = inner
	} else if found.scoped != nil {
		below = append(slices.Clone(outer), found.scoped)
	}
	t.value(at, below)
}

// literals judges the scalars that a term makes literals of.
func (t *trial) literals(found *term, at int) {
	v := &t.scanner.Values[at]
	from, to := at, at+1
	if v.Kind == '[' {
		from, to = at+1, int(v.Next)
	}
	for i := from; i < to; i = int(t.scanner.Values[i].Next) {
		if !t.scanner.Values[i].Scalar() {
			continue
		}
		t.seen[found.id]++
		text := t.scanner.Raw(i)
		if t.scanner.Values[i].Kind == '"' {
			text = t.scanner.String(i)
		}
		if !isLexical(found.datatype, text) {
			t.fault(found, i)
		}
	}
}

func (t *trial) fault(found *term, at int) {
	w := walker{scanner: t.scanner, trail: t.trail, at: t.at}
	tallied := t.faults[found.id]
	if tallied == nil {
		tallied = &tally{first: w.example()}
		tallied.first.text = shortened(t.scanner, at)
		t.faults[found.id] = tallied
	}
	tallied.count++
	if tallied.last != t.at.order+1 {
		tallied.last = t.at.order + 1
		tallied.records++
	}
}

func (t *trial) merge(o *trial) {
	for i, n := range o.seen {
		t.seen[i] += n
	}
	for id, other := range o.faults {
		t.faults[id] = other.plus(t.faults[id])
	}
}

// findings are those on the context.
func (t *trial) findings(records int64) (out []report.Finding) {
	for id, tallied := range t.faults {
		found := t.context.terms[id]
		r, _ := t.context.doc.KeyRangeAt(found.path...)
		place := report.Place{File: t.context.doc.Name, Range: reportRange(r), Path: found.path}
		evidence := report.Related{
			Message: fmt.Sprintf("%s of %s (%s), %s of %s; first %s in", wording.Grouped(tallied.records), wording.CountGrouped(records, "record"), share(tallied.records, records), wording.Grouped(tallied.count), wording.CountGrouped(t.seen[id], "value"), tallied.first.text),
			Place:   report.Place{File: tallied.first.file, Path: tallied.first.pointer},
		}
		out = append(out, checkLiteral().finding(place, fmt.Sprintf("the term %q makes invalid xsd:%s literals", found.name, found.datatype), evidence))
	}
	return out
}

func checkLiteral() Check {
	return Check{
		ID: "payload-literal", Severity: report.Error,
		Description: "The literals that a context makes of values are what their datatype says.",
		Why:         "A store keeps an ill-typed literal and compares it with nothing: queries by date or number pass it over.",
		Fix:         "Take the @type out, or coerce to a datatype that all values have.",
	}
}
