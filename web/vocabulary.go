package web

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// vocabulary has the terms of the model by IRI.
type vocabulary struct {
	model *model.Model
	terms map[string]*vocabularyTerm
	order []*vocabularyTerm
	once  sync.Once
	known []index.ID // the properties that the store has
	// ontology has the quads of the ontology by subject; it is read once.
	ontology func() (map[string][]rdf.Quad, error)
}

// vocabularyTerm is a class or a property.
type vocabularyTerm struct {
	IRI, Name, Comment string
	Class              bool
	Property           *model.Property
	Enums              []string // the schemes of its codes
}

func newVocabulary(m *model.Model) *vocabulary {
	v := &vocabulary{model: m, terms: map[string]*vocabularyTerm{}, ontology: sync.OnceValues(readOntology)}
	enums := map[string][]string{}
	for _, f := range m.Fields {
		if f.Enum != "" && !slices.Contains(enums[f.Property], f.Enum) {
			enums[f.Property] = append(enums[f.Property], f.Enum)
		}
	}
	for _, c := range m.Classes {
		v.add(&vocabularyTerm{Name: "ctg:" + c.Name, Comment: c.Comment, Class: true})
	}
	for _, p := range m.Properties() {
		v.add(&vocabularyTerm{Name: p.Name, Comment: commentOf(p), Property: p, Enums: enums[p.Name]})
	}
	return v
}

// commentOf is what a property means: where several fields of the record use it,
// that of the first does not say it.
func commentOf(p *model.Property) string {
	if len(p.Paths) < 2 || !strings.HasPrefix(p.Comment, "The value of ") {
		return p.Comment
	}
	const most = 3
	paths := p.Paths[:min(most, len(p.Paths))]
	out := "The value of each of " + strconv.Itoa(len(p.Paths)) + " fields of the record: " + strings.Join(paths, ", ")
	if len(p.Paths) > most {
		out += " and others"
	}
	return out + "."
}

func (v *vocabulary) add(t *vocabularyTerm) {
	t.IRI = model.Expand(t.Name)
	v.terms[t.IRI] = t
	v.order = append(v.order, t)
}

// named returns the term with an IRI, or nil.
func (v *vocabulary) named(iri string) *vocabularyTerm { return v.terms[iri] }

// properties are those of the model that a store has.
func (v *vocabulary) properties(g graph) []index.ID {
	v.once.Do(func() {
		for _, t := range v.order {
			if id := g.iri(t.IRI); !t.Class && id != 0 {
				v.known = append(v.known, id)
			}
		}
	})
	return v.known
}

// quads are what the ontology says of a term that the store does not have.
func (v *vocabulary) quads(iri string) ([]rdf.Quad, error) {
	t := v.named(iri)
	if t == nil {
		return nil, errNotHere
	}
	bySubject, err := v.ontology()
	if err != nil {
		return nil, err
	}
	out := slices.Clone(bySubject[iri])
	if len(out) == 0 { // a term of another vocabulary
		node := rdf.IRI(iri)
		out = append(out, rdf.Quad{Subject: node, Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI(model.Expand("rdf:Property"))},
			rdf.Quad{Subject: node, Predicate: rdf.IRI(model.Expand("rdfs:comment")), Object: rdf.String(t.Comment)})
	}
	return out, nil
}

func readOntology() (map[string][]rdf.Quad, error) {
	bySubject := map[string][]rdf.Quad{}
	for q, err := range rdf.Read(bytes.NewReader(model.Ontology()), rdf.Turtle, nil) {
		if err != nil {
			return nil, err
		}
		bySubject[q.Subject.Value] = append(bySubject[q.Subject.Value], q)
	}
	return bySubject, nil
}

// termView is what the page of a term says beside its triples.
type termView struct {
	Comment     string
	Kind        string
	Classes     []link
	Ranges      []link
	Paths       []string
	Definitions []string
	Codes       []codeView
	Properties  []termRow
	Example     *exampleView
}

type codeView struct{ Code, Label, Scheme, Href string }

type exampleView struct{ Subject, Object link }

// termRow is a line of a table of terms.
type termRow struct {
	Name, Href, Comment string
	Ranges              string
	Count               int
	Computed            bool
	Counted             bool
}

func (s *Site) termView(t *vocabularyTerm) *termView {
	v := &termView{Comment: t.Comment, Kind: "Property"}
	if t.Class {
		v.Kind = "Class"
		v.Properties = s.propertiesOf(strings.TrimPrefix(t.Name, "ctg:"))
		v.Example = s.example(index.Quad{index.Predicate: s.graph.iri(rdf.RDFType), index.Object: s.graph.iri(t.IRI)})
		return v
	}
	for _, c := range t.Property.Classes {
		if c == "*" {
			v.Classes = append(v.Classes, link{Text: "every class"})
			continue
		}
		l := link{Text: "ctg:" + c}
		if s.terms.named(model.Expand(l.Text)) != nil {
			l.Href = termPage(l.Text)
		}
		v.Classes = append(v.Classes, l)
	}
	for _, r := range t.Property.Ranges {
		l := link{Text: r}
		if s.terms.named(model.Expand(r)) != nil {
			l.Href = termPage(r)
		}
		v.Ranges = append(v.Ranges, l)
	}
	v.Paths, v.Definitions = t.Property.Paths, t.Property.Definitions
	for _, scheme := range t.Enums {
		for _, c := range s.links.model.Concepts {
			if c.Scheme == scheme {
				v.Codes = append(v.Codes, codeView{c.Code, c.Label, scheme, ""})
			}
		}
	}
	v.Example = s.example(index.Quad{index.Predicate: s.graph.iri(t.IRI)})
	return v
}

