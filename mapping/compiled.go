package mapping

import (
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// program is the model and the options made ready to run over the bytes of a
// study: what to do with each key in each place, and the text around each
// value. It never changes and is shared by all converters of an engine.
//
// It is made of the same tables as the bundled context, so that it says what
// json-gold says when it expands an annotated document. The tests prove that
// on real and on mutated studies; there is no other definition of the output.
type program struct {
	*rules
	actions []action
	root    *action
	keys    memberKeys
	paths   memberPaths
	study   studyActions
	// vocabulary has the predicates, classes and datatypes; datatypes are those of the
	// endings.
	vocabulary *rdf.Vocabulary
	datatypes  [endings]uint32
	// empty and unmapped begin the literals that say where something stood.
	empty, unmappedAt *added
	// order begins the literals of places in a list; toType leads to a class.
	order, toType, geometryType lead
	// sharedEnds are what ends a line of the shared graph, by object.
	sharedEnds, closings [endings]string
	// indexed are the lists of nodes that others refer to by name.
	indexed []indexed
	labels  map[string]string
	classes classLines
	// studyClasses are the IRIs of what studyClass returns.
	studyClasses map[string]string
	// labelOf begins a label of a shared node, versions is the action of the
	// one field that the record carries and not the study.
	labelOf  lead
	core     coreProgram
	versions *action
}

// classLines are the predicate and object that state a class.
type classLines struct {
	study, record, entity, organization, sponsor, condition, branch lead
}

// ending is what ends a line, by the object that stands there.
type ending int

const (
	endIRI ending = iota
	endString
	endBoolean
	endInteger
	endDecimal
	endYear
	endMonth
	endDay
	endTime
	endDuration
	endWKT
	endings
)

// datatypes are compact, and empty where a line has none.
var datatypes = [endings]string{
	endBoolean: "xsd:boolean", endInteger: "xsd:integer", endDecimal: "xsd:decimal", endYear: "xsd:gYear", endMonth: "xsd:gYearMonth",
	endDay: "xsd:date", endTime: "xsd:dateTime", endDuration: "xsd:duration", endWKT: "geo:wktLiteral",
}

// endingOf turns a type of the tables into an ending.
func endingOf(typ string) ending {
	return map[string]ending{
		"iri": endIRI, "node": endIRI, "date": endDay, "datetime": endTime, "duration": endDuration,
		"decimal": endDecimal, "integer": endInteger, "wkt": endWKT, "string": endString,
	}[typ]
}

// closing is what stands between an object and the graph.
func (e ending) closing() string {
	switch {
	case e == endIRI:
		return "> "
	case datatypes[e] == "":
		return "\" "
	}
	return "\"^^<" + model.Expand(datatypes[e]) + "> "
}

// appendEnding appends what ends a line in the graph, whose subject is given.
func (p *program) appendEnding(dst []byte, e ending, graph string) []byte {
	return append(append(append(dst, p.closings[e]...), graph...), "> .\n"...)
}

// A line is the subject ("<" and the IRI), a predicate that begins with ">"
// and leads up to the object, the object's own text, and an ending.

// literalPrefix is the predicate of a compact IRI before a literal.
func literalPrefix(property string) string { return "> <" + model.Expand(property) + "> \"" }

// toIRI is the predicate of a compact IRI before an IRI.
func toIRI(property string) string { return "> <" + model.Expand(property) + "> <" }

const toType = "> <" + rdf.RDFType + "> <"

// added is a row of computed.tsv.
type added struct {
	// toIRI and toLiteral are the predicate before either.
	toIRI, literalPrefix lead
	end                  ending
	// off says that the options leave it out.
	off bool
	// link numbers the rows, for the links of the study.
	link int
}

func (p *program) added(id string) *added {
	c := p.model.Added(id)
	a := &added{toIRI: p.toResource(c.Property), literalPrefix: p.toLiteral(c.Property), end: endingOf(c.Type)}
	a.off = c.Calc && p.opts.NoComputed || p.without[c.Part]
	for i := range p.model.Computed {
		if &p.model.Computed[i] == c {
			a.link = i
		}
	}
	return a
}

// op is a model.Kind as a number.
type op uint8

const (
	opText op = iota
	opNest
	opNests
	opNode
	opNodes
	opDown
	opEnum
	opBoolean
	opInteger
	opDecimal
	opDate
	opPartialDate
	opDateTime
	opAge
	opNumText
	opPValue
	opGroupRef
)

var ops = map[model.Kind]op{
	model.Nest: opNest, model.Nests: opNests, model.Node: opNode, model.Nodes: opNodes, model.Down: opDown, model.Enum: opEnum,
	model.Boolean: opBoolean, model.Integer: opInteger, model.Decimal: opDecimal, model.Date: opDate, model.PartialDate: opPartialDate,
	model.DateTime: opDateTime, model.Age: opAge, model.NumText: opNumText, model.PValue: opPValue, model.GroupRef: opGroupRef,
}

// action is what becomes of a field.
type action struct {
	field *model.Field
	op    op
	// class is the subject and the predicate of the type, as it is written.
	class lead
	// off says that the field belongs to a part that is left out, hidden that
	// only its value does not come out.
	off, hidden bool
	mixed       bool // see model.Field.Mixed
	// text says that a string is written as it is and brings nothing with it.
	text bool
	// toIRI, literalPrefix lead to the value; order, concept and derived to what
	// comes with it.
	toIRI, literalPrefix, order, concept lead
	derived                              [2]lead
	// concepts are the IRIs of the concepts of an Enum by their codes; there is
	// an entry for every code, whether the concepts are asked for or not.
	concepts map[string]string
	pattern  pattern
	// unique says that no two nodes of a list can have the same IRI.
	unique bool
	byKey  scan.Key
	// children are the actions of the members, by key.
	children []*action
	// want is the kind of JSON that the registry documents.
	want    byte
	index   int
	place   *added // of a Nests: the link to the node that stands for it
	carrier string
	extra   extraRun
	adds    []*added
	measure bool
	geo     bool
	limit   float64 // how far its numbers go on either side of 0; 0 is any number
	// table is the part in a table of results that a node, or a place, has.
	table tablePart
	// denoms and counts are the actions of the denominators of an object, and of
	// the counts of these; whole is the object around a measure, and wholePath
	// leads to it.
	denoms, counts, whole *action
	wholePath             []scan.Key
	// word is what an extra needs of the field's own name.
	word string
}

// compile makes the program.
func compile(r *rules) (*program, error) {
	p := &program{rules: r}
	// The first action is that of the study; no member has it.
	p.actions = make([]action, 1, len(r.model.Fields)+1)
	p.compileVocabulary()
	p.compileKeys()
	p.empty, p.unmappedAt = p.added("empty"), p.added("unmapped")
	p.labelOf = p.toLiteral("rdfs:label")
	p.order, p.geometryType = p.added("order").literalPrefix, p.typed("Geometry")
	for e := range p.sharedEnds {
		p.closings[e] = ending(e).closing()
		p.sharedEnds[e] = string(p.appendEnding(nil, ending(e), "<"+r.base+"graph/shared"))
	}
	numbers := map[*model.Field]uint16{r.model.Root: 0}
	for _, f := range r.model.Fields {
		numbers[f] = uint16(len(p.actions))
		p.actions = append(p.actions, p.action(f))
	}
	p.actions[0].field = r.model.Root
	for f, n := range numbers {
		if !f.Leaf() || n == 0 {
			p.actions[n].children = p.children(f, numbers)
		}
	}
	p.compileTables(numbers)
	p.root = &p.actions[0]
	p.versions = &p.actions[numbers[r.model.Field("derivedSection.miscInfoModule.versionHolder")]]
	p.studyClasses = map[string]string{}
	for _, t := range [...]string{"INTERVENTIONAL", "OBSERVATIONAL", ""} {
		p.studyClasses[studyClass(t)] = model.Expand(studyClass(t))
	}
	p.classes = classLines{
		study: p.typed("Study"), record: p.typed("Record"), entity: p.is(model.Expand("prov:Entity")), organization: p.typed("Organization"),
		sponsor: p.typed("Sponsor"), condition: p.typed("Condition"), branch: p.typed("BrowseBranch"),
	}
	p.compileIndexed(numbers)
	return p, p.compileCore()
}

func (p *program) children(f *model.Field, numbers map[*model.Field]uint16) []*action {
	out := make([]*action, p.names.Len())
	for _, c := range f.Children {
		out[p.names.Key(c.Key)] = &p.actions[numbers[c]]
	}
	return out
}

// child returns the action of a member, or nil.
func (c *action) child(key scan.Key) *action {
	if int(key) < len(c.children) {
		return c.children[key]
	}
	return nil
}

func (p *program) action(f *model.Field) action {
	a := action{
		mixed: f.Mixed(),
		field: f, op: ops[f.Kind], off: p.without[f.Part], hidden: f.Part == "geo" && p.opts.NoWGS84,
		toIRI: p.toResource(f.Property), literalPrefix: p.toLiteral(f.Property), order: p.toLiteral("tw:order_of_" + f.Local()),
		pattern: p.patterns[f], unique: strings.Contains(f.Node, "{i}"), byKey: p.names.Key(p.byKey[f]),
		table: tableParts[f.Class], carrier: carrier(f.Class), measure: isMeasure(f.Class), geo: f.Key == "geoPoint", limit: f.Limit(), index: -1,
	}
	a.text = (f.Kind == model.Text || f.Kind == model.Markup || f.Kind == model.Enum && !p.opts.Concepts) && !f.List && f.Class != "Record" && !a.hidden && !a.mixed
	a.want = wanted(a.op)
	if f.Class != "" {
		a.class = p.typed(f.Class)
	}
	if id := placeLinks[f.Class]; f.Kind == model.Nests && id != "" {
		a.place = p.added(id)
	}
	if f.Kind == model.Enum {
		a.concepts = p.concepts(f.Enum)
	}
	if f.Kind == model.Enum && p.opts.Concepts {
		a.concept = p.toResource(f.Role("concept").Property)
	}
	if !f.List && f.Kind != model.Enum && !p.opts.NoComputed {
		for i, d := range f.Derived() {
			a.derived[i] = p.toLiteral(d.Property)
		}
	}
	if x, ok := compiledExtras[f.Class]; ok && !f.Leaf() {
		a.extra = x.run
		for _, id := range x.adds(f) {
			a.adds = append(a.adds, p.added(id))
		}
	}
	switch f.Class {
	case "Outcome":
		a.word = outcomeKind(f)
	case "BrowseBranchEntry":
		a.word = browseTree(f)
	}
	return a
}

// wanted is the kind of the values of a field; t stands for true and false.
func wanted(o op) byte {
	switch o {
	case opBoolean:
		return 't'
	case opInteger, opDecimal:
		return '0'
	}
	return '"'
}

// concepts maps the codes of a scheme to the IRIs of the concepts.
func (p *program) concepts(scheme string) map[string]string {
	out := map[string]string{}
	for _, c := range p.model.Concepts {
		if c.Scheme == scheme {
			out[c.Code] = p.base + "concept/" + scheme + "/" + c.Code
		}
	}
	return out
}

// indexed is a list of nodes that others refer to by name.
type indexed struct {
	action *action
	path   []scan.Key
	// by is the prefix of the name, where one table serves several lists.
	by string
}

func (p *program) compileIndexed(numbers map[*model.Field]uint16) {
	for _, path := range [...]string{
		arms + ".armGroups", arms + ".interventions",
		"outcomesModule.primaryOutcomes", "outcomesModule.secondaryOutcomes", "outcomesModule.otherOutcomes",
	} {
		f := p.model.Field(protocol + "." + path)
		a := &p.actions[numbers[f]]
		x := indexed{action: a, path: p.path(f.Path)}
		if f.Class == "Outcome" {
			x.by = f.Key + outcomeGlue
		}
		if !a.off && !p.without[f.Parent.Part] {
			a.index = len(p.indexed)
		}
		p.indexed = append(p.indexed, x)
	}
}

// path turns a dotted path into keys.
func (p *program) path(dotted string) []scan.Key {
	var out []scan.Key
	for k := range strings.SplitSeq(dotted, ".") {
		out = append(out, p.names.Key(k))
	}
	return out
}
