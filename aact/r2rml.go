package aact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// R2RML returns mappings of the database's tables to the terms of the model, in
// the language of the W3C recommendation of that name, for those who ask AACT
// in place. They are made from the same tables as everything else: the nodes
// have the IRIs that Database gives them, and the triples are those of the
// fields and of the links between nodes; what is computed, and the shared
// graph, are left to convert.
//
// The queries are of PostgreSQL 13 or later, which can normalize and hash the
// natural keys that IRIs are made of. They know nothing of the form "once" of
// tables.tsv: two items in a row that say the same of themselves are one. Nor do
// they make denominators of the numbers analysed in classes of the baseline.
func R2RML() []byte {
	w := r2rml{model: model.Default(), nodes: map[string]string{}, filled: map[string]*load{}}
	w.text.WriteString(`# Made from the tables of trialweave; do not edit.
@base <https://w3id.org/trialweave/r2rml> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
`)
	w.plans = todays()
	for i := range w.plans {
		w.load(&w.plans[i])
	}
	return []byte(w.text.String())
}

// todays are the plans without what only earlier exports say.
func todays() []load {
	earlier := func(c column) bool { return c.otherwise || len(c.choice) > 0 && c.name() == "" }
	out := slices.DeleteFunc(slices.Clone(plans()), func(l load) bool { return l.sums() })
	for i := range out {
		l := &out[i]
		l.columns = slices.DeleteFunc(slices.Clone(l.columns), earlier)
		l.levels = slices.Clone(l.levels)
		for k := range l.levels {
			l.levels[k].columns = slices.DeleteFunc(slices.Clone(l.levels[k].columns), earlier)
		}
	}
	return out
}

type r2rml struct {
	model *model.Model
	plans []load
	text  strings.Builder
	maps  int
	// nodes are the queries for the node that each row of a table became: its
	// id, its IRI and that of the outcome measure around it.
	nodes map[string]string
	// filled are the tables that were the first to fill a list.
	filled map[string]*load
	at     triplesMap // in the making
}

// triplesMap is a map of the rows of a query to a node and its values.
type triplesMap struct {
	from, subject, class string
	objects              []objectMap
}

// objectMap is a value: an expression, and what it is.
type objectMap struct {
	predicate, expression string
	// datatype is a compact IRI, or "" for a string; iri says that it is a node.
	datatype string
	iri      bool
}

// query is a SELECT in the making, with a column for each level.
type query struct {
	load *load
	from string // the statement so far
	// scope is the expression of the node at which the paths begin.
	scope string
	path  string // of the scope, in the field tree
	// around and parent are the columns of the place and of the node around.
	around, parent string
	carried        []column // texts that the nodes below carry
	carriedBy      []*model.Field
}

func (w *r2rml) load(l *load) {
	q := w.begin(l)
	w.ownColumns(q)
	if l.to == "" {
		w.singles(q)
	}
	levels := l.inner()
	for i := range levels {
		w.level(q, &levels[i], i, i == len(levels)-1)
	}
	if len(levels) > 0 && w.nodes[l.table] == "" {
		measure := "x_measure"
		if l.table == "outcomes" {
			measure = q.parent
		}
		w.nodes[l.table] = fmt.Sprintf("SELECT id AS row_id, x_study, x_graph, %s AS x_subject, %s AS x_measure FROM (%s) n", q.parent, measure, q.from)
	}
}

const tableSchema = schema + "."

// begin selects the rows of a load with the node that they belong to.
func (w *r2rml) begin(l *load) *query {
	q := &query{load: l, scope: "x_study", around: "x_study", parent: "x_study"}
	where := l.selection("t.")
	study := quote(model.StudyBase) + " || t.nct_id"
	switch {
	case l.to == "":
		id := "t.id"
		if l.table == keyTable {
			id = "0"
		}
		q.from = fmt.Sprintf("SELECT t.*, %s AS x_order, %s AS x_study, %s || '#record' AS x_graph, NULL::text AS x_measure FROM %s%s t%s",
			id, study, study, tableSchema, l.table, where)
		return q
	case l.link.name() == outcomeLink || len(l.link) > 1:
		q.from = fmt.Sprintf(`SELECT t.*, t.id AS x_order, p.x_study, p.x_graph, p.x_subject AS x_scope, p.x_measure FROM %[1]s%[2]s t`+
			` JOIN (SELECT result_group_id, outcome_id FROM %[1]soutcome_counts UNION SELECT result_group_id, outcome_id FROM %[1]soutcome_measurements) x`+
			` ON x.result_group_id::text = t.id::text JOIN (%[3]s) p ON p.row_id::text = x.outcome_id::text%[4]s`, tableSchema, l.table, w.nodes[l.to], where)
	default:
		q.from = fmt.Sprintf("SELECT t.*, t.id AS x_order, p.x_study, p.x_graph, p.x_subject AS x_scope, p.x_measure FROM %s%s t JOIN (%s) p ON p.row_id::text = t.%s::text%s",
			tableSchema, l.table, w.nodes[l.to], l.link.name(), where)
	}
	q.scope, q.around, q.parent = "x_scope", "x_scope", "x_scope"
	var lists []string
	for _, level := range l.levels[:l.depth()] {
		lists = append(lists, strings.Join(level.path, "."))
	}
	q.path = strings.Join(lists, ".")
	return q
}

