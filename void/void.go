// Package void counts quads by class, property and graph, and describes the
// dataset that they make in VoID (https://www.w3.org/TR/void/).
//
// The first call to make is New; Add takes quads, AddLines what the converters
// write, and Turtle writes the description.
package void

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Counts are those of a dataset. A quad that comes twice counts twice. The
// entities of a class are its statements of rdf:type.
type Counts struct {
	Quads int64
	// Classes, Properties and Graphs are by IRI; the default graph is "".
	Classes, Properties, Graphs Tally
}

// Tally says how often names were counted.
type Tally map[string]*int64

// Add counts a name n times.
func (t Tally) Add(name string, n int64) {
	if at := t[name]; at != nil {
		*at += n
		return
	}
	t[name] = &n
}

// one counts a name once. It allocates only for what is new, and looks what is
// not up once.
func (t Tally) one(name []byte) {
	if at := t[string(name)]; at != nil {
		*at++
		return
	}
	t.Add(string(name), 1)
}

// N is how often a name was counted.
func (t Tally) N(name string) int64 {
	if at := t[name]; at != nil {
		return *at
	}
	return 0
}

// Sorted returns the names, the most frequent first.
func (t Tally) Sorted() []string {
	return slices.SortedFunc(maps.Keys(t), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.N(b), t.N(a)), strings.Compare(a, b))
	})
}

// New makes the counts of nothing.
func New() *Counts {
	return &Counts{Classes: Tally{}, Properties: Tally{}, Graphs: Tally{}}
}

// Add counts a quad.
func (c *Counts) Add(q rdf.Quad) {
	c.Quads++
	c.Properties.Add(q.Predicate.Value, 1)
	c.Graphs.Add(q.Graph.Value, 1)
	if q.Predicate.Value == rdf.RDFType {
		c.Classes.Add(q.Object.Value, 1)
	}
}

// AddLines counts canonical N-Quads (RDF 1.1 N-Quads, section 4) in named
// graphs, such as mapping.Output has, without parsing what need not be. The
// error quotes the first line that is none; those before it are counted.
func (c *Counts) AddLines(lines []byte) error {
	var graph []byte
	n := int64(0) // of lines in graph, not counted yet
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n')
		l, ok := cut(lines[:max(end, 0)])
		if end < 0 || !ok {
			c.inGraph(graph, n)
			return fmt.Errorf("line %.80q, expected canonical N-Quads in a named graph", lines)
		}
		lines = lines[end+1:]
		c.Properties.one(l.predicate)
		if string(l.predicate) == rdf.RDFType {
			c.Classes.one(l.object)
		}
		if !bytes.Equal(l.graph, graph) {
			c.inGraph(graph, n)
			graph, n = l.graph, 0
		}
		n++
	}
	c.inGraph(graph, n)
	return nil
}

func (c *Counts) inGraph(graph []byte, n int64) {
	if n > 0 {
		c.Quads += n
		c.Graphs.Add(string(graph), n)
	}
}

// line has the parts of a line that are counted, without brackets.
type line struct{ predicate, object, graph []byte }

func cut(b []byte) (l line, ok bool) {
	subject := bytes.IndexByte(b, ' ')
	if subject < 0 || !bytes.HasPrefix(b[subject:], []byte(" <")) || !bytes.HasSuffix(b, []byte("> .")) {
		return l, false
	}
	rest := b[subject+2:]
	end := bytes.IndexByte(rest, '>')
	last := bytes.LastIndexByte(b, '<')
	graph := last - subject - 2 // in rest
	if end < 0 || graph < end+3 || b[last-1] != ' ' {
		return l, false
	}
	l.predicate, l.graph = rest[:end], b[last+1:len(b)-3]
	object := rest[end+2 : graph-1]
	if len(object) > 1 && object[0] == '<' {
		object = object[1 : len(object)-1]
	}
	l.object = object
	return l, true
}

// Studies is how many studies there are.
func (c *Counts) Studies() int64 { return c.Classes.N(model.NSRegistry + "Study") }

const namespace = "http://rdfs.org/ns/void#"

// Turtle describes the dataset, the graphs as subsets.
func (c *Counts) Turtle(w io.Writer, prefixes []rdf.Prefix) error {
	out, err := rdf.NewWriter(w, rdf.Turtle, &rdf.WriteOptions{Prefixes: prefixes})
	if err != nil {
		return err
	}
	dataset := rdf.IRI(model.DefaultBase + "dataset")
	v := writer{out: out}
	v.write(dataset, rdf.RDFType, rdf.IRI(namespace+"Dataset"))
	v.count(dataset, "triples", c.Quads)
	v.count(dataset, "classes", int64(len(c.Classes)))
	v.count(dataset, "properties", int64(len(c.Properties)))
	v.count(dataset, "entities", c.Studies())
	v.partitions(dataset, "classPartition", "class", "entities", c.Classes)
	v.partitions(dataset, "propertyPartition", "property", "triples", c.Properties)
	for _, name := range c.Graphs.Sorted() {
		if name != "" {
			v.write(dataset, namespace+"subset", rdf.IRI(name))
			v.count(rdf.IRI(name), "triples", c.Graphs.N(name))
		}
	}
	if v.err != nil {
		return v.err
	}
	return out.Close()
}

// writer keeps the first error.
type writer struct {
	out *rdf.Writer
	err error
}

func (v *writer) write(s rdf.Term, p string, o rdf.Term) {
	if v.err == nil {
		v.err = v.out.Write(rdf.Quad{Subject: s, Predicate: rdf.IRI(p), Object: o})
	}
}

func (v *writer) count(s rdf.Term, p string, n int64) {
	v.write(s, namespace+p, rdf.Typed(fmt.Sprint(n), rdf.XSDInteger))
}

func (v *writer) partitions(dataset rdf.Term, relation, points, counted string, n Tally) {
	for i, name := range n.Sorted() {
		node := rdf.IRI(fmt.Sprintf("%s#%s-%d", dataset.Value, points, i+1))
		v.write(dataset, namespace+relation, node)
		v.write(node, namespace+points, rdf.IRI(name))
		v.count(node, counted, n.N(name))
	}
}
