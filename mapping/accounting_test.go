package mapping_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// leaf is a value of a record: the path, and the value as RDF has to say it.
type leaf struct{ class, property, value string }

// leaves lists the leaf values of a decoded record by walking it with the
// table alone; it shares no code with the annotator.
func leaves(t testing.TB, record map[string]any) map[leaf]int {
	out := map[leaf]int{}
	walkLeaves(t, model.Default().Root, "Study", record, out)
	return out
}

func walkLeaves(t testing.TB, f *model.Field, class string, v any, out map[leaf]int) {
	switch v := v.(type) {
	case map[string]any:
		for key, x := range v {
			c := f.Child(key)
			if c == nil {
				unknownLeaves(key, x, out)
				continue
			}
			inner := class
			if c.Kind == model.Node || c.Kind == model.Nodes {
				inner = c.Class
			}
			walkLeaves(t, c, inner, x, out)
		}
	case []any:
		for _, x := range v {
			walkLeaves(t, f, class, x, out)
		}
	case nil:
	default:
		if f.Kind == model.Down {
			class = "*"
		}
		if f.Class == "Record" {
			class = "Record"
		}
		out[leaf{class, model.Expand(f.Property), spoken(f, v)}]++
	}
}

// unknownLeaves lists what the model has no row for, under ctg: by the naming
// rule, on a node of any class.
func unknownLeaves(key string, v any, out map[leaf]int) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			unknownLeaves(k, x, out)
		}
	case []any:
		for _, x := range v {
			unknownLeaves(key, x, out)
		}
	case nil:
	default:
		out[leaf{"*", model.NSRegistry + model.Snake(key), spoken(&model.Field{}, v)}]++
	}
}

// spoken is the lexical form that the graph has of a value.
func spoken(f *model.Field, v any) string {
	switch v := v.(type) {
	case string:
		if f.Kind == model.DateTime {
			return v + ":00"
		}
		return v
	case bool:
		return fmt.Sprint(v)
	case json.Number:
		return v.String()
	}
	return fmt.Sprintf("%v", v)
}

// carried counts the values that the graph of a record carries, by class of
// the subject.
func carried(t testing.TB, lines []byte) (map[leaf]int, map[string]string) {
	classes, order := map[string]string{}, map[string]string{}
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(lines), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		quads = append(quads, q)
		if q.Predicate.Value == "http://www.w3.org/1999/02/22-rdf-syntax-ns#type" && strings.HasPrefix(q.Object.Value, model.NSRegistry) {
			classes[q.Subject.Value] = strings.TrimPrefix(q.Object.Value, model.NSRegistry)
		}
		if strings.HasPrefix(q.Predicate.Value, model.NSTool+"order_of_") {
			order[q.Subject.Value+" "+strings.TrimPrefix(q.Predicate.Value, model.NSTool+"order_of_")] = q.Object.Value
		}
	}
	out := map[leaf]int{}
	for _, q := range quads {
		value := q.Object.Value
		if q.Predicate.Value == model.NSRegistry+"group" {
			value = value[strings.LastIndexByte(value, '-')+1:]
			if id, err := url.PathUnescape(value); err == nil {
				value = id
			}
		}
		n := repeats(quads, q, order)
		out[leaf{classes[q.Subject.Value], q.Predicate.Value, value}] += n
		out[leaf{"*", q.Predicate.Value, value}] += n
	}
	return out, classes
}

// repeats counts how often a list has the value, by its literal of indices.
func repeats(quads []rdf.Quad, q rdf.Quad, order map[string]string) int {
	local := q.Predicate.Value[strings.LastIndexAny(q.Predicate.Value, "/#")+1:]
	indices, ok := order[q.Subject.Value+" "+local]
	if !ok {
		return 1
	}
	var values []string
	for _, o := range quads {
		if o.Subject == q.Subject && o.Predicate == q.Predicate {
			values = append(values, o.Object.Value)
		}
	}
	sort.Strings(values)
	at := sort.SearchStrings(values, q.Object.Value)
	n := 0
	for _, i := range strings.Fields(indices) {
		if i == fmt.Sprint(at) {
			n++
		}
	}
	return n
}

