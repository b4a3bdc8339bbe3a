package sample

import (
	_ "embed"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed counts.tsv
var countsTable string

// dist is how often each of some values was counted.
type dist struct {
	values []string
	until  []int // the count of a value and of those before it
}

func (d *dist) add(value string, n int) {
	if len(d.until) > 0 {
		n += d.until[len(d.until)-1]
	}
	d.values, d.until = append(d.values, value), append(d.until, n)
}

// draw returns a value as often as it was counted; "" if none was.
func (d *dist) draw(r *rand.Rand) string {
	if d == nil {
		return ""
	}
	at, _ := slices.BinarySearch(d.until, 1+r.IntN(d.until[len(d.until)-1]))
	return d.values[at]
}

// number draws a number of the class that is drawn.
func (d *dist) number(r *rand.Rand) int {
	low, _ := strconv.Atoi(d.draw(r)) // a value of the table, or none, which is 0
	if low < 4 {
		return low
	}
	octave := 4
	for octave*2 <= low {
		octave *= 2
	}
	width := octave / 2
	return low + r.IntN(width)
}

// stratum is what was counted of the studies of one type, with or without results.
type stratum struct {
	n map[string]int   // path and what is counted of it
	d map[string]*dist // the same, where there are values
}

// likely returns how often a field stands where it can.
func (s *stratum) likely(path string) float64 {
	parent := ""
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		parent = path[:i]
	}
	of := s.n[parent+" objects"]
	if parent == "" {
		of = s.n[" studies"]
	}
	if of == 0 {
		return 0
	}
	return float64(s.n[path+" there"]) / float64(of)
}

// table is all that was counted.
type table struct {
	strata map[string]*stratum
	names  dist // of strata
	all    *stratum
	above  map[string][]string // the ancestors of a heading
	kinds  map[string]*dist    // the types of interventions of a heading
	day    string              // of the data
}

var counted = sync.OnceValue(func() *table {
	t := &table{strata: map[string]*stratum{}, above: map[string][]string{}, kinds: map[string]*dist{}}
	for line := range strings.Lines(countsTable) {
		col := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		n, err := strconv.Atoi(col[len(col)-1])
		if len(col) != 5 || err != nil {
			panic("counts.tsv: " + line) // a file that go:embed put there
		}
		t.row(col[0], col[1]+" "+col[2], col[3], n)
	}
	t.all = t.strata["*"]
	return t
})

func (t *table) row(name, what, value string, n int) {
	s := t.strata[name]
	if s == nil {
		s = &stratum{n: map[string]int{}, d: map[string]*dist{}}
		t.strata[name] = s
	}
	switch {
	case what == " day":
		t.day = value
	case what == " studies":
		t.names.add(name, n)
		s.n[what] = n
	case strings.HasSuffix(what, " above"):
		heading, ancestor, _ := strings.Cut(value, "|")
		t.above[heading] = append(t.above[heading], ancestor)
	case what == " kind":
		heading, kind, _ := strings.Cut(value, "|")
		if t.kinds[heading] == nil {
			t.kinds[heading] = &dist{}
		}
		t.kinds[heading].add(kind, n)
	case value == "":
		s.n[what] = n
	default:
		if s.d[what] == nil {
			s.d[what] = &dist{}
		}
		s.d[what].add(value, n)
	}
}
