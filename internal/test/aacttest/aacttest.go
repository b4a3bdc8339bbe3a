// Package aacttest spreads v2 studies over the tables of AACT, for tests: by
// the mapping that the makers of AACT publish, not by ours, in the layouts that
// their exports have had, and as the program writes them that makes the exports.
package aacttest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// Table is a table of the mapping: where its rows come from, and what is in
// their columns.
type Table struct {
	Table    string   `json:"table"`
	Root     []string `json:"root"`
	Flatten  []string `json:"flatten"`
	Columns  []Column `json:"columns"`
	Children []Table  `json:"children"`
	Unique   bool     `json:"unique"`
}

// Column is a column: a key, a path, or a constant.
type Column struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Convert json.RawMessage `json:"convert_to"`
}

// Tables are rows by table: names of columns in their order, then cells.
type Tables struct {
	Columns map[string][]string
	Rows    map[string][][]string
	year    int
	mapping []Table
	ids     map[string]int
	groups  map[string]string // id of a result group by what tells it apart
}

// Latest is the layout of today.
const Latest = 2026

// New reads a mapping, for the layout of the end of a year.
func New(mapping []byte, year int) (*Tables, error) {
	t := &Tables{year: year, Columns: map[string][]string{}, Rows: map[string][][]string{}, ids: map[string]int{}}
	if err := json.Unmarshal(mapping, &t.mapping); err != nil {
		return nil, err
	}
	t.name(t.mapping)
	t.Columns["calculated_values"] = []string{"id", "nct_id", "were_results_reported"}
	for _, table := range []string{"outcome_counts", "outcome_measurements", "outcome_analysis_groups"} {
		t.column(table, "result_group_id")
	}
	t.column("outcome_counts", "outcome_id")
	t.column("outcome_measurements", "outcome_id")
	t.column("outcome_analyses", "outcome_id")
	t.column("outcome_analysis_groups", "outcome_analysis_id")
	t.column("retractions", "reference_id")
	t.column("intervention_other_names", "intervention_id")
	t.column("design_group_interventions", "intervention_id")
	t.column("facility_contacts", "facility_id")
	t.column("facility_investigators", "facility_id")
	t.age()
	return t, nil
}

func (t *Tables) column(table, name string) {
	if !slices.Contains(t.Columns[table], name) {
		t.Columns[table] = append(t.Columns[table], name)
	}
}

func (t *Tables) name(tables []Table) {
	for _, m := range tables {
		if m.Table != "studies" {
			t.column(m.Table, "id")
		}
		t.column(m.Table, "nct_id")
		for _, c := range m.Columns {
			t.column(m.Table, c.Name)
		}
		t.name(m.Children)
	}
}

// item is a value of the record, with what stands around it and its path in
// the field tree.
type item struct {
	value  any
	parent *item
	path   string
}

// parents of tables whose rows point at those of another one.
var links = map[string]string{
	"intervention_other_names": "intervention_id", "design_group_interventions": "intervention_id", "facility_contacts": "facility_id",
	"facility_investigators": "facility_id", "retractions": "reference_id", "outcome_counts": "outcome_id", "outcome_measurements": "outcome_id",
	"outcome_analyses": "outcome_id", "outcome_analysis_groups": "outcome_analysis_id",
}

// Add spreads a study.
func (t *Tables) Add(study []byte) error {
	var v map[string]any
	dec := json.NewDecoder(strings.NewReader(string(study)))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return err
	}
	root := &item{value: v}
	id := text(find(v, "protocolSection", "identificationModule", "nctId"))
	t.groups = map[string]string{}
	// Groups and outcomes first: others point at them.
	order := slices.Clone(t.mapping)
	rank := map[string]int{"studies": 0, "result_groups": 1, "design_groups": 1, "outcomes": 2}
	slices.SortStableFunc(order, func(a, b Table) int { return weight(rank, a) - weight(rank, b) })
	for i := range order {
		t.spread(&order[i], root, id, "", "")
	}
	t.add("calculated_values", id, map[string]string{"were_results_reported": letter(v["hasResults"] == true)})
	t.totals(root, id)
	return nil
}

func weight(rank map[string]int, t Table) int {
	if w, ok := rank[t.Table]; ok {
		return w
	}
	return 3
}

func letter(b bool) string {
	if b {
		return "t"
	}
	return "f"
}