// missing returns the leaves that the graph does not carry as often as the
// record has them.
func missing(want, got map[leaf]int) []string {
	var out []string
	for l, n := range want {
		if got[l] < n {
			out = append(out, fmt.Sprintf("%s %s %q: %d times in the record, %d in the graph", l.class, l.property, l.value, n, got[l]))
		}
	}
	sort.Strings(out)
	return out
}

func decode(t testing.TB, data []byte) map[string]any {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func convert(t testing.TB, o *mapping.Options, data []byte) *mapping.Output {
	t.Helper()
	e := engine(t, o)
	out := new(mapping.Output)
	if err := e.NewConverter().Convert(data, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLeafAccounting(t *testing.T) {
	e := engine(t, nil)
	c := e.NewConverter()
	total := 0
	for name, data := range sampled(t, 100) {
		var out mapping.Output
		if err := c.Convert(data, &out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := leaves(t, decode(t, data))
		got, _ := carried(t, out.Record)
		if m := missing(want, got); len(m) > 0 {
			t.Errorf("%s: %d leaves are not carried, the first: %s", name, len(m), m[0])
		}
		for _, n := range want {
			total += n
		}
	}
	t.Logf("%d leaf values", total)
}

// TestLeafAccountingSeesALoss takes each line out of a graph in turn. Every
// line that carries a leaf of the record must be missed.
func TestLeafAccountingSeesALoss(t *testing.T) {
	data := golden(t)
	out := convert(t, nil, data)
	want := leaves(t, decode(t, data))
	_, classes := carried(t, out.Record)
	lines := bytes.SplitAfter(out.Record, []byte("\n"))
	sabotaged, seen := 0, 0
	for i, line := range lines {
		if !carriesLeaf(t, line, want, classes) {
			continue
		}
		sabotaged++
		rest := append(append([]byte{}, bytes.Join(lines[:i], nil)...), bytes.Join(lines[i+1:], nil)...)
		got, _ := carried(t, rest)
		if len(missing(want, got)) > 0 {
			seen++
		} else {
			t.Errorf("a graph without this line passes: %s", line)
		}
		if sabotaged == 150 {
			break
		}
	}
	if seen == 0 {
		t.Error("no line carries a leaf")
	}
}

// carriesLeaf reports whether a line is the only one to carry some leaf: titles
// and units are said of each node below, so one such line may go missing.
func carriesLeaf(t *testing.T, line []byte, want map[leaf]int, classes map[string]string) bool {
	for q, err := range rdf.Read(bytes.NewReader(line), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range model.Default().Fields {
			if f.Leaf() && f.Kind != model.Down && f.Kind != model.GroupRef && model.Expand(f.Property) == q.Predicate.Value &&
				f.Subject() == classes[q.Subject.Value] && want[leaf{f.Subject(), q.Predicate.Value, q.Object.Value}] > 0 {
				return true
			}
		}
	}
	return false
}

// golden returns the smallest of the golden studies.
func golden(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(w3c.Dir(t, "data/golden"), "NCT06631677.json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// realStudies yields the real studies, by name.
func realStudies(t testing.TB) func(func(string, []byte) bool) {
	t.Helper()
	return chosen(t, func(int, string) bool { return true })
}

// chosen yields the real studies that are wanted by their place and the name of their
// file.
func chosen(t testing.TB, want func(i int, name string) bool) func(func(string, []byte) bool) {
	t.Helper()
	path := w3c.Dir(t, "data/ctg-studies-visible.json.zip")
	return func(yield func(string, []byte) bool) {
		for f, err := range record.Choose(path, want) {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(f.Name, f.Text) {
				return
			}
		}
	}
}
