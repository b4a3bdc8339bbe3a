// Package model holds the mapping of ClinicalTrials.gov study records to RDF
// as data. Six tables say everything: fields.tsv (every node of the Data API
// v2 field tree and what it becomes), classes.tsv, computed.tsv (what is added
// to a record), statements.tsv (what is said of statements), enums.tsv and
// countries.tsv. The JSON-LD context, the ontology,
// the concept schemes, the SHACL shapes and the page of terms are generated
// from them, and the converters and readers run on them. Two more say what the
// terms are beside those of other vocabularies: alignments.tsv, and
// alignment-sources.tsv with the files in which those were read.
//
// Call Default for the tables; Context, Ontology and their neighbours for what
// is generated.
package model

//go:generate go run ./generate

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed fields.tsv classes.tsv computed.tsv statements.tsv enums.tsv countries.tsv alignments.tsv alignment-sources.tsv
var tables embed.FS

// Kind says what a field of a record is, and so what becomes of it.
type Kind string

// The kinds of fields.
const (
	// Nest is an object that only groups: its members belong to the node around it.
	Nest Kind = "nest"
	// Nests is a list of such objects; each has a place of its own (Field.Node)
	// below which the nodes inside it get their IRIs.
	Nests Kind = "nests"
	// Node is an object that becomes a node, Nodes a list of them.
	Node  Kind = "node"
	Nodes Kind = "nodes"
	// Text is a string, Markup one with CommonMark in it.
	Text   Kind = "text"
	Markup Kind = "markup"
	// Enum is a code out of the scheme Field.Enum.
	Enum    Kind = "enum"
	Boolean Kind = "boolean"
	Integer Kind = "integer"
	Decimal Kind = "decimal"
	// Date is YYYY-MM-DD, PartialDate also YYYY-MM or YYYY, DateTime YYYY-MM-DDThh:mm.
	Date        Kind = "date"
	PartialDate Kind = "partialdate"
	DateTime    Kind = "datetime"
	// Age is a number and a unit of time, as in "18 Years".
	Age Kind = "age"
	// NumText is a number in a string, PValue one that may have an operator in front.
	NumText Kind = "numtext"
	PValue  Kind = "pvalue"
	// GroupRef names a group of the same section by its id.
	GroupRef Kind = "groupref"
	// Down is a string that belongs to the nodes further down, each of which carries it.
	Down Kind = "down"
)

// Field is a row of fields.tsv: one path of the field tree.
type Field struct {
	// Path is dotted, without array indices; Key is its last part.
	Path, Key string
	Kind      Kind
	// List says that the value is an array of scalars.
	List bool
	// Enum names the concept scheme of an Enum.
	Enum string
	// Class is the class of the node that a Node or Nodes becomes; of other
	// kinds, the class of the node that carries the value.
	Class string
	// Property is a compact IRI; it is empty for Nest and Nests.
	Property string
	// Node is the pattern of the IRI: of the node, of the place (Nests), or of
	// what is pointed at (GroupRef). See Pattern.
	Node string
	// Term is the name of the field in an annotated document. It is the key of
	// the record, but where two modules use one key for two things.
	Term string
	// Part is the part of a record that --no takes out by this name.
	Part string
	// Piece is the name in the classic API; AltPiece lists older spellings.
	Piece, AltPiece string
	// AACT is the table and column of the AACT database, XML the classic element.
	AACT, XML string
	// Definition is the registry's page on the element, Title its name there.
	Definition, Title string
	// Type is the registry's own name of the type.
	Type string

	Parent   *Field
	Children []*Field
}

// Limit is how far the numbers of the field go on either side of 0, in degrees; 0
// is of a field without a limit.
func (f *Field) Limit() float64 {
	switch f.Property {
	case "wgs:lat":
		return 90
	case "wgs:long":
		return 180
	}
	return 0
}

// Mixed reports whether a text of the field holds several fields of the registry
// that cannot be told apart, as cells of a CSV download do.
func (f *Field) Mixed() bool { return f.Key == "siteText" || f.Key == "outcomeText" }

// Leaf reports whether the field holds values and not members.
func (f *Field) Leaf() bool {
	switch f.Kind {
	case Nest, Nests, Node, Nodes:
		return false
	}
	return true
}

// Subject returns the class of the node that carries the field.
func (f *Field) Subject() string {
	if f.Leaf() && f.Class != "" {
		return f.Class
	}
	for p := f.Parent; p != nil; p = p.Parent {
		if p.Kind == Node || p.Kind == Nodes {
			return p.Class
		}
	}
	return "Study"
}

// Inner returns the class of the node that carries the members of the field.
func (f *Field) Inner() string {
	if f.Kind == Node || f.Kind == Nodes {
		return f.Class
	}
	return f.Subject()
}