func find(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return letter(v)
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// items are the values at a path below an item, those of all items of lists.
func (i *item) items(path []string) []*item {
	if len(path) == 0 {
		return []*item{i}
	}
	m, _ := i.value.(map[string]any)
	v, ok := m[path[0]]
	if !ok {
		return nil
	}
	at := strings.TrimPrefix(i.path+"."+path[0], ".")
	list, isList := v.([]any)
	if !isList {
		return (&item{v, i, at}).items(path[1:])
	}
	var out []*item
	for _, x := range list {
		out = append(out, (&item{x, i, at}).items(path[1:])...)
	}
	return out
}

func (t *Tables) spread(m *Table, around *item, nct, parentID, scope string) {
	seen := map[string]bool{}
	for _, x := range t.rowsOf(m, around) {
		if skip(m.Table, x) {
			continue
		}
		cells := map[string]string{}
		for _, c := range m.Columns {
			cells[c.Name] = t.labelled(m, &c, t.cell(m, &c, x))
		}
		if m.Table == "id_information" && t.year < sinceOf["id_information.id_type"] {
			cells["id_type"] = cells["id_source"]
		}
		if t.year < sinceOf["browse_conditions.mesh_type"] && cells["mesh_type"] == "mesh-ancestor" {
			continue
		}
		if link := links[m.Table]; link != "" {
			cells[link] = parentID
		}
		if m.Unique && m.Table == "countries" {
			if seen[cells["name"]] {
				continue
			}
			seen[cells["name"]] = true
		}
		if m.Table == "result_groups" && scope != "" {
			cells["outcome_id"] = parentID
		}
		if code, ok := cells["ctgov_group_code"]; ok && m.Table != "result_groups" {
			cells["result_group_id"] = t.groups[scope+code]
		}
		id := t.add(m.Table, nct, cells)
		inner := scope
		switch m.Table {
		case "outcomes":
			inner = "outcome " + id + " "
		case "result_groups":
			t.groups[scope+cells["ctgov_group_code"]] = id
		case "design_groups":
			t.groups["arm "+cells["title"]] = id
		}
		for i := range m.Children {
			if m.Children[i].Table == "result_groups" {
				t.spread(&m.Children[i], x, nct, id, inner)
			}
		}
		for i := range m.Children {
			if m.Children[i].Table != "result_groups" {
				t.spread(&m.Children[i], x, nct, id, inner)
			}
		}
	}
}

// rowsOf are the items that become rows. Since 2025 a measure of the baseline of
// which nothing was measured has one too.
func (t *Tables) rowsOf(m *Table, around *item) []*item {
	if m.Table != "baseline_measurements" || t.year < withoutData {
		return around.items(append(slices.Clone(m.Root), m.Flatten...))
	}
	var out []*item
	for _, measure := range around.items(append(slices.Clone(m.Root), m.Flatten[0])) {
		inner := measure.items(m.Flatten[1:])
		if len(inner) == 0 {
			nothing := map[string]any{}
			inner = []*item{{nothing, &item{nothing, &item{nothing, measure, ""}, ""}, ""}}
		}
		out = append(out, inner...)
	}
	return out
}

// skip is the filter of the two tables that share the contacts of a site.
func skip(table string, x *item) bool {
	role := text(find(x.value, "role"))
	switch table {
	case "facility_contacts":
		return role != "CONTACT"
	case "facility_investigators":
		return role == "CONTACT" || role == ""
	}
	return false
}

func (t *Tables) add(table, nct string, cells map[string]string) string {
	t.ids[table]++
	cells["id"], cells["nct_id"] = strconv.Itoa(t.ids[table]), nct
	row := make([]string, len(t.Columns[table]))
	for i, name := range t.Columns[table] {
		row[i] = cells[name]
	}
	t.Rows[table] = append(t.Rows[table], row)
	return cells["id"]
}

// kinds are the columns that may hold a constant: the mapping writes it as it
// writes a key.
var kinds = map[string]bool{
	"outcome_type": true, "result_type": true, "event_type": true, "scope": true, "lead_or_collaborator": true, "id_source": true,
	"mesh_type": true, "classification": true,
}

// cell makes the text of a column.
func (t *Tables) cell(m *Table, c *Column, x *item) string {
	if s, ok := special(m.Table, c.Name, x); ok {
		return s
	}
	if m.Table == "design_group_interventions" && c.Name == "design_group_id" {
		return t.groups["arm "+text(x.value)]
	}
	var path []string
	var key string
	switch {
	case json.Unmarshal(c.Value, &path) == nil && len(path) > 0:
	case json.Unmarshal(c.Value, &key) == nil && key != "":
		if model.Default().Field(strings.TrimPrefix(x.path+"."+key, ".")) == nil && kinds[c.Name] {
			return key
		}
		path = []string{key}
	case string(c.Value) == "true" || string(c.Value) == "false":
		return string(c.Value)[:1]
	case string(c.Value) == "null":
		return convert(c, x.value)
	default:
		return ""
	}
	at := x
	for len(path) > 0 && path[0] == "$parent" {
		at, path = up(at), path[1:]
	}
	return convert(c, find(at.value, path...))
}

// up is the object around an item.
func up(x *item) *item {
	if x.parent == nil {
		return x
	}
	return x.parent
}

// special are the columns whose rule is a piece of code in the mapping.
func special(table, column string, x *item) (string, bool) {
	v := x.value
	switch table + "." + column {
	case "studies.study_type":
		kind := text(find(v, "protocolSection", "designModule", "studyType"))
		if kind == "OBSERVATIONAL" && find(v, "protocolSection", "designModule", "patientRegistry") == true {
			kind += registry
		}
		return kind, true
	case "studies.phase":
		var phases []string
		list, _ := find(v, "protocolSection", "designModule", "phases").([]any)
		for _, p := range list {
			phases = append(phases, text(p))
		}
		return strings.Join(phases, "/"), true
	case "studies.number_of_arms", "studies.number_of_groups":
		return "", true
	case "designs.subject_masked":
		return masked(v, "PARTICIPANT"), true
	case "designs.caregiver_masked":
		return masked(v, "CARE_PROVIDER"), true
	case "designs.investigator_masked":
		return masked(v, "INVESTIGATOR"), true
	case "designs.outcomes_assessor_masked":
		return masked(v, "OUTCOMES_ASSESSOR"), true
	case "eligibilities.gender_based":
		return text(find(v, "genderBased")), true
	case "eligibilities.adult":
		return among(find(v, "stdAges"), "ADULT"), true
	case "eligibilities.child":
		return among(find(v, "stdAges"), "CHILD"), true
	case "eligibilities.older_adult":
		return among(find(v, "stdAges"), "OLDER_ADULT"), true
	}
	return computed(table+"."+column, x)
}

// computed are those of them that are made of several values.
func computed(column string, x *item) (string, bool) {
	v := x.value
	switch column {
	case "central_contacts.contact_type", "facility_contacts.contact_type":
		return "", true
	case "outcome_analyses.p_value_modifier":
		return strings.TrimRight(text(find(v, "pValue")), "0123456789.,eE- "), true
	case "outcome_analyses.p_value":
		return number(strings.TrimLeft(text(find(v, "pValue")), "<>=≤≥~ ")), true
	case "baseline_measurements.number_analyzed":
		return analyzed(x), true
	case "eligibilities.minimum_age":
		return cmp.Or(text(find(v, "minimumAge")), "N/A"), true
	case "eligibilities.maximum_age":
		return cmp.Or(text(find(v, "maximumAge")), "N/A"), true
	case "provided_documents.url":
		if name := text(find(v, "filename")); name != "" {
			return "https://clinicaltrials.gov/ProvidedDocs/" + name, true
		}
		return "", true
	case "baseline_measurements.calculate_percentage":
		return text(find(up(up(up(x))).value, "calculatePct")), true
	case "baseline_measurements.number_analyzed_units":
		return unitsOf(up(up(up(x))).value), true
	}
	return "", false
}

func masked(v any, who string) string { return among(find(v, "maskingInfo", "whoMasked"), who) }

func among(list any, one string) string {
	items, _ := list.([]any)
	if items == nil {
		return ""
	}
	return letter(slices.ContainsFunc(items, func(x any) bool { return text(x) == one }))
}

// convert is the rule of a column, where it has a name.
func convert(c *Column, v any) string {
	s := text(v)
	var rule string
	_ = json.Unmarshal(c.Convert, &rule) // where it is none, there is no rule
	switch rule {
	case "downcase":
		return strings.ToLower(s)
	case "float":
		return number(s)
	case "date", "date_first_of_month":
		switch len(s) {
		case len("2006-01"):
			return s + "-01"
		case len("2006"):
			return ""
		}
	}
	return s
}

// number is a text as a column of numbers has it.
func number(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// Write writes the tables as the program does that makes the exports: rows of
// PostgreSQL's COPY, in which doubled quotation marks are left out, and line
// breaks become "~", with a white space behind them.
func (t *Tables) Write(dir string) error {
	for name, columns := range t.Columns {
		f, err := os.Create(filepath.Join(dir, path.Base(name)+".txt"))
		if err != nil {
			return err
		}
		for _, row := range append([][]string{columns}, t.Rows[name]...) {
			if _, err := f.WriteString(Exported(row)); err != nil {
				return err
			}
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

var broken = regexp.MustCompile(`\n\s`)

// Exported is a row as the export has it.
func Exported(row []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = '|'
	if err := w.Write(row); err != nil {
		panic(err) // of a builder
	}
	w.Flush()
	text := strings.ReplaceAll(b.String(), `""`, "")
	text = strings.ReplaceAll(broken.ReplaceAllString(text, "~"), "\n", "~")
	return strings.TrimSuffix(text, "~") + "\n"
}

// Dump writes the tables as pg_dump does into a plain-text file.
func (t *Tables) Dump(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n\n")
	escapes := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	for _, name := range slices.Sorted(maps.Keys(t.Columns)) {
		fmt.Fprintf(&b, "COPY ctgov.%s (%s) FROM stdin;\n", name, strings.Join(t.Columns[name], ", "))
		for _, row := range t.Rows[name] {
			for i, cell := range row {
				if i > 0 {
					b.WriteByte('\t')
				}
				if cell == "" {
					cell = `\N`
				} else {
					cell = escapes.Replace(cell)
				}
				b.WriteString(cell)
			}
			b.WriteByte('\n')
		}
		b.WriteString("\\.\n\n\n")
	}
	b.WriteString("--\n-- PostgreSQL database dump complete\n--\n\n")
	_, err := b.WriteTo(w)
	return err
}