// selection is the WHERE of the rows of a load, or "".
func (l *load) selection(table string) string {
	var out []string
	for _, c := range l.where {
		text := fmt.Sprintf("lower(%s%s::text)", table, c.column.name())
		switch {
		case c.not:
			out = append(out, text+" IS DISTINCT FROM "+quote(strings.ToLower(c.equal)))
		case c.equal == "true":
			out = append(out, text+" IN ('t', 'true')")
		default:
			out = append(out, text+" = "+quote(strings.ToLower(c.equal)))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(out, " AND ")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// field is that of a column below a path.
func (w *r2rml) field(path string, c column) *model.Field {
	return w.model.Field(strings.TrimPrefix(path+"."+strings.Join(c.path, "."), "."))
}

// ownColumns maps the columns of the study, or of the node that a linked row
// belongs to. Those of a single node on the way are left to singles.
func (w *r2rml) ownColumns(q *query) {
	class := ""
	if q.load.table == keyTable {
		class = "Study"
	}
	w.begins(q.from, q.parent, class)
	var lists []column
	for _, c := range q.load.own() {
		f := w.field(q.path, c)
		switch {
		case q.load.to == "" && singleNode(f) != nil:
		case c.form == formPhases:
			lists = append(lists, c)
		default:
			w.leaf(q, f, c)
		}
	}
	w.ends()
	for _, c := range lists {
		w.begins(q.from, q.parent, "")
		w.leaf(q, w.field(q.path, c), c)
		w.ends()
	}
}

// singleNode is the node of an object between a field and the list or study
// around it, or nil.
func singleNode(f *model.Field) *model.Field {
	for p := f.Parent; p != nil && p.Path != ""; p = p.Parent {
		switch p.Kind {
		case model.Node:
			return p
		case model.Nodes, model.Nests:
			return nil
		}
	}
	return nil
}

// singles maps the nodes that a load has one of.
func (w *r2rml) singles(q *query) {
	byNode := map[string][]column{}
	var order []*model.Field
	for _, c := range q.load.columns {
		node := singleNode(w.field("", c))
		if node == nil {
			continue
		}
		if byNode[node.Path] == nil {
			order = append(order, node)
		}
		byNode[node.Path] = append(byNode[node.Path], c)
	}
	for _, node := range order {
		var there []string
		for _, c := range byNode[node.Path] {
			there = append(there, "t1."+c.name()+" IS NOT NULL")
		}
		from := fmt.Sprintf("SELECT t1.*, %s AS x_subject FROM (%s) t1 WHERE %s",
			w.pattern(node, byNode[node.Path], "x_study", "x_measure", "0"), q.from, strings.Join(there, " OR "))
		w.begins(from, "x_subject", node.Class)
		for _, c := range byNode[node.Path] {
			w.leaf(q, w.field("", c), c)
		}
		w.ends()
		w.link(from, "x_study", node, "x_subject")
	}
}

// level adds the columns of a level to the query, and maps the nodes of it.
func (w *r2rml) level(q *query, l *level, i int, innermost bool) {
	path := strings.TrimPrefix(q.path+"."+strings.Join(l.path, "."), ".")
	f := w.model.Field(path)
	if said := said(l); innermost && !l.same && said != "" && !w.linked(q.load.table) {
		q.from = fmt.Sprintf("SELECT a.* FROM (%s) a WHERE %s", q.from, said)
	}
	n, base, subject := fmt.Sprintf("x_n%d", i), fmt.Sprintf("x_b%d", i), fmt.Sprintf("x_s%d", i)
	switch {
	case l.same:
		q.from = fmt.Sprintf("SELECT a.*, g.n AS %s FROM (%s) a JOIN (%s) g ON g.nct_id = a.nct_id AND g.name = a.%s", n, q.from, w.places(path, l), l.columns[sameAt(l)].name())
	case innermost:
		q.from = fmt.Sprintf("SELECT a.*, row_number() OVER (PARTITION BY %s ORDER BY x_order) - 1 AS %s FROM (%s) a", q.around, n, q.from)
	default:
		q.from = w.numbered(q, l, n)
	}
	q.from = fmt.Sprintf("SELECT a.*, %s AS %s FROM (%s) a", w.pattern(f, l.columns, q.around, "x_measure", "a."+n), base, q.from)
	if innermost && !l.same && !strings.Contains(f.Node, "{i}") {
		q.from = fmt.Sprintf("SELECT a.*, %s || CASE row_number() OVER (PARTITION BY %s, %s ORDER BY x_order) WHEN 1 THEN '' ELSE '-' || row_number() OVER (PARTITION BY %s, %s ORDER BY x_order) END AS %s FROM (%s) a",
			base, q.around, base, q.around, base, subject, q.from)
	} else {
		q.from = fmt.Sprintf("SELECT a.*, %s AS %s FROM (%s) a", base, subject, q.from)
	}
	place := w.order(q, f, l, n)
	parent := q.parent
	q.path, q.around = path, subject
	if f.Kind == model.Nests {
		for _, c := range l.columns {
			q.carried, q.carriedBy = append(q.carried, c), append(q.carriedBy, w.field(path, c))
		}
		return
	}
	q.parent = subject
	w.begins(q.from, subject, f.Class)
	before := w.filled[path]
	switch {
	case before == nil:
		w.filled[path] = q.load
		w.add("ctg:order", place, "xsd:integer")
	case !l.same: // behind those of the table before
		w.add("ctg:order", fmt.Sprintf("%s + (SELECT count(*) FROM %s%s o WHERE o.%s::text = q.%s::text)", place, tableSchema, before.table, before.link.name(), q.load.link.name()), "xsd:integer")
	}
	if f.Class == "Outcome" {
		w.add("ctg:outcome_type", quote(strings.ToUpper(q.load.where[0].equal)), "")
	}
	for k, c := range q.carried {
		w.leaf(q, q.carriedBy[k], c)
	}
	for _, c := range l.columns {
		w.leaf(q, w.field(path, c), c)
	}
	w.ends()
	w.link(q.from, parent, f, subject)
}

// said is the condition that a row says something of an item, or "" where it
// always does.
func said(l *level) string {
	var out []string
	for _, c := range l.columns {
		if c.name() == "" {
			return ""
		}
		out = append(out, c.name()+" IS NOT NULL")
	}
	return strings.Join(out, " OR ")
}

// linked reports whether rows of other tables refer to those of a table.
func (w *r2rml) linked(table string) bool {
	return slices.ContainsFunc(w.plans, func(l load) bool { return l.to == table })
}

// order is the place of an item in its list. Where the registry's own ids rise
// from item to item, they say it, and nothing else does.
func (w *r2rml) order(q *query, f *model.Field, l *level, n string) string {
	key := ""
	for _, c := range l.columns {
		if name := c.path[len(c.path)-1]; strings.HasSuffix(f.Node, "{k:"+name+"}") {
			key = "coalesce(" + cellOf(c) + `, '') COLLATE "C"`
		}
	}
	if key == "" {
		return n
	}
	q.from = fmt.Sprintf("SELECT a.*, bool_or(x_falls) OVER (PARTITION BY %s) AS x_said FROM (SELECT a.*, %s <= lag(%s) OVER (PARTITION BY %s ORDER BY x_order) AS x_falls FROM (%s) a) a",
		q.around, key, key, q.around, q.from)
	return "CASE WHEN x_said THEN " + n + " END"
}

func sameAt(l *level) int {
	for i, c := range l.columns {
		if c.form == formSame {
			return i
		}
	}
	return 0
}

// places numbers the items of a list that several tables share, by the first
// table that has them.
func (w *r2rml) places(path string, l *level) string {
	for i := range w.plans {
		p := &w.plans[i]
		at := ""
		for _, other := range p.levels {
			at = strings.TrimPrefix(at+"."+strings.Join(other.path, "."), ".")
			if at != path {
				continue
			}
			name := l.columns[sameAt(l)]
			for _, c := range other.columns {
				if strings.Join(c.path, ".") == strings.Join(name.path, ".") {
					return fmt.Sprintf("SELECT nct_id, %[1]s AS name, row_number() OVER (PARTITION BY nct_id ORDER BY min(id)) - 1 AS n FROM %[2]s%[3]s%[4]s GROUP BY nct_id, %[1]s",
						c.name(), tableSchema, p.table, p.selection(""))
				}
			}
		}
	}
	return ""
}

// numbered numbers the runs of rows that say the same of an item.
func (w *r2rml) numbered(q *query, l *level, n string) string {
	var now, before []string
	for _, c := range l.columns {
		text := "coalesce(" + c.name() + "::text, '')"
		now = append(now, text)
		before = append(before, fmt.Sprintf("lag(%s) OVER (PARTITION BY %s ORDER BY x_order)", text, q.around))
	}
	flag := fmt.Sprintf("CASE WHEN ROW(%s) IS DISTINCT FROM ROW(%s) THEN 1 ELSE 0 END", strings.Join(now, ", "), strings.Join(before, ", "))
	return fmt.Sprintf("SELECT a.*, sum(f%[1]s) OVER (PARTITION BY %[2]s ORDER BY x_order) - 1 AS %[1]s FROM (SELECT a.*, %[3]s AS f%[1]s FROM (%[4]s) a) a",
		n, q.around, flag, q.from)
}

// pattern is an IRI pattern of the field table as an expression.
func (w *r2rml) pattern(f *model.Field, columns []column, around, measure, place string) string {
	rest := f.Node
	var parts []string
	switch {
	case strings.HasPrefix(rest, "#"):
		parts, rest = append(parts, "x_study", quote("#")), rest[1:]
	case strings.HasPrefix(rest, "^"):
		parts, rest = append(parts, around), rest[1:]
	case strings.HasPrefix(rest, "~"):
		parts, rest = append(parts, measure), rest[1:]
	}
	for rest != "" {
		text, after, found := strings.Cut(rest, "{")
		if text != "" {
			parts = append(parts, quote(text))
		}
		if !found {
			break
		}
		inside, more, _ := strings.Cut(after, "}")
		parts = append(parts, w.placeholder(inside, columns, place))
		rest = more
	}
	return strings.Join(parts, " || ")
}

func (w *r2rml) placeholder(inside string, columns []column, place string) string {
	first, second, either := strings.Cut(inside, "|")
	op, keys, _ := strings.Cut(first, ":")
	switch op {
	case "i":
		return place
	case "nct":
		return "nct_id"
	case "nn":
		return "right(nct_id, 2)"
	case "h":
		var parts []string
		for key := range strings.SplitSeq(keys, ",") {
			if word, constant := strings.CutPrefix(key, "="); constant {
				parts = append(parts, quote(word))
				continue
			}
			if strings.HasSuffix(key, "?") {
				continue // of a delivery that has no columns for the parts
			}
			parts = append(parts, normalized(memberText(columns, key)))
		}
		return "left(encode(sha256(convert_to(" + strings.Join(parts, " || chr(31) || ") + ", 'UTF8')), 'hex'), 12)"
	}
	name := memberText(columns, keys)
	if !either {
		return name
	}
	return fmt.Sprintf("CASE WHEN %s = '' THEN %s ELSE %s END", name, w.placeholder(second, columns, place), name)
}

// memberText is the text of a member of the object that a pattern is of.
func memberText(columns []column, key string) string {
	for _, c := range columns {
		if c.path[len(c.path)-1] == key {
			return "coalesce(" + cellOf(c) + ", '')"
		}
	}
	return "''"
}

// normalized is the form of a text in a natural key.
func normalized(expression string) string {
	return "btrim(regexp_replace(normalize(" + expression + ", NFC), '[[:space:]]+', ' ', 'g'))"
}

// cellOf is a column's text, as its form has it.
func cellOf(c column) string {
	switch {
	case c.name() == "":
		return quote(c.form)
	case c.form == "file":
		return "regexp_replace(" + c.name() + ", '^.*/', '')"
	}
	if c.form == "abbreviation" {
		return "substring(" + c.name() + "::text from '([^/]+)_[0-9]+([.]pdf)?$')"
	}
	if c.form == "age" {
		return "nullif(" + c.name() + "::text, 'N/A')"
	}
	if other, ok := strings.CutPrefix(c.form, formNot); ok {
		return "nullif(" + c.name() + "::text, " + quote(other) + ")"
	}
	if table, column, ok := strings.Cut(c.form, "."); ok {
		return fmt.Sprintf("(SELECT l.%s::text FROM %s%s l WHERE l.id::text = %s::text)", column, tableSchema, table, c.name())
	}
	return c.name() + "::text"
}

// begins starts a map.
func (w *r2rml) begins(from, subject, class string) {
	w.at = triplesMap{from: from, subject: subject, class: class}
}

func (w *r2rml) add(property, expression, datatype string) {
	w.at.objects = append(w.at.objects, objectMap{predicate: model.Expand(property), expression: expression, datatype: datatype})
}

// ends writes the map: one of rows for the class, and one for each value, of the
// rows that have it. Engines do not agree on what a null among values is.
func (w *r2rml) ends() {
	if w.at.class != "" {
		w.write("", "", " ; rr:class <"+model.NSRegistry+w.at.class+">", "")
	}
	for _, o := range w.at.objects {
		kind := ""
		switch {
		case o.iri:
			kind = " ; rr:termType rr:IRI"
		case o.datatype != "":
			kind = " ; rr:datatype " + o.datatype
		}
		w.write(", "+o.expression+" AS x_value", " WHERE x_value IS NOT NULL", "",
			fmt.Sprintf(" ;\n  rr:predicateObjectMap [ rr:predicate <%s> ; rr:objectMap [ rr:column \"x_value\"%s ] ]", o.predicate, kind))
	}
}

func (w *r2rml) write(value, where, class, object string) {
	w.maps++
	sql := fmt.Sprintf("SELECT DISTINCT x_graph, %s AS x_node%s FROM (%s) q", w.at.subject, value, w.at.from)
	if where != "" {
		sql = "SELECT * FROM (" + sql + ") v" + where
	}
	fmt.Fprintf(&w.text, "\n<#map%d> a rr:TriplesMap ;\n  rr:logicalTable [ rr:sqlQuery \"\"\"%s\"\"\" ] ;\n", w.maps, strings.ReplaceAll(sql, `\`, `\\`))
	fmt.Fprintf(&w.text, "  rr:subjectMap [ rr:column \"x_node\" ; rr:termType rr:IRI ; rr:graphMap [ rr:column \"x_graph\" ]%s ]%s .\n", class, object)
}

// link maps the property that leads to a node.
func (w *r2rml) link(from, parent string, f *model.Field, subject string) {
	w.begins(from, parent, "")
	w.at.objects = append(w.at.objects, objectMap{predicate: model.Expand(f.Property), expression: subject, iri: true})
	w.ends()
}

// datesOf are the datatypes of a date by how much of it is known.
var datesOf = [...]struct{ shape, datatype string }{
	{`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "xsd:date"}, {`^[0-9]{4}-[0-9]{2}$`, "xsd:gYearMonth"}, {`^[0-9]{4}$`, "xsd:gYear"},
}

// leaf adds a column's value, as the kind of its field has it.
func (w *r2rml) leaf(q *query, f *model.Field, c column) {
	cell := cellOf(c)
	if c.form != "" && c.form == strings.ToUpper(c.form) && c.name() != "" && !strings.Contains(c.form, ".") {
		cell = fmt.Sprintf("CASE WHEN lower(%s::text) IN ('t', 'true') THEN %s END", c.name(), quote(c.form))
	}
	if c.form == formPhases {
		cell = "unnest(string_to_array(" + c.name() + "::text, '/'))"
	}
	cell = "nullif(" + cell + ", '')"
	switch f.Kind {
	case model.Boolean:
		w.add(f.Property, fmt.Sprintf("CASE WHEN lower(%s) IN ('t', 'true', 'yes') THEN 'true' WHEN lower(%s) IN ('f', 'false', 'no') THEN 'false' END", cell, cell), "xsd:boolean")
	case model.Integer:
		w.add(f.Property, cell, "xsd:integer")
	case model.Decimal:
		if limit := f.Limit(); limit > 0 { // as convert has it: what is beyond is text
			beyond := fmt.Sprintf("abs((%s)::numeric) > %g", cell, limit)
			w.add(f.Property, fmt.Sprintf("CASE WHEN %s THEN %s END", beyond, cell), "")
			cell = fmt.Sprintf("CASE WHEN NOT %s THEN %s END", beyond, cell)
		}
		w.add(f.Property, cell, "xsd:decimal")
	case model.Date, model.PartialDate:
		for _, d := range datesOf {
			w.add(f.Property, fmt.Sprintf("CASE WHEN %s ~ '%s' THEN %s END", cell, d.shape, cell), d.datatype)
		}
	case model.GroupRef:
		iri := w.pattern(f, nil, q.around, "x_measure", "0")
		iri = strings.ReplaceAll(iri, "''", cell)
		w.at.objects = append(w.at.objects, objectMap{predicate: model.Expand(f.Property), expression: iri, iri: true})
	default:
		w.add(f.Property, cell, "")
	}
}