// example is the first triple of a pattern, nil where there is none.
func (s *Site) example(pattern index.Quad) *exampleView {
	if pattern[index.Predicate] == 0 {
		return nil
	}
	var out *exampleView
	s.graph.Match(pattern, index.Union, func(q index.Quad) bool {
		out = &exampleView{s.link(s.graph.Term(q[index.Subject])), s.link(s.graph.Term(q[index.Object]))}
		out.Object.Text = shortened(out.Object.Text, 300)
		return false
	})
	return out
}

// usage counts how often a term is used here.
func (s *Site) usage(id index.ID, t *vocabularyTerm) []countView {
	if s.static {
		return nil
	}
	if id == 0 {
		return []countView{{"uses in this dataset", 0}}
	}
	if t.Class {
		return []countView{{"nodes of this class", s.graph.count(s.graph.iri(rdf.RDFType), id)}}
	}
	c := s.graph.Predicate(id)
	return []countView{{"triples", c.Quads}, {"subjects", c.Subjects}, {"different values", c.Objects}}
}

// propertiesOf are the properties of a class.
func (s *Site) propertiesOf(class string) []termRow {
	var out []termRow
	for _, t := range s.terms.order {
		if !t.Class && slices.Contains(t.Property.Classes, class) {
			out = append(out, s.termRow(t))
		}
	}
	return out
}

func (s *Site) termRow(t *vocabularyTerm) termRow {
	row := termRow{Name: t.Name, Href: termPage(t.Name), Comment: t.Comment, Counted: !s.static}
	id := s.graph.iri(t.IRI)
	switch {
	case t.Class:
		row.Count = s.graph.count(s.graph.iri(rdf.RDFType), id)
		return row
	case id != 0:
		row.Count = s.graph.Predicate(id).Quads
	}
	row.Ranges, row.Computed = strings.Join(t.Property.Ranges, ", "), t.Property.Computed
	return row
}

// vocabularyPage lists all terms.
type vocabularyPage struct {
	page
	Classes, Properties []termRow
	Schemes             []schemeView
}

type schemeView struct {
	Name  string
	Codes []codeView
}

// ofVocabulary answers for the vocabulary and for the model: both are the
// ontology as data.
func (s *Site) ofVocabulary(w http.ResponseWriter, r *http.Request, path string, f format) error {
	switch {
	case f.record:
		return &statusError{http.StatusNotAcceptable, "Only studies have a record as JSON."}
	case f.name != "html":
		return s.send(w, r, f, func() error { return s.writeOntology(w, f) })
	case path == pathModel:
		return s.classes(w, r)
	}
	return s.vocabulary(w, r)
}

func (s *Site) vocabulary(w http.ResponseWriter, r *http.Request) error {
	p := &vocabularyPage{page: s.page("Vocabulary")}
	p.Alternates = s.alternates(pathVocabulary, false)
	for _, t := range s.terms.order {
		if t.Class {
			p.Classes = append(p.Classes, s.termRow(t))
		} else {
			p.Properties = append(p.Properties, s.termRow(t))
		}
	}
	for _, c := range s.links.model.Concepts {
		if n := len(p.Schemes); n == 0 || p.Schemes[n-1].Name != c.Scheme {
			p.Schemes = append(p.Schemes, schemeView{Name: c.Scheme})
		}
		last := &p.Schemes[len(p.Schemes)-1]
		last.Codes = append(last.Codes, codeView{Code: c.Code, Label: c.Label})
	}
	return s.html(w, r, "vocabulary", p)
}

func (s *Site) writeOntology(w http.ResponseWriter, f format) error {
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(model.Ontology()), rdf.Turtle, nil) {
		if err != nil {
			return err
		}
		quads = append(quads, q)
	}
	return s.write(w, f, quads)
}

// classNode is a class in the diagram, with the classes that its nodes lead to.
type classNode struct {
	Class, Href, By, ByHref string
	Many                    bool
	Count                   int
	Counted                 bool
	Parts                   []classNode
}

type modelPage struct {
	page
	Root classNode
}

// classes shows how the classes hang together: the tree of the nodes that a
// record becomes.
func (s *Site) classes(w http.ResponseWriter, r *http.Request) error {
	p := &modelPage{page: s.page("Model")}
	p.Alternates = s.alternates(pathVocabulary, false)
	p.Root = s.classNode(s.links.model.Root)
	p.Root.Class, p.Root.Href, p.Root.By = "Study", termPage("ctg:Study"), ""
	return s.html(w, r, "model", p)
}

func (s *Site) classNode(f *model.Field) classNode {
	n := classNode{Class: f.Class, Href: termPage("ctg:" + f.Class), By: f.Property, ByHref: termPage(f.Property), Many: f.Kind == model.Nodes, Counted: !s.static}
	n.Count = s.graph.count(s.graph.iri(rdf.RDFType), s.graph.term("ctg:"+f.Class))
	n.Parts = s.classParts(f)
	return n
}

// classParts are the nodes below a field; what only groups is passed through.
func (s *Site) classParts(f *model.Field) []classNode {
	var out []classNode
	for _, c := range f.Children {
		switch c.Kind {
		case model.Node, model.Nodes:
			n := s.classNode(c)
			if !slices.ContainsFunc(out, func(o classNode) bool { return o.Class == n.Class && o.By == n.By }) {
				out = append(out, n)
			}
		case model.Nest, model.Nests:
			out = append(out, s.classParts(c)...)
		}
	}
	return out
}
