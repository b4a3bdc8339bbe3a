package aact

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// sortedTable sorts rows of (id, nct_id, text), as lines or as cells, in chunks of
// so many bytes.
func sortedTable(t *testing.T, rows []row, most int, asLines func(int) bool) *table {
	t.Helper()
	e := &export{dir: t.TempDir(), notes: &Notes{}}
	of := e.table("studies", '|', []string{"id", idColumn, "brief_title", "not_read"})
	of.sorter.most = most
	for i, r := range rows {
		var err error
		if asLines(i) {
			err = of.sorter.addLine([]byte(strings.Join(append(slices.Clone(r), "x"), "|")))
		} else {
			err = of.sorter.add(append(slices.Clone(r), "x"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(of.sorter.close)
	var err error
	if of.rows, err = of.sorter.done(); err != nil {
		t.Fatal(err)
	}
	return of
}

// Whatever the order of its rows, and however many chunks they are sorted in, a
// table yields those of each study by their ids, and counts those of no study.
func TestTableInAnyOrder(t *testing.T) {
	const studies, each = 40, 25
	var want [][]row
	var all []row
	for s := range studies {
		var of []row
		for i := range each {
			text := strings.Repeat("é"+string(rune('a'+i)), (i*7+s)%60)
			of = append(of, row{fmt.Sprint(i*studies + s), fmt.Sprintf("NCT%08d", 100*s), text})
		}
		want, all = append(want, of), append(all, of...)
	}
	orphans := []row{{"7", "NCT00000001", "of no study"}, {"9", "NCT00000001", "of none"}, {"5000", "X", ""}}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test that can be repeated
	for _, order := range []string{"sorted", "shuffled", "by id", "backwards"} {
		rows := append(slices.Clone(all), orphans...)
		switch order {
		case "shuffled":
			random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		case "by id":
			slices.SortStableFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(len(a[0]), len(b[0])), cmp.Compare(a[0], b[0])) })
		case "backwards":
			slices.Reverse(rows)
		}
		for _, most := range []int{1 << 30, 20_000, 500} {
			of := sortedTable(t, rows, most, func(i int) bool { return i%3 > 0 })
			if runs := len(of.sorter.runs); (runs > 1) != (most < 1<<30) {
				t.Fatalf("%s, chunks of %d bytes: %d runs", order, most, runs)
			}
			var room cells
			for s, rows := range want {
				var w weight
				room.reset()
				got, err := of.of(fmt.Sprintf("NCT%08d", 100*s), &room, &w, nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff := gocmp.Diff(rows, got); diff != "" {
					t.Fatalf("%s, chunks of %d bytes, study %d:\n%s", order, most, s, diff)
				}
			}
			e := &export{tables: []*table{of}, notes: &Notes{}}
			if err := e.rest(); err != nil || e.notes.Orphans["studies"] != len(orphans) {
				t.Errorf("%s, chunks of %d bytes: orphans %v, error %v; want %d", order, most, e.notes.Orphans, err, len(orphans))
			}
		}
	}
}

// Tables share the memory in which they end and begin.
func TestTablesBesideEachOther(t *testing.T) {
	e := &export{dir: t.TempDir(), notes: &Notes{}}
	var of []*table
	for n := range 3 {
		one := e.table("studies", '|', []string{idColumn, "brief_title"})
		if n == 1 {
			one.sorter.most = 100 // which is sorted in a file
		}
		for i := range 9 {
			if err := one.sorter.addLine(fmt.Appendf(nil, "NCT%08d|%d of table %d", i, i, n)); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if one.rows, err = one.sorter.done(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(one.sorter.close)
		of = append(of, one)
	}
	var room cells
	for i := range 9 {
		room.reset()
		for n, one := range of {
			var w weight
			study := fmt.Sprintf("NCT%08d", i)
			got, err := one.of(study, &room, &w, nil)
			if want := []row{{study, fmt.Sprintf("%d of table %d", i, n)}}; err != nil || !gocmp.Equal(got, want) {
				t.Errorf("table %d: %v, %v; want %v", n, got, err, want)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, line := range []string{"", "|", "a|b", "|||||||||||", "12345678|", "1234567|8|é|||long text of more than eight bytes|x", "é|\xff|\x80|\x7b|\x7d"} {
		want := row(strings.Split(line, "|"))
		got := make(row, len(want))
		cut(got, []byte(line), '|')
		if !slices.Equal(got, want) {
			t.Errorf("cut(%q) = %q, want %q", line, got, want)
		}
	}
}
