//go:build !lean

package tables

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// TestTablesHoldEverything makes statements again of every cell: they are those
// of the graph, but for the types that a class has beside its own, the geometries
// that coordinates say once more, and the way in which a decimal is spelled.
func TestTablesHoldEverything(t *testing.T) {
	studies, err := filepath.Glob("../testdata/studies/NCT*.json")
	if err != nil || len(studies) == 0 {
		t.Fatalf("no studies: %v", err)
	}
	holdsEverything(t, append(studies, "../testdata/sample.json"), nil)
	holdsEverything(t, studies, &mapping.Options{Concepts: true, History: true})
}

func TestTablesHoldEverythingOfRealStudies(t *testing.T) {
	path := "../../shared/data/ctg-studies-visible.json.zip"
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real records are not at hand: %v", err)
	}
	dir := t.TempDir()
	var files []string
	for f, err := range record.Archive(path, record.Sample(40)) {
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, f.ID+".json")
		if err := os.WriteFile(name, f.Text, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	holdsEverything(t, files, nil)
	if portion.Full() {
		t.Logf("%d studies", len(files))
	}
}

// holdsEverything compares the statements of tables with those of the graph.
func holdsEverything(t *testing.T, files []string, options *mapping.Options) {
	t.Helper()
	engine, err := mapping.NewEngine(options)
	if err != nil {
		t.Fatal(err)
	}
	converter := func() convert.Converter { return engine.NewConverter() }
	o := &convert.Options{}
	if options != nil && options.History {
		o.HistoryGraph = options.HistoryGraph()
	}
	var lines bytes.Buffer
	sink, err := convert.NewSink(&lines, rdf.NQuads, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := convert.Run(t.Context(), open(t, files), converter, sink, o); err != nil {
		t.Fatal(err)
	}
	made := write(t, files, converter, o)
	want, got := graphStatements(t, lines.Bytes()), map[string]bool{}
	links := parentProperties()
	for _, table := range Of(model.Default()) {
		readTable(t, made[table.Name+".parquet"].Bytes(), &table, func(row map[string][]string) {
			for _, s := range rowStatements(&table, row, links) {
				got[s] = true
			}
		})
	}
	compare(t, want, got)
}

func open(t *testing.T, files []string) *study.Input {
	t.Helper()
	in, err := study.Open(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func write(t *testing.T, files []string, converter func() convert.Converter, o *convert.Options) map[string]*bytes.Buffer {
	t.Helper()
	made := map[string]*bytes.Buffer{}
	w, err := NewWriter(model.Default(), func(name string) (io.Writer, error) {
		made[name] = &bytes.Buffer{}
		return made[name], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(t.Context(), open(t, files), converter, o); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return made
}

func compare(t *testing.T, want, got map[string]bool) {
	t.Helper()
	faults := 0
	for _, s := range slices.Sorted(maps.Keys(want)) {
		if !got[s] {
			if faults++; faults < 10 {
				t.Errorf("no table says %s", s)
			}
		}
	}
	for _, s := range slices.Sorted(maps.Keys(got)) {
		if !want[s] {
			if faults++; faults < 20 {
				t.Errorf("only a table says %s", s)
			}
		}
	}
	if len(want) < 1000 {
		t.Errorf("%d statements are too few to compare", len(want))
	}
	t.Logf("%d statements, %d faults", len(want), faults)
}

// graphStatements are those of N-Quads that tables hold.
func graphStatements(t *testing.T, lines []byte) map[string]bool {
	t.Helper()
	classes := map[string]bool{}
	for _, c := range model.Default().Classes {
		classes[model.NSRegistry+c.Name] = true
	}
	geometry, wkt := model.Expand("geo:hasGeometry"), model.Expand("geo:asWKT")
	out := map[string]bool{}
	for q, err := range rdf.Read(bytes.NewReader(lines), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		switch p := q.Predicate.Value; {
		case p == geometry, p == wkt, p == model.NSRegistry+"nct_id", strings.HasSuffix(p, "#type") && !classes[q.Object.Value]:
			continue
		}
		study, version := studyOf("<" + q.Graph.Value + ">")
		out[statementOf(study+version, q.Subject.Value, q.Predicate.Value, normal(q.Object))] = true
	}
	return out
}

func statementOf(parts ...string) string { return strings.Join(parts, " ") }

// normal is a term without the spelling of its number.
func normal(t rdf.Term) string {
	if t.Kind == rdf.IRITerm {
		return "<" + t.Value + ">"
	}
	if n, err := strconv.ParseFloat(t.Value, 64); err == nil && (strings.HasSuffix(t.Datatype, "#decimal") || strings.HasSuffix(t.Datatype, "#integer")) {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strings.TrimSuffix(t.Value, ":00") // of a time without seconds
}

// parentProperties are the IRIs of the properties that lead to children, by their local names.
func parentProperties() map[string]string {
	out := map[string]string{}
	l := newLayout(model.Default())
	for iri, n := range l.properties {
		if local, ok := l.parents[n]; ok {
			out[local] = iri
		}
	}
	return out
}

// readTable yields the rows of a file, as texts by column.
func readTable(t *testing.T, data []byte, table *Table, yield func(map[string][]string)) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		buffer := make([]parquet.Row, 64)
		for {
			n, err := rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				cells := map[string][]string{}
				row.Range(func(column int, values []parquet.Value) bool {
					for _, v := range values {
						if c := &table.Columns[column]; !v.IsNull() {
							cells[c.Name] = append(cells[c.Name], textOf(c, v))
						}
					}
					return true
				})
				yield(cells)
			}
			if err != nil {
				break
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// textOf is a value as normal has it.
func textOf(c *Column, v parquet.Value) string {
	switch c.Type {
	case Integer:
		return strconv.FormatFloat(float64(v.Int64()), 'g', -1, 64)
	case Number:
		return strconv.FormatFloat(v.Double(), 'g', -1, 64)
	case Boolean:
		return strconv.FormatBool(v.Boolean())
	case Date:
		return time.Unix(int64(v.Int32())*secondsOfDay, 0).UTC().Format(time.DateOnly)
	case DateTime:
		return strings.TrimSuffix(time.UnixMicro(v.Int64()).UTC().Format("2006-01-02T15:04:05"), ":00")
	case Text:
		if c.IRI && c.Property != "" {
			return "<" + string(v.ByteArray()) + ">"
		}
	}
	return strings.Clone(string(v.ByteArray()))
}

// rowStatements are what a row says.
func rowStatements(table *Table, row map[string][]string, links map[string]string) []string {
	one := func(column string) string { return strings.Join(row[column], "") }
	study, id := one("nct_id")+one("version"), one("id")
	switch table.Name {
	case conceptTable, countryTable:
		return nil
	case otherTable:
		value := normal(rdf.Term{Kind: rdf.LiteralTerm, Value: one("value"), Datatype: one("datatype")})
		if one("datatype") == "" {
			value = "<" + value + ">"
		}
		return []string{statementOf(study, id, one("property"), value)}
	}
	var out []string
	if table.Class != "" {
		out = append(out, statementOf(study, id, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "<"+model.NSRegistry+table.Class+">"))
	}
	if as := one("parent_property"); as != "" {
		out = append(out, statementOf(study, one("parent"), links[as], "<"+id+">"))
	}
	for _, c := range table.Columns {
		if c.Property == "" {
			continue
		}
		for _, v := range row[c.Name] {
			out = append(out, statementOf(study, id, model.Expand(c.Property), v))
		}
		if order := orderOf(row[c.Name]); c.List && order != "" {
			_, local, _ := strings.Cut(c.Property, ":")
			out = append(out, statementOf(study, id, model.NSTool+"order_of_"+local, order))
		}
	}
	return out
}

// orderOf is the literal that says the order of a list; empty where it is sorted.
func orderOf(list []string) string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = strings.Trim(list[i], "<>") // ">" would sort among what follows
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(list)))
	if slices.Equal(sorted, list) {
		return ""
	}
	var out []string
	for _, v := range list {
		i, _ := slices.BinarySearch(sorted, v)
		out = append(out, fmt.Sprint(i))
	}
	return strings.Join(out, " ")
}
