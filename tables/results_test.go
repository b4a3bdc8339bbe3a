//go:build !lean

package tables

import (
	"bytes"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// TestResultsHaveTheTypeOfTheirValues writes columns of one type and of several.
func TestResultsHaveTheTypeOfTheirValues(t *testing.T) {
	of := func(text, datatype string) rdf.Term { return rdf.Typed(text, model.NSXSD+datatype) }
	unbound := rdf.Term{}
	columns := []struct {
		name   string
		values []rdf.Term
		typ    Type
		want   string
	}{
		{"integers", []rdf.Term{of("1", "integer"), of("-20", "integer")}, Integer, "1,-20"},
		{"mixed", []rdf.Term{of("1", "integer"), of("2.50", "decimal")}, Number, "1,2.5"},
		{"doubles", []rdf.Term{of("1.5E3", "double"), of("0.25", "float")}, Number, "1500,0.25"},
		{"infinite", []rdf.Term{of("INF", "double"), of("1", "integer")}, Text, "INF,1"},
		{"large", []rdf.Term{of("12345678901234567890123", "integer"), of("1", "integer")}, Text, "12345678901234567890123,1"},
		{"flags", []rdf.Term{of("true", "boolean"), of("0", "boolean")}, Boolean, "true,false"},
		{"days", []rdf.Term{of("2024-02-29", "date"), of("1969-12-31", "date")}, Date, "2024-02-29,1969-12-31"},
		{"partial", []rdf.Term{of("2024-02", "gYearMonth"), of("1969-12-31", "date")}, Text, "2024-02,1969-12-31"},
		{"zoned", []rdf.Term{of("2024-02-29T10:00:00Z", "dateTime"), unbound}, Text, "2024-02-29T10:00:00Z,"},
		{"times", []rdf.Term{of("2024-02-29T10:00:30", "dateTime"), unbound}, DateTime, "2024-02-29T10:00:30,"},
		{"nodes", []rdf.Term{rdf.IRI("http://e/a"), rdf.String("b")}, Text, "http://e/a,b"},
		{"never", []rdf.Term{unbound, unbound}, Text, ","},
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	var out bytes.Buffer
	r := NewResults(&out, names)
	for i := range 2 {
		var row []rdf.Term
		for _, c := range columns {
			row = append(row, c.values[i])
		}
		if err := r.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	readTable(t, out.Bytes(), &r.table, func(row map[string][]string) {
		for _, name := range names {
			got[name] = append(got[name], strings.Join(row[name], ""))
		}
	})
	for i, c := range columns {
		if typ := r.table.Columns[i].Type; typ != c.typ {
			t.Errorf("%s: type %s, expected %s", c.name, typ, c.typ)
		}
		if values := strings.Join(got[c.name], ","); values != c.want {
			t.Errorf("%s: %s, expected %s", c.name, values, c.want)
		}
	}
}

// TestResultsAreBounded ends rows without end.
func TestResultsAreBounded(t *testing.T) {
	r := NewResults(&bytes.Buffer{}, []string{"a"})
	r.most = 10_000
	for range 1000 {
		if err := r.Row([]rdf.Term{rdf.String("text")}); err != nil {
			if !strings.Contains(err.Error(), "--format csv streams rows") {
				t.Error(err)
			}
			return
		}
	}
	t.Error("1,000 rows fit into 10,000 bytes")
}