// Child returns the member with this key, or nil.
func (f *Field) Child(key string) *Field {
	for _, c := range f.Children {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// Class is a row of classes.tsv.
type Class struct {
	Name, Comment string
	// Also are names that it goes by elsewhere, in schema.org and AACT.
	Also []string
}

// Computed is a row of computed.tsv: something that is added to a record.
type Computed struct {
	ID string
	// Classes are the classes whose nodes get it; "*" stands for all.
	Classes []string
	Term    string
	// Property is a compact IRI.
	Property string
	// Type is iri, node, string or a datatype.
	Type string
	// Many says that a node can have several values.
	Many bool
	// Calc says that --calc=off takes it out.
	Calc    bool
	Part    string
	Comment string
}

// Concept is a row of enums.tsv: a code of a scheme.
type Concept struct {
	Scheme, Code, Label string
	// Alternatives are other words for it in classic records.
	Alternatives []string
}

// Country is a row of countries.tsv.
type Country struct {
	Name string
	// Alpha2 is the code of ISO 3166, Alpha3 that of the EU authority list,
	// which is the one of ISO 3166-1 where there is one; Alpha3 is empty for
	// former countries that have no single successor.
	Alpha2, Alpha3 string
}

// Model is the whole of the tables. It is never changed once loaded.
type Model struct {
	// Root is the study: a Node whose children are the sections.
	Root     *Field
	Fields   []*Field
	Classes  []Class
	Computed []Computed
	// Statements are the properties of what reifies statements. They stand in no
	// JSON-LD context.
	Statements []Computed
	Concepts   []Concept
	Countries  []Country

	byPath     map[string]*Field
	byID       map[string]*Computed
	byConcept  map[[2]string]*Concept
	countryIRI map[string]string
	// countryFull has the names with their abbreviations written out; few inputs
	// need it.
	countryFull func() map[string]string
	// meanings has the names that terms go by; few queries need them.
	meanings func() []meaning
	// countryCommas is the most commas in a name of a country.
	countryCommas int
}

// Default returns the tables that this package holds.
var Default = sync.OnceValue(load)

// Field returns the row of a path, or nil.
func (m *Model) Field(path string) *Field { return m.byPath[path] }

// Added returns the row of computed.tsv with this id. An id that the tables
// lack is a fault of this program.
func (m *Model) Added(id string) *Computed {
	c := m.byID[id]
	if c == nil {
		panic("computed.tsv has no row " + id)
	}
	return c
}

// Concept returns a code of a scheme, or nil.
func (m *Model) Concept(scheme, code string) *Concept { return m.byConcept[[2]string{scheme, code}] }

// load reads the embedded tables. They are checked by the tests of this
// package, so a fault in them is a fault of this program.
func load() *Model {
	m := &Model{byPath: map[string]*Field{}, byID: map[string]*Computed{}, byConcept: map[[2]string]*Concept{}, countryIRI: map[string]string{}}
	m.loadFields()
	for _, r := range rows("classes.tsv", true) {
		m.Classes = append(m.Classes, Class{Name: r[0], Also: items(r[1]), Comment: r[2]})
	}
	m.loadComputed()
	m.loadConcepts()
	for _, r := range rows("countries.tsv", true) {
		m.addCountry(Country{Name: r[0], Alpha2: r[1], Alpha3: r[2]})
	}
	m.countryFull = sync.OnceValue(m.countriesInFull)
	m.meanings = sync.OnceValue(m.findMeanings)
	return m
}

func (m *Model) loadFields() {
	m.Root = &Field{Kind: Node, Class: "Study"}
	m.byPath[""] = m.Root
	for _, r := range rows("fields.tsv", true) {
		f := &Field{
			Path: r[0], Enum: r[2], Class: r[3], Property: r[4], Node: r[5], Term: r[6], Part: r[7],
			Piece: r[8], AltPiece: r[9], AACT: r[10], XML: r[11], Definition: r[12], Title: r[13], Type: r[14],
		}
		kind, list := strings.CutSuffix(r[1], "*")
		f.Kind, f.List = Kind(kind), list
		parent := ""
		if i := strings.LastIndexByte(f.Path, '.'); i >= 0 {
			parent = f.Path[:i]
		}
		f.Key = f.Path[strings.LastIndexByte(f.Path, '.')+1:]
		f.Parent = m.byPath[parent]
		if f.Parent == nil {
			panic("fields.tsv: " + f.Path + " stands before its parent")
		}
		f.Parent.Children = append(f.Parent.Children, f)
		m.byPath[f.Path] = f
		m.Fields = append(m.Fields, f)
	}
}

func (m *Model) loadComputed() {
	for _, r := range rows("computed.tsv", true) {
		m.Computed = append(m.Computed, Computed{
			ID: r[0], Classes: strings.Split(r[1], "|"), Term: r[2], Property: r[3], Type: r[4],
			Many: r[5] == "yes", Calc: r[6] == "yes", Part: r[7], Comment: r[8],
		})
	}
	for _, r := range rows("statements.tsv", true) {
		m.Statements = append(m.Statements, Computed{ID: r[0], Classes: []string{"*"}, Property: r[0], Type: r[1], Calc: true, Comment: r[2]})
	}
	for i := range m.Computed {
		m.byID[m.Computed[i].ID] = &m.Computed[i]
	}
}

func (m *Model) loadConcepts() {
	for _, r := range rows("enums.tsv", true) {
		c := Concept{Scheme: r[0], Code: r[1], Label: r[2]}
		if r[3] != "" {
			c.Alternatives = strings.Split(r[3], "|")
		}
		m.Concepts = append(m.Concepts, c)
	}
	for i := range m.Concepts {
		c := &m.Concepts[i]
		m.byConcept[[2]string{c.Scheme, c.Code}] = c
	}
}

// rows splits an embedded table into its cells.
func rows(name string, header bool) [][]string {
	data, err := tables.ReadFile(name)
	if err != nil {
		panic(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	width := strings.Count(lines[0], "\t")
	if header {
		lines = lines[1:]
	}
	out := make([][]string, 0, len(lines))
	for i, l := range lines {
		cells := strings.Split(l, "\t")
		if len(cells) != width+1 {
			panic(fmt.Sprintf("%s: row %d has %d cells, expected %d", name, i, len(cells), width+1))
		}
		out = append(out, cells)
	}
	return out
}
